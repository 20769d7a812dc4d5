"""What has to leave the disk leaves it, in both folders of stored files, and nothing else does."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from app.domain.privacy.erasing import SubjectKind
from app.formats import erasure_register
from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.privacy import DoomedFile
from app.services import case_files, erasures, wiping
from tests import databases
from tests.factories import canaries
from tests.factories.hiring import NOW, make_person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database
    from tests.factories.canaries import Marked


def test_doomed_files_and_old_strays_leave_both_folders(database: Database, tmp_path: Path) -> None:
    gone, doomed = [], []
    for folder in (tmp_path / "files", tmp_path / case_files.FOLDER):
        folder.mkdir()
        one, stray, fresh = (folder / str(uuid4()) for _ in range(3))
        for file, age in ((one, 0), (stray, 2), (fresh, 0), (folder / "letter", 9)):
            file.write_text("what a candidate handed in")
            moment = (NOW - timedelta(hours=age)).timestamp()
            os.utime(file, (moment, moment))
        doomed.append(one)
        gone += [one, stray]
    with writing(database.engine) as session:
        session.add_all(DoomedFile(id=UUID(file.name), since=NOW) for file in doomed)

    assert wiping.finish(database.engine, tmp_path / "files", now=NOW) == 4

    assert [file for file in gone if file.exists()] == []
    left = [file.name for folder in ("files", case_files.FOLDER) for file in (tmp_path / folder).iterdir()]
    assert len(left) == 4
    assert left.count("letter") == 2


def test_before_anybody_uses_a_restored_folder_the_doomed_go_at_once(database: Database, tmp_path: Path) -> None:
    handed_in = tmp_path / case_files.FOLDER / str(uuid4())
    handed_in.parent.mkdir()
    handed_in.write_text("what a candidate handed in")
    with writing(database.engine) as session:
        session.add(DoomedFile(id=UUID(handed_in.name), since=NOW))
        session.flush()
        wiping.unlink_doomed(session, tmp_path / "files")

    assert not handed_in.exists()
    with reading(database.engine) as session:
        assert session.scalars(select(DoomedFile.id)).all() == []


def test_a_table_that_somebody_reads_keeps_nobody_waiting(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "_WAITS", "50ms")
    with reading(database.engine) as session:
        session.execute(select(Candidate.id)).all()
        # Without an end to the wait this would last as long as the reader, which waits for it here.
        assert wiping.finish(database.engine, tmp_path / "files", now=NOW, patience=0.1) == 0


def test_samples_of_values_are_taken_anew(database: Database, tmp_path: Path) -> None:
    made = canaries.mark(database, tmp_path / "files")
    _sample(database)
    assert _kept(database, made, tmp_path)

    _erased(database, made, tmp_path)

    assert _kept(database, made, tmp_path) == []


@pytest.mark.parametrize("lingerer", ["a reader here", "a writer elsewhere"])
def test_what_somebody_still_sees_is_waited_for(
    lingerer: str, database: Database, session_folder: Path, tmp_path: Path
) -> None:
    begun = Event()

    def read() -> None:
        with reading(database.engine) as session:
            session.execute(text("SELECT 1")).all()
            begun.set()
            # PostgreSQL shows a reader the rows as they were for as long as a statement lasts, SQLite a transaction.
            session.execute(text("SELECT 1" if database.is_sqlite else "SELECT pg_sleep(1)"))
            time.sleep(1)

    def write(other: Database) -> None:
        with writing(other.engine) as session:
            make_person(session, "Wim Visser")
            begun.set()
            time.sleep(1)

    (tmp_path / "elsewhere").mkdir()
    with databases.copied(database, session_folder, tmp_path / "elsewhere") as other, ThreadPoolExecutor(1) as pool:
        made = canaries.mark(database, tmp_path / "files")
        lingering = pool.submit(write, other) if lingerer == "a writer elsewhere" else pool.submit(read)
        begun.wait()
        _erased(database, made, tmp_path)
        lingering.result()

    assert _kept(database, made, tmp_path) == []


def _erased(database: Database, made: Marked, folder: Path) -> None:
    with writing(database.engine) as session:
        candidate, ground = SubjectKind.CANDIDATE, "Asked for it by letter."
        wish = erasures.ask(session, made.hana, candidate, made.candidate, ground=ground, now=NOW)
        register = folder / erasure_register.NAME
        erasures.approve(session, made.hugo, wish, keys=canaries.KEYS, register=register, now=NOW)
    wiping.finish(database.engine, folder / "files", now=NOW)


def _kept(database: Database, made: Marked, folder: Path) -> list[str]:
    """Where a word about the candidate still stands in the files of the database and beside it."""
    database.engine.dispose()
    return canaries.in_bytes(database, made.words, folder / "files")


def _sample(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
