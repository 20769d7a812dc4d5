"""The disk is full: the act is refused in plain words with its text, nothing stays half done, and it works later."""

from __future__ import annotations

import io
import resource
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from app.domain.permission import Role
from app.models.engine import make_engine, writing
from app.settings import Environment, Settings
from tests import programs
from tests.databases import Database
from tests.factories import hiring
from tests.faults import company
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.engine.interfaces import DBAPIConnection

    from tests.faulting import Breaking

_AGAIN = "Send it again"


@pytest.mark.fault("F4", seconds=15)
@pytest.mark.parametrize("durable", ["sqlite"], indirect=True)
@pytest.mark.parametrize("place", ["database", "write-ahead log"])
def test_an_act_without_room_is_handed_back(durable: Database, place: str, tmp_path: Path, breaking: Breaking) -> None:
    person = company.hire(durable.engine, 1, breaking.times(12, 120))[0]
    program, file = _program(durable, tmp_path), Path(str(durable.engine.url.database))
    browser = Browser(program)
    browser.sign_in(person.person_id)
    assert browser.token
    ledger, wrong, full = company.Ledger(), breaking.wrong, 0
    breaking.look = partial(company.complaints, durable.engine, ledger)
    for act in person.acts:
        with _full_database(program, file) if place == "database" else _full_log(file):
            answer = browser.post(act.path, act.fields)
        ledger.acknowledged.add(act)
        if answer.status_code != 303:
            full += 1
            kept = all(value in answer.text for value in act.fields.values())
            if answer.status_code != 507 or not kept or _AGAIN not in answer.text:
                wrong.append(f"{act.kind}: {answer.status_code}")
            if browser.post(act.path, act.fields).status_code != 303:
                wrong.append(f"{act.kind}: not taken once there was room")
    seen = company.judge(durable.engine, ledger)
    breaking.count(full, len(wrong) + seen.failures, f"acts without room for the {place}")
    assert wrong == []
    assert seen == company.Verdict(0, 0, 0)
    assert full, "there was always room"


@pytest.mark.fault("F4")
def test_a_document_without_room_leaves_no_trace(database: Database, tmp_path: Path, breaking: Breaking) -> None:
    with writing(database.engine) as session:
        coordinator = hiring.make_person(session, "Cora Diaz", [Role.COORDINATOR])
        application = hiring.make_application(session)
        candidate_id = application.candidate_id
    browser = Browser(_program(database, tmp_path))
    browser.sign_in(coordinator.id)
    address, text = f"/candidates/{candidate_id}/files", b"What I did in my last job.\n" * 4000
    assert browser.token
    with _limited(50_000):
        refused = browser.post(address, {"file": (io.BytesIO(text), "letter.txt", "text/plain")})
    left = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith("plumbline.db")]
    taken = browser.post(address, {"file": (io.BytesIO(text), "letter.txt", "text/plain")})
    good = (refused.status_code, left, taken.status_code) == (503, [], 303)
    breaking.count(1, int(not good), f"documents without room on {database.engine.dialect.name}")
    assert (refused.status_code, left, taken.status_code) == (503, [], 303), refused.text[-900:]
    assert "does not take this file" in refused.text


def _program(database: Database, folder: Path) -> Flask:
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=database.url, secret_key=SECRET)
    return programs.built(settings, database)


@contextmanager
def _full_database(program: Flask, file: Path) -> Iterator[None]:
    """Connections on which the database may not have another page."""
    kept = program.extensions["plumbline.engine"]
    full = make_engine(f"sqlite:///{file}")
    event.listen(full, "connect", _no_more_pages)
    program.extensions["plumbline.engine"] = full
    try:
        yield
    finally:
        program.extensions["plumbline.engine"] = kept
        full.dispose()


def _no_more_pages(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA max_page_count=1")  # SQLite takes the size that the file has as the least
    cursor.close()


@contextmanager
def _full_log(file: Path) -> Iterator[None]:
    """No file of this process may grow beyond what the log needs for one page."""
    log = file.with_name(f"{file.name}-wal")
    with _limited((log.stat().st_size if log.exists() else 0) + 5000):
        yield


@contextmanager
def _limited(octets: int) -> Iterator[None]:
    """No file may grow beyond so many bytes; Python ignores the signal, so that the write itself fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
