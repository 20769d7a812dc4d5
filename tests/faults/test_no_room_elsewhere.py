"""No room for a backup, for temporary files or for the log: said plainly, nothing left, and it works later."""

from __future__ import annotations

import resource
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.domain.errors import UnavailableError
from app.domain.permission import Role
from app.formats import document_kind as kinds
from app.formats.document_clean import without_metadata
from app.models.engine import writing
from app.services import backups, blueprints, installation
from app.services.backups import Source
from app.settings import Environment, Settings
from reports import errors, rendering
from reports.renderer import Renderer
from tests import programs
from tests.factories import books, hiring, uploads
from tests.faults import company
from tests.faults.serving import Load, serving
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.databases import Database
    from tests.faulting import Breaking

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_STAND_IN = """
import sys; sys.path.append(sys.argv[1])
import os, tempfile
from reports import press
class Other:
    def pdf(self, html, paper, identifier):
        open(os.path.join(tempfile.gettempdir(), "part"), "w").close()
        return b"made"
press.prepare = lambda faces: Other()
press.versions = lambda: {{}}
press.warm = lambda ready: None
whole = tempfile.mkdtemp
def mkdtemp(*given, **named):
    if os.path.exists({flag!r}):
        raise OSError(28, "No space left on device")
    return whole(*given, **named)
tempfile.mkdtemp = mkdtemp
from reports.engine import serve; serve(int(sys.argv[2]), sys.argv[3], sys.argv[4])
"""
"""An engine that sets no page, and has no room for temporary files while the file of that name is there."""


@pytest.fixture
def tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pg_dump: rows are copied by the program itself, whose own files are bounded."""
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.mark.fault("F4")
@pytest.mark.usefixtures("tools_of_the_server")
@pytest.mark.parametrize("room", [20_000, 20_000_000], ids=["the database", "the documents"])
def test_a_backup_without_room_leaves_nothing(database: Database, tmp_path: Path, room: int) -> None:
    instance, target = tmp_path / "instance", tmp_path / "target"
    (instance / "files").mkdir(parents=True)
    target.mkdir()
    with writing(database.engine) as session:
        installation.ensure(session)
        for number in range(100):
            hiring.make_candidate(session, f"Candidate {number}")
    with (instance / "files" / "film").open("wb") as document:
        document.truncate(21_000_000)
    source = Source(database.url, instance, "0.1.0")
    with _limited(room), pytest.raises((OSError, UnavailableError)):
        backups.create(source, target / "backup.plb", key=bytes(32), now=NOW)
    assert list(target.iterdir()) == []
    made = backups.create(source, target / "backup.plb", key=bytes(32), now=NOW)
    assert "files/film" in made.members
    assert backups.verify(target / "backup.plb", key=bytes(32))[1] == []


@pytest.mark.fault("F4")
def test_a_pdf_without_room_for_temporary_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flag = tmp_path / "full"
    renderer = Renderer(program=_STAND_IN.format(flag=str(flag)))
    try:
        monkeypatch.setattr(tempfile, "tempdir", _no_folder(tmp_path))
        with pytest.raises(errors.RenderingUnavailableError, match="no room for the temporary files"):
            renderer.pdf("page", "a4")
        monkeypatch.undo()
        assert renderer.pdf("page", "a4") == b"made"
        flag.touch()
        for _ in range(2):
            with pytest.raises(errors.RenderingFailedError, match="there is no room for temporary files"):
                renderer.pdf("page", "a4")
        flag.unlink()
        assert renderer.pdf("page", "a4") == b"made"
        engine = renderer._engine
        assert engine is not None
        assert list(Path(engine._folder).iterdir()) == []
        Path(engine._folder).rmdir()
        assert renderer.pdf("page", "a4") == b"made", "somebody tidied up, and an engine with a folder was started"
    finally:
        renderer.stop()


@pytest.mark.fault("F4")
def test_a_pdf_that_cannot_be_kept_is_handed_out_all_the_same(database: Database, tmp_path: Path) -> None:
    missing = rendering.capabilities().missing
    if missing:
        pytest.skip(missing)
    with writing(database.engine) as session:
        publisher = hiring.make_person(session, "Hanna Vogel", [Role.HR_PARTNER])
        version = blueprints.publish(session, hiring.actor_of(publisher), books.minimal(), now=NOW, note="First.")
        reader = hiring.make_person(session, "Ravi Sen", [Role.EMPLOYEE]).id
    browser = Browser(_program(database, tmp_path))
    browser.sign_in(reader)
    assert browser.get(f"/blueprints/{version}").status_code == 200
    with _limited(4_000):
        made = browser.get(f"/blueprints/{version}/book.pdf")
    assert (made.status_code, made.data[:5]) == (200, b"%PDF-")
    folder = tmp_path / "rendered"
    assert list(folder.iterdir()) == []
    assert browser.get(f"/blueprints/{version}/book.pdf").data == made.data
    assert len(list(folder.iterdir())) == 1


@pytest.mark.fault("F4")
def test_a_document_that_cannot_be_checked_is_sent_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", _no_folder(tmp_path))
    with pytest.raises(UnavailableError, match="there is no room for temporary files"):
        without_metadata(kinds.PDF, uploads.pdf())
    monkeypatch.undo()
    assert without_metadata(kinds.PDF, uploads.pdf())


@pytest.mark.fault("F4")
def test_acts_go_on_without_a_log(durable: Database, tmp_path: Path) -> None:
    people, ledger = company.hire(durable.engine, 3, 2), company.Ledger()
    with (
        Path("/dev/full").open("w", encoding="utf-8") as full,
        serving(durable.url, tmp_path, full, PLUMBLINE_LOG="info", PLUMBLINE_WORKERS="1") as server,
    ):
        load = Load(server, ledger, enough=1)
        for person in people:
            load.run(person)
    assert load.refused == []
    assert ledger.acknowledged == {act for person in people for act in person.acts}
    assert company.judge(durable.engine, ledger) == company.Verdict(0, 0, 0)


@pytest.mark.fault("F4", seconds=10)
def test_no_act_goes_on_without_the_chain(database: Database, tmp_path: Path, breaking: Breaking) -> None:
    people, ledger, wrong = company.hire(database.engine, 3, breaking.times(2, 20)), company.Ledger(), breaking.wrong
    program, tries = _program(database, tmp_path), 0
    for person in people:
        browser = Browser(program)
        browser.sign_in(person.person_id)
        assert browser.token
        for act in person.acts:
            tries += 1
            with _no_chain(database):
                refused = browser.post(act.path, act.fields).status_code
            before = company.effects(database.engine)[act.kind, act.subject]
            after = browser.post(act.path, act.fields).status_code
            if (refused, any(before), after) != (503, False, 303):
                wrong.append(f"{act.kind}: {refused}, {before}, {after}")
            ledger.acknowledged.add(act)
    wrong += company.complaints(database.engine, ledger)
    breaking.count(tries, len(wrong), f"acts whose event could not be written on {database.engine.dialect.name}")
    assert wrong == []


@contextmanager
def _no_chain(database: Database) -> Iterator[None]:
    """The database takes everything but events of the chain."""

    def refuse(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO audit_event"):
            raise OperationalError(statement, None, Exception("no room"))

    event.listen(database.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", refuse)


def _program(database: Database, folder: Path) -> Flask:
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=database.url, secret_key=SECRET)
    return programs.built(settings, database)


def _no_folder(parent: Path) -> str:
    """Where no temporary file can be made, whoever asks: a file in the place of the folder."""
    (parent / "taken").touch()
    return str(parent / "taken")


@contextmanager
def _limited(octets: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes; Python ignores the signal, so that the write fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
