"""How the program talks to its database: an engine with safe settings, and visible transactions.

SQLite readers run with ``query_only`` and PostgreSQL readers in READ ONLY transactions, so that a page which only
shows cannot write by mistake. SQLite writers take the write lock at once (BEGIN IMMEDIATE): a transaction that
reads first and writes later would fail under load in spite of any timeout.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.domain.errors import UnavailableError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.exc import DBAPIError

SQLITE_PRAGMAS = {
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "5000",
    "recursive_triggers": "ON",
    "secure_delete": "ON",
    "trusted_schema": "OFF",
    "cell_size_check": "ON",
}
"""Set on every connection; the write-ahead log is a property of the file and set at migration."""

_SQLITE_MISSING = ("no such table", "no such column", "has no column named")
_SQLITE_FULL = ("database or disk is full", "disk I/O error")
_POSTGRESQL_FULL = "53100"
_POSTGRESQL_MISSING = frozenset({"42P01", "42703"})
_READS = "plumbline_reads"
POSTGRESQL_OPTIONS = "-c lock_timeout=2000 -c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000"


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL; any other database is refused with ``ValueError``."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _sqlite(url)
    if backend == "postgresql":
        return create_engine(
            url, connect_args={"options": POSTGRESQL_OPTIONS}, pool_pre_ping=True, hide_parameters=True
        )
    message = f"{backend} is not supported: use sqlite:///file or postgresql://..."
    raise ValueError(message)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that the database itself keeps from writing."""
    options: dict[str, Any] = {"plumbline_reading": True}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    with Session(engine.execution_options(**options), autoflush=False, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed at the end of the block, or not at all."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        if engine.dialect.name == "sqlite":
            session.connection()
        yield session


@contextmanager
def answering() -> Iterator[None]:
    """Turn a database that does not answer into :class:`UnavailableError`."""
    try:
        yield
    except OperationalError as error:
        raise UnavailableError(type(error.orig).__name__) from error


def lacks_migration(error: DBAPIError) -> bool:
    """Whether a statement failed because the database is older than the program: a table or column is not there."""
    if getattr(error.orig, "sqlstate", None) in _POSTGRESQL_MISSING:
        return True
    return any(words in str(error.orig) for words in _SQLITE_MISSING)


def lacks_room(error: DBAPIError) -> bool:
    """Whether a statement failed because the disk is full, or a file may not grow any more."""
    if getattr(error.orig, "sqlstate", None) == _POSTGRESQL_FULL:
        return True
    return any(words in str(error.orig) for words in _SQLITE_FULL)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"isolation_level": None}, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_pragmas(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for name, value in SQLITE_PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Spoken to the driver directly, because the events would otherwise count as queries of the page.
    reads = connection.get_execution_options().get("plumbline_reading", False)
    cursor = connection.connection.cursor()
    # A pragma makes SQLite prepare every statement of the connection anew, so it is set only where it changes.
    if connection.info.get(_READS) != reads:
        cursor.execute(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        connection.info[_READS] = reads
    begin = "BEGIN" if reads else "BEGIN IMMEDIATE"
    try:
        cursor.execute(begin)
    except sqlite3.OperationalError as error:
        # What an event raises is not translated: a locked file would look like a fault of the program.
        raise OperationalError(begin, None, error) from error
    finally:
        cursor.close()
