"""Putting a backup back: into an empty place, held against its manifest, and never with what was erased since.

Whoever was signed in then has to sign in anew, and one-time links made then are void: both may have been ended since.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.domain.errors import UnavailableError
from app.formats import backup_archive
from app.formats.backup_archive import DATABASE
from app.models import migrate
from app.models.credentials import AccountLink, PasskeyChallenge
from app.models.engine import make_engine, writing
from app.models.identity import SignInFlow
from app.models.link import CandidateVisit
from app.models.person import SignIn
from app.services import audit, backup_contents, backup_postgres, backup_sqlite, backups, installation, wiping

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.formats.backup_archive import Manifest

    Reapply = Callable[[Session, Path], int]

_ENDED = (SignIn, SignInFlow, CandidateVisit, PasskeyChallenge)


class RestoreError(Exception):
    """A backup is not put back; the message says why and what to do. Nothing was left behind."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes: a folder that is empty or not there, and a PostgreSQL database, empty for SQLite."""

    folder: Path
    database_url: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, where its database is, and how many people were erased again."""

    manifest: Manifest
    database_url: str
    erased: int


def restore(archive: Path, target: Target, *, key: bytes | None, reapply: Reapply, now: datetime) -> Restored:
    """Put a backup back; ``reapply`` erases again what was erased since, given the new folder, and says how many.

    :class:`RestoreError` or :class:`ArchiveError` where it must not be.
    Everything is made beside the folder and gets its name at the end, so a power cut leaves nothing that looks whole.
    """
    if target.folder.exists() and any(target.folder.iterdir()):
        message = f"{target.folder} is not empty; name a folder that is not there yet with --into"
        raise RestoreError(message)
    unfinished = target.folder.with_name(f".{target.folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        manifest = backup_archive.unpack(archive, unfinished, key)
        _refuse(manifest, unfinished, target)
        url = _database(manifest, unfinished, target)
        erased = _taken_up(url, manifest, unfinished, reapply, now)
        shutil.rmtree(unfinished / DATABASE)
        if target.folder.exists():
            target.folder.rmdir()
        unfinished.rename(target.folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Restored(manifest, target.database_url or f"sqlite:///{target.folder / backup_sqlite.NAME}", erased)


def _refuse(manifest: Manifest, folder: Path, target: Target) -> None:
    if (manifest.kind != backups.SQLITE) != bool(target.database_url):
        message = (
            "this backup is of SQLite, so it takes no --database"
            if target.database_url
            else "this backup is of PostgreSQL: name an empty database with --database postgresql://..."
        )
        raise RestoreError(message)
    if not migrate.known(manifest.revision):
        message = f"its schema {manifest.revision} is newer than this program; restore it with the newer program"
        raise RestoreError(message)
    for fault in backups.faults(manifest, folder):
        if not fault.startswith(backups.DAMAGED) and fault not in manifest.damaged:
            message = f"the backup is not whole: {fault}; take an older one"
            raise RestoreError(message)


def _database(manifest: Manifest, folder: Path, target: Target) -> str:
    if manifest.kind == backups.SQLITE:
        (folder / DATABASE / backup_sqlite.NAME).rename(folder / backup_sqlite.NAME)
        return f"sqlite:///{folder / backup_sqlite.NAME}"
    url = target.database_url
    if backup_postgres.table_names(url):
        message = "the database named with --database is not empty; make a new one with: createdb NAME"
        raise RestoreError(message)
    backup_postgres.loaded(url, folder / DATABASE, manifest.kind, manifest.revision)
    return url


def _taken_up(url: str, manifest: Manifest, folder: Path, reapply: Reapply, now: datetime) -> int:
    """Bring the database to this program's schema, end what must not live on, erase again, and record the restore."""
    migrate.upgrade(url)
    engine = make_engine(url)
    try:
        with writing(engine) as session:
            _end_what_was_open(session, now)
            erased = reapply(session, folder)
        if erased:
            # Nobody uses it yet, so what was erased again leaves the database's files now, and not by the daily round.
            wiping.finish(engine, folder / "files", now=now)
        with writing(engine) as session:
            about = installation.ensure(session)
            payload = {"made_at": manifest.made_at, "chain": manifest.chain, "erased_again": erased}
            audit.record(session, None, "restore", f"instance/{about.instance_id}", now=now, payload=payload)
        with engine.connect() as connection:
            found = backup_contents.contents(connection)
    finally:
        engine.dispose()
    if found.fault and found.fault not in manifest.damaged:
        raise UnavailableError(found.fault)
    return erased


def _end_what_was_open(session: Session, now: datetime) -> None:
    for table in _ENDED:
        session.execute(sa.delete(table))
    session.execute(sa.update(AccountLink).where(AccountLink.used_at.is_(None)).values(used_at=now))
