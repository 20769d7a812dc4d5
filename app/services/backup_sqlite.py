"""Taking and looking into copies of an SQLite database, by its own online backup: never by copying the file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.domain.errors import UnavailableError
from app.services.backup_contents import Contents, contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

NAME = "plumbline.db"
_MOST_DAMAGE = 5


@contextmanager
def taken(url: str, folder: Path) -> Iterator[tuple[Connection, list[Path]]]:
    """Copy the database at one moment into ``folder``; a connection to the copy, and the files that it is made of.

    :class:`UnavailableError` where there is no room for it.
    """
    target = folder / NAME
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source = sa.make_url(url).database or ""
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
        try:
            # All pages in one step: writers go on, and what they write meanwhile belongs to the next backup.
            live.backup(copy)
            # A lone file, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            message = f"the database cannot be copied to {folder.parent} ({error}); name a folder with room"
            raise UnavailableError(message) from error
    with _connected(target) as connection:
        yield connection, [target]


def looked_into(folder: Path) -> Contents:
    """The figures of a copy; ``fault`` also says where its pages or references are damaged."""
    with _connected(folder / NAME) as connection:
        damage = [
            line
            for line in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_DAMAGE})").scalars()
            if line != "ok"
        ]
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        found = contents(connection)
    if not damage and not dangling:
        return found
    fault = damage[0] if damage else f"{dangling[0][0]} row {dangling[0][1]} points at nothing"
    return Contents(found.revision, found.instance, found.counts, found.chain, found.chain_size, str(fault))


@contextmanager
def _connected(file: Path) -> Iterator[Connection]:
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.NullPool, connect_args={"isolation_level": None})
    with engine.connect() as connection:
        yield connection
    engine.dispose()
