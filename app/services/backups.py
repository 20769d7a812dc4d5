"""Backups: everything acknowledged before one began is in it, and what is in it can be told from its manifest."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.formats import backup_archive
from app.formats.backup_archive import DATABASE, FILE_FOLDERS, Manifest
from app.services import backup_contents, backup_postgres, backup_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from app.formats.backup_archive import Packing

SQLITE = "sqlite"
DAMAGED = "when it was made, this was damaged already: "


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: the address of the database, the instance folder, and the program's version."""

    url: str
    instance: Path
    program: str


def create(source: Source, out: Path, *, key: bytes | None, now: datetime) -> Manifest:
    """Write a backup to ``out``, which must not be there yet; sealed where a key is given.

    The database is copied first, so that every document its rows speak of is on the disk already.
    ``FileExistsError`` where ``out`` is taken, :class:`UnavailableError` when the database refuses.
    """
    with backup_archive.packing(out, key) as archive, _aside(out.parent) as folder:
        with _taken(source.url, folder) as (connection, files):
            found = backup_contents.contents(connection)
            wanted = backup_contents.stored(connection)
        for file in files:
            archive.add(DATABASE, file)
        digests = {name: digest for folder_name in FILE_FOLDERS
                   for name, digest in _documents(archive, source.instance, folder_name)}  # fmt: skip
        damaged = [
            f"{one.folder}/{one.name}" for one in wanted if digests.get(f"{one.folder}/{one.name}") != one.sha256
        ]
        if found.fault:
            damaged.insert(0, found.fault)
        return archive.finish(
            Manifest(
                made_at=now.astimezone(UTC).isoformat(timespec="seconds"), program=source.program, kind=_kind(files),
                revision=found.revision, instance=found.instance, chain=found.chain, chain_size=found.chain_size,
                counts=found.counts, damaged=damaged,
            )
        )  # fmt: skip


def verify(archive: Path, *, key: bytes | None) -> tuple[Manifest, list[str]]:
    """Take a backup apart aside, hold it against its manifest, and say what is wrong; nothing where it is whole.

    :class:`ArchiveError` when it cannot be read at all.
    """
    with _aside(archive.parent) as folder:
        manifest = backup_archive.unpack(archive, folder, key)
        return manifest, faults(manifest, folder)


def faults(manifest: Manifest, folder: Path) -> list[str]:
    """What is wrong with a backup that was taken apart into ``folder``, in words."""
    database = folder / DATABASE
    found = (
        backup_sqlite.looked_into(database)
        if manifest.kind == SQLITE
        else backup_postgres.looked_into(database, manifest.kind)
    )
    said = [f"{DAMAGED}{name}" for name in manifest.damaged]
    if found.fault:
        said.append(found.fault)
    said += [
        f"{table} holds {found.counts.get(table, 0)} rows, its manifest says {manifest.counts.get(table, 0)}"
        for table in sorted(found.counts.keys() | manifest.counts.keys())
        if found.counts.get(table, 0) != manifest.counts.get(table, 0)
    ]
    for name, is_, was in (
        ("schema", found.revision, manifest.revision),
        ("installation", found.instance, manifest.instance),
        ("audit chain", found.chain, manifest.chain),
    ):
        if is_ != was:
            said.append(f"its {name} is {is_ or 'empty'}, its manifest says {was or 'empty'}")
    return said


def _documents(archive: Packing, instance: Path, folder: str) -> Iterator[tuple[str, str]]:
    """Add every stored document of a folder; its name in the archive and the hash of its bytes."""
    for file in sorted((instance / folder).glob("*")):
        if file.is_file() and not file.is_symlink():
            try:
                digest = archive.add(folder, file)
            except FileNotFoundError:  # erased since the folder was listed
                continue
            yield f"{folder}/{file.name}", digest


def _taken(url: str, folder: Path) -> AbstractContextManager[tuple[Connection, list[Path]]]:
    taken = backup_sqlite.taken if sa.make_url(url).get_backend_name() == SQLITE else backup_postgres.taken
    return taken(url, folder)


def _kind(files: list[Path]) -> str:
    return {backup_sqlite.NAME: SQLITE, backup_postgres.DUMP: "pg_dump"}.get(files[0].name, "copy")


@contextmanager
def _aside(parent: Path) -> Iterator[Path]:
    """A folder for the owner alone, on the disk where the backup lies, so that no other one fills up."""
    with tempfile.TemporaryDirectory(prefix=".plumbline-", dir=parent) as folder:
        yield Path(folder)
