"""Migrations, driven from code: plain Alembic without an ini file.

One transaction holds a whole upgrade, on SQLite as well, so a failure leaves the schema as it was. Two programs that
start at once wait for each other. `migrations_dir()` of `app.paths` holds the numbered revisions.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app import paths
from app.models.base import Base

if TYPE_CHECKING:
    from collections.abc import Iterator


class NotOwnerError(Exception):
    """The role that signs in may not change tables; the one that owns them has to migrate."""


UnknownRevisionError = CommandError  # Alembic's only error a caller can mend: the revision asked for is not there
UNREACHABLE = (sa.exc.DatabaseError, OSError)  # no server there, no right to it, or a file that is no database

_NO_RIGHT = "42501"
# Any constant will do, as long as every Plumbline takes the same lock.
_POSTGRESQL_LOCK = 7_586_233_407_118_429_001


def head() -> str | None:
    """Return the newest revision that this program brings, None while it brings none."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current(url: str) -> str | None:
    """Return the revision that the database at `url` is at, None for an empty one. Changes nothing."""
    file = _sqlite_file(url)
    if file is not None and not Path(file).exists():
        return None  # connecting would make the file
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def known(revision: str) -> bool:
    """Whether this program can bring a database of this revision up; not one that a newer program made."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`, making it first when it is an SQLite file that is not there."""
    _make_private(url)
    try:
        with _transaction(url) as connection:
            command.upgrade(_config(connection), revision)
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") == _NO_RIGHT:
            raise NotOwnerError from error
        raise


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision`; `base` empties it."""
    with _transaction(url) as connection:
        command.downgrade(_config(connection), revision)


def write_revision(url: str, subject: str) -> str:
    """Write the next numbered revision from the difference between models and the database at `url`; return its path.

    For developers. The database has to be at `head` already.
    """
    number = f"{int(head() or 0) + 1:04d}"
    with _transaction(url) as connection:
        config = _config(connection)
        config.attributes["metadata"] = Base.metadata
        script = command.revision(config, subject, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):
        message = f"revision {number} was not written as one file"
        raise RuntimeError(message)
    return str(script.path)


def compared(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether something of a database has to be what the models say: all but what only one kind of database has."""
    return not (name or "").startswith("search_words")


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(paths.migrations_dir()).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


@contextlib.contextmanager
def _transaction(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_immediate)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
        yield connection
        if engine.dialect.name == "sqlite":
            _refuse_dangling(connection)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    # The driver must not begin transactions by itself: it would do so late and leave DDL outside.
    connection.isolation_level = None
    # Rebuilding a table drops the old one, which would cascade into its children if keys were checked meanwhile.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=30000",
        "foreign_keys=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _refuse_dangling(connection: sa.Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        message = f"the migration would leave {len(dangling)} rows that point at nothing, first in {dangling[0][0]}"
        raise RuntimeError(message)


def _make_private(url: str) -> None:
    """Make a new SQLite file readable by its owner only; SQLite itself would follow the umask."""
    file = _sqlite_file(url)
    if file is not None:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _sqlite_file(url: str) -> str | None:
    address = sa.make_url(url)
    return address.database if address.get_backend_name() == "sqlite" else None
