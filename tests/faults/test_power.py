"""The power fails: whatever part of the log reached the disk, the database opens at a whole number of acts."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.models.engine import make_engine, reading
from app.queries.audit import Sound, verify
from app.settings import Environment, Settings
from tests import programs
from tests.databases import Database
from tests.faults import company
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from tests.faulting import Breaking


@dataclass(frozen=True, slots=True)
class Commit:
    """One acknowledged act, and how long the write-ahead log was when its answer came."""

    act: company.Act
    end: int


@pytest.mark.fault("F3", seconds=60)
@pytest.mark.parametrize("durable", ["sqlite"], indirect=True)
def test_a_log_cut_anywhere_gives_the_state_of_some_act(durable: Database, tmp_path: Path, breaking: Breaking) -> None:
    people = company.hire(durable.engine, 3, 14)
    commits, base = _acted(durable, people, tmp_path)
    log = base.with_name("base.db-wal")
    broken, tries = breaking.wrong, 0
    for number in breaking.rounds(10, 500):
        cut = breaking.random.randrange(log.stat().st_size + 1)
        junk = breaking.random.randbytes(breaking.random.randrange(9000)) if number % 2 else b""
        image = _image(base, log, cut, junk, tmp_path / "image")
        said = _wrong(image, [one.act for one in commits], sum(one.end <= cut for one in commits))
        broken += [f"cut at {cut}, {len(junk)} bytes of junk: {said}"] if said else []
        tries += 1
    breaking.count(tries, len(broken), "images of a power loss on SQLite, each opened at a whole number of acts")
    assert broken == []


def _acted(durable: Database, people: list[company.Somebody], folder: Path) -> tuple[list[Commit], Path]:
    """Everybody acts while the log is never folded into the file; the file as it was before, beside the whole log."""
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=durable.url, secret_key=SECRET)
    program = programs.built(settings, durable)
    file = Path(str(durable.engine.url.database))
    browsers = [Browser(program) for _ in people]
    for browser, person in zip(browsers, people, strict=True):
        browser.sign_in(person.person_id)
        assert browser.token
    holder = sqlite3.connect(file)
    holder.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base = folder / "base.db"
    shutil.copyfile(file, base)
    # Whoever reads an old state keeps the log from being folded into the file.
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM vote").fetchone()
    commits = []
    log = file.with_name(f"{file.name}-wal")
    for turn in zip(*(person.acts for person in people), strict=False):
        for browser, act in zip(browsers, turn, strict=True):
            assert browser.post(act.path, act.fields).status_code == 303
            commits.append(Commit(act, log.stat().st_size))
    shutil.copyfile(log, base.with_name("base.db-wal"))
    holder.close()
    return commits, base


def _image(base: Path, log: Path, cut: int, junk: bytes, image: Path) -> Path:
    shutil.copyfile(base, image)
    image.with_name("image-shm").unlink(missing_ok=True)
    image.with_name("image-wal").write_bytes(log.read_bytes()[:cut] + junk)
    return image


def _wrong(image: Path, acts: list[company.Act], synced: int) -> str:
    """What is wrong with a database after a power loss, if anything; the first ``synced`` acts were on the disk."""
    engine = make_engine(f"sqlite:///{image}")
    try:
        there = company.effects(engine)
        counts = [there[act.kind, act.subject] for act in acts]
        done = [all(count == 1 for count in one) for one in counts]
        if any(any(one) and not whole for one, whole in zip(counts, done, strict=True)):
            return "an act is half done"
        if done != sorted(done, reverse=True):
            return "a later act is there without an earlier one"
        if sum(done) < synced:
            return f"{synced} acts were synced and {sum(done)} are there"
        with reading(engine) as session:
            sound = isinstance(verify(session), Sound)
            whole = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
        return "" if sound and whole == "ok" else f"chain sound: {sound}, integrity: {whole}"
    finally:
        engine.dispose()
