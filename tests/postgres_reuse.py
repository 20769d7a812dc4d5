"""Empties a PostgreSQL database after a test, so that the next test need not wait for a new one.

Making a database, dropping it and warming up its catalogue costs a tenth of a second, emptying it a few milliseconds.
A database is only lent again when its schema is to the last detail what the template's was: a test that made, changed
or dropped anything, or switched a guard off, takes its database with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from app.models.base import Base

if TYPE_CHECKING:
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
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def schema_of(server: Server, name: str) -> str:
    """What the schema of a database is, as a text that changes with every change to it."""
    with psycopg.connect(server.admin_url(name), autocommit=True) as connection:
        return _schema(connection)


def emptied(server: Server, name: str, *, schema: str) -> bool:
    """Whether a database is again as the template was: nobody connected, no row in any table, the schema untouched."""
    with psycopg.connect(server.admin_url(name), autocommit=True) as connection:
        connection.execute(_END_OTHERS)
        if _schema(connection) != schema:
            return False
        try:
            # Guards and foreign keys are for the program; this takes a superuser, which a lent server may not give.
            connection.execute("SET session_replication_role = replica")
        except psycopg.errors.InsufficientPrivilege:
            return False
        for table in Base.metadata.tables:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        return True


def _schema(connection: psycopg.Connection) -> str:
    return repr(sorted(connection.execute(_SCHEMA.encode()).fetchall()))
