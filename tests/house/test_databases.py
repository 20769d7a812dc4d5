"""A PostgreSQL database that one test leaves behind is lent to the next one empty, or not at all."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.models import Base
from app.models.engine import reading, writing
from app.models.person import Attempt
from tests import databases, postgres, postgres_reuse
from tests.factories.hiring import NOW
from tests.factories.worlds import make_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database

TRACES = (
    "CREATE TABLE left_behind ()",
    "CREATE INDEX left_behind ON person (name)",
    "CREATE FUNCTION left_behind() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TYPE left_behind AS ENUM ('a')",
    "DROP TRIGGER guard_rating_delete ON rating",
    "ALTER TABLE rating DISABLE TRIGGER ALL",
    "ALTER TABLE person ADD CONSTRAINT left_behind CHECK (true)",
    "ALTER TABLE person DROP COLUMN zone",
    "ALTER TABLE person ALTER name SET DEFAULT 'left behind'",
    "ALTER TABLE person ALTER name DROP NOT NULL",
    "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "UPDATE alembic_version SET version_num = '0001'",
    "TRUNCATE message",
)


def test_rows_do_not_reach_the_next_test(session_folder: Path) -> None:
    with databases.postgresql_database(session_folder) as first:
        with writing(first.engine) as session:
            make_world(session, Random(7))
        assert _filled(first) > {"person", "requisition", "rating"}

    with databases.postgresql_database(session_folder) as second:
        # A server that somebody lent may not let guarded rows be deleted; then every test gets a new database.
        assert second.url == first.url or postgres.given_server() is not None
        assert _filled(second) == set()


def test_whoever_stayed_connected_is_sent_away_without_what_they_had_not_committed(session_folder: Path) -> None:
    with databases.postgresql_database(session_folder) as first:
        left = sa.create_engine(first.url, poolclass=sa.NullPool).connect()
        left.execute(sa.insert(Attempt).values(subject="late", window=NOW, tries=1))

    with databases.postgresql_database(session_folder) as second:
        assert _filled(second) == set()
    with pytest.raises(sa.exc.DBAPIError):
        left.execute(sa.text("SELECT 1"))
    left.invalidate()
    left.close()


@pytest.mark.parametrize("trace", TRACES)
def test_a_database_whose_schema_was_touched_is_not_lent_again(session_folder: Path, trace: str) -> None:
    with databases.postgresql_database(session_folder) as lent:
        server, name = databases._server(session_folder), str(lent.engine.url.database)
        before = postgres_reuse.schema_of(server, name)
        with lent.engine.begin() as connection:
            connection.execute(sa.text(trace))
        assert not postgres_reuse.emptied(server, name, lent.engine.pool, schema=before)

    with databases.postgresql_database(session_folder) as after:
        assert after.url != lent.url


def _filled(database: Database) -> set[str]:
    with reading(database.engine) as session:
        tables = Base.metadata.tables.items()
        return {name for name, table in tables if session.scalar(sa.select(sa.func.count()).select_from(table))}
