"""Empties a PostgreSQL database after a test, so that the next test need not wait for a new one.

Making a database, dropping it and warming up its catalogue costs a tenth of a second, emptying it a few milliseconds.
A database is only lent again when its schema is to the last detail what the template's was: a test that made, changed
or dropped anything, or switched a guard off, takes its database with it. The engine's connections stay, with all that
the server has learnt on them about the program's statements; everybody else is put out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import psycopg
from psycopg import sql
from sqlalchemy import QueuePool

from app.models import Base

if TYPE_CHECKING:
    from sqlalchemy import Pool, PoolProxiedConnection

    from tests.postgres import Server

_WAIT_MS = 5000
# A row of the catalogue that anybody has written carries the number of the transaction that did it.
_CATALOGUE = ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_proc", "pg_trigger", "pg_type")
_SCHEMA = " UNION ALL ".join(
    [f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for name in _CATALOGUE]  # noqa: S608  fixed names
    + ["SELECT version_num, count(*) OVER (), xmin::text::bigint FROM alembic_version"]
)
_END_OTHERS = (
    f"SELECT pg_terminate_backend(pid, {_WAIT_MS}) FROM pg_stat_activity"  # noqa: S608  a fixed number
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL (%s)"
)
_AS_AT_FIRST = b"RESET ALL; SELECT pg_advisory_unlock_all(); UNLISTEN *; CLOSE ALL; DISCARD TEMP"
"""What `DISCARD ALL` does, but for the statements that were made ready."""
_DELETE_ALL = sql.SQL("; ").join(
    sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in Base.metadata.tables
)


def schema_of(server: Server, name: str) -> str:
    """What the schema of a database is, as a text that changes with every change to it."""
    with psycopg.connect(server.admin_url(name), autocommit=True) as connection:
        return _schema(connection)


def emptied(server: Server, name: str, pool: Pool, *, schema: str) -> bool:
    """Whether a database is again as the template was: no row in any table, the schema untouched, nothing going on.

    ``pool`` holds the connections of the engine that the test had; those that are in use after it are ended.
    """
    with psycopg.connect(server.admin_url(name), autocommit=True) as connection:
        connection.execute(_END_OTHERS, [_rested(pool)])
        if _schema(connection) != schema:
            return False
        try:
            # Guards and foreign keys are for the program; this takes a superuser, which a lent server may not give.
            connection.execute("SET session_replication_role = replica")
        except psycopg.errors.InsufficientPrivilege:
            return False
        connection.execute(_DELETE_ALL)
        return True


def _rested(pool: Pool) -> list[int]:
    """The processes of the connections that the pool holds, each as it was when it was new."""
    held = [pool.connect() for _ in range(pool.checkedin())] if isinstance(pool, QueuePool) else []
    try:
        return [_rest(connection) for connection in held]
    finally:
        for connection in held:
            connection.close()


def _rest(connection: PoolProxiedConnection) -> int:
    driver = cast("psycopg.Connection", connection.driver_connection)
    driver.execute(_AS_AT_FIRST, prepare=False)
    driver.commit()
    return driver.info.backend_pid


def _schema(connection: psycopg.Connection) -> str:
    return repr(sorted(connection.execute(_SCHEMA.encode()).fetchall()))
