"""What has to leave the disk leaves it, in both folders of stored files, and nothing else does."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select

from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.privacy import DoomedFile
from app.services import case_files, wiping
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.databases import Database


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
        assert wiping.finish(database.engine, tmp_path / "files", now=NOW) == 0
