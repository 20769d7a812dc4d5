"""After an erasure is committed: stored files leave the disk, and the database file keeps no trace of what went.

SQLite overwrites what it frees (``secure_delete``), but its write-ahead log holds the old pages until it is emptied.
PostgreSQL keeps dead rows until the table is rewritten, and samples of values in its statistics until they are taken
anew. What only time removes, the certificate says.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select, text, union_all
from sqlalchemy.exc import OperationalError

from app.domain.privacy.data_map import personal_tables
from app.models.candidate import CandidateFile
from app.models.case_work import CaseFile
from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from app.models.onboarding import GoalEvidence
from app.models.privacy import DoomedFile
from app.services import case_files

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STRAY_AFTER = timedelta(hours=1)
_WAITS = "2s"
_SAMPLES = "pg_statistic"
"""Where PostgreSQL keeps samples of a table's values; the owner of a database may rewrite it."""
_LOOKS_EVERY = 0.05
_EARLIER = text(
    "SELECT pg_snapshot_xmin(pg_current_snapshot()) < CAST(:begun AS xid8) OR EXISTS ("
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND age(backend_xmin) > age(CAST(CAST(:begun AS xid8) AS xid)))"
)


RENDERED = "rendered"
"""Beside the stored files: where printed documents are kept."""


def finish(engine: Engine, folder: Path, *, now: datetime, patience: float = 60.0) -> int:
    """Do what could not be done inside the transaction; return how many stored files were removed.

    Waits ``patience`` seconds at most for work that began earlier and may still see what was erased (PostgreSQL only).

    Printed documents that were kept for the next reader go as well, all of them: they are made again when asked for.
    May be repeated at any time, and is by the daily round: what an interrupted one left is done then.
    """
    removed = remove_files(engine, folder, now=now)
    for printed in (folder.parent / RENDERED).glob("*.pdf"):
        printed.unlink(missing_ok=True)
    _scrub(engine, patience)
    return removed


def remove_files(engine: Engine, folder: Path, *, now: datetime) -> int:
    """Remove doomed files, and strays: files of ours that no record names any more, an hour after they were written."""
    with reading(engine) as session:
        doomed = set(session.scalars(select(DoomedFile.id)))
        kept = set(
            session.scalars(
                union_all(*(select(model.id) for model in (CandidateFile, CaseFile, GoalEvidence, LogEntry)))
            )
        )
    known = {UUID(str(one)) for one in kept}
    gone = [file for file in _stored(folder) if _may_go(file, doomed, known, now)]
    for file in gone:
        file.unlink(missing_ok=True)
    for place in _places(folder):
        _sync(place)
    if doomed:
        with writing(engine) as session:
            session.execute(delete(DoomedFile).where(DoomedFile.id.in_(doomed)))
    return len(gone)


def unlink_doomed(session: Session, folder: Path) -> None:
    """Remove doomed files from a folder that nobody uses yet, without waiting for the commit."""
    for one in session.scalars(select(DoomedFile.id)).all():
        for place in _places(folder):
            (place / str(one)).unlink(missing_ok=True)
    session.execute(delete(DoomedFile))
    for place in _places(folder):
        _sync(place)


def _stored(folder: Path) -> list[Path]:
    there = [place for place in _places(folder) if place.is_dir()]
    return [file for place in there for file in place.iterdir() if _OURS.fullmatch(file.name)]


def _places(folder: Path) -> tuple[Path, Path]:
    """Where stored files lie: documents of candidates and evidence, and beside them what was handed in with cases."""
    return folder, folder.parent / case_files.FOLDER


def _may_go(file: Path, doomed: set[UUID], kept: set[UUID], now: datetime) -> bool:
    one = UUID(file.name)
    if one in doomed:
        return True
    return one not in kept and file.stat().st_mtime < (now - _STRAY_AFTER).timestamp()


def _sync(folder: Path) -> None:
    if folder.is_dir():
        directory = os.open(folder, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


def _scrub(engine: Engine, patience: float) -> None:
    if engine.dialect.name == "sqlite":
        _empty_log(engine)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _let_earlier_ones_end(connection, patience)
        connection.execute(text("SET statement_timeout = '600s'"))
        # Whoever waits for a whole table keeps everybody behind them out of it: better to come back tomorrow.
        connection.execute(text(f"SET lock_timeout = '{_WAITS}'"))
        for table in (*personal_tables(), _SAMPLES):
            # A table that somebody is reading is left to the next daily round.
            with suppress(OperationalError):
                connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("RESET statement_timeout"))


def _let_earlier_ones_end(connection: Connection, patience: float) -> None:
    """Wait until nobody can see the rows as they were before, for a rewritten table keeps what somebody may still see.

    That is whoever began earlier and still reads here, and whoever began earlier and still writes anywhere on the
    server, as each new snapshot reaches back to them. After ``patience`` seconds the next daily round has to do it.
    """
    end = time.monotonic() + patience
    begun = connection.execute(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")).scalar_one()
    while connection.execute(_EARLIER, {"begun": begun}).scalar_one() and time.monotonic() < end:
        time.sleep(_LOOKS_EVERY)


def _empty_log(engine: Engine) -> None:
    # Spoken to the driver: SQLAlchemy would open a transaction first, and no log is emptied inside one.
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        connection.close()
