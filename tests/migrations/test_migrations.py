"""Every revision goes up and down with rows in place, and ends at what the models say, on both databases."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.domain.candidate_link import CandidateFacts
from app.domain.growth.case import CaseOutcome
from app.domain.growth.casework import Verdict
from app.domain.hiring import Stage
from app.models import Base, migrate
from app.models.candidate import StageChange
from app.models.engine import make_engine, writing
from app.services import case_decisions, own_withdrawal
from tests.factories.cases import REASONS, TODAY, make_case_cast, make_decided
from tests.factories.hiring import NOW, actor_of, make_application
from tests.factories.worlds import make_world

if TYPE_CHECKING:
    from tests.databases import Database


COMPARED = {"compare_type": True, "compare_server_default": True, "include_name": migrate.compared}


def test_the_schema_is_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=COMPARED)
        assert compare_metadata(context, Base.metadata) == []


def test_every_revision_goes_up_down_and_up_again(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    assert migrate.current(empty_database_url) == migrate.head()

    migrate.downgrade(empty_database_url, "base")
    assert migrate.current(empty_database_url) is None
    assert _tables(empty_database_url) <= {"alembic_version"}

    migrate.upgrade(empty_database_url)
    assert _tables(empty_database_url) == {"alembic_version", *Base.metadata.tables}


def test_rows_survive_the_guards_coming_and_going(database: Database) -> None:
    with writing(database.engine) as session:
        make_world(session, Random(7))
    before = _rows(database.url)
    assert before["rating"], "the world must hold sealed cards for this to mean something"

    migrate.downgrade(database.url, "0003")
    migrate.upgrade(database.url)

    assert _rows(database.url) == before


def test_signatures_and_levels_survive_corrections_coming_and_going(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_case_cast(session)
        case = make_decided(session, cast)
        case_decisions.sign(session, actor_of(cast.person), case.id, now=NOW)
    before = _rows(database.url)
    assert before["case_signature"]
    assert len(before["placement"]) == 2

    migrate.downgrade(database.url, "0012")
    migrate.upgrade(database.url)

    assert _rows(database.url) == before


def test_corrected_records_leave_the_newest_signature_and_the_level_that_counts(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_case_cast(session)
        case = make_decided(session, cast)
        case_decisions.sign(session, actor_of(cast.person), case.id, now=NOW)
        verdict = Verdict(CaseOutcome.POSTPONE, REASONS, TODAY + timedelta(days=30))
        case_decisions.correct(
            session, actor_of(cast["chair"]), case.id, verdict, why=REASONS, version=case.version, today=TODAY, now=NOW
        )
        case_decisions.sign(session, actor_of(cast.person), case.id, now=NOW + timedelta(hours=1))

    migrate.downgrade(database.url, "0012")
    engine = make_engine(database.url)
    with engine.connect() as connection:
        signed = connection.execute(sa.text("SELECT signed_at FROM case_signature")).all()
        levels = connection.execute(sa.text("SELECT level FROM placement")).scalars().all()
    engine.dispose()

    assert len(signed) == 1
    assert "10:00" in str(signed[0][0])
    assert set(levels) == {"senior"}


def test_a_candidates_own_step_is_put_down_to_who_opened_the_need(database: Database) -> None:
    with writing(database.engine) as session:
        application = make_application(session)
        opened_by = application.requisition.created_by_id
        visitor = CandidateFacts(application.id, application.candidate_id, application.id)
        own_withdrawal.withdraw(session, visitor, now=NOW)
    before = _rows(database.url)

    migrate.downgrade(database.url, "0017")
    migrate.upgrade(database.url)

    after = _rows(database.url)
    engine = make_engine(database.url)
    with engine.connect() as connection:
        steps = connection.execute(sa.select(StageChange.to_stage, StageChange.by_id).order_by(StageChange.number))
        assert [tuple(row) for row in steps] == [(Stage.INTERVIEWING, opened_by), (Stage.WITHDRAWN, opened_by)]
    engine.dispose()
    # What was written to candidates goes, and what was written to people stays.
    assert len(before["message"]) == len(after["message"]) + 1


@pytest.mark.parametrize("table", ["revision", "rating", "stage_change"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_sealed_cannot_be_changed_in_the_database(database: Database, table: str, act: str) -> None:
    with writing(database.engine) as session:
        make_world(session, Random(7))
    before = _rows(database.url)[table]
    column = {"revision": "summary", "rating": "evidence", "stage_change": "reason"}[table]
    if database.is_sqlite and act.startswith("TRUNCATE"):
        act = "REPLACE INTO {} SELECT * FROM {}".replace("{}", table)

    with pytest.raises(sa.exc.DBAPIError), database.engine.begin() as connection:
        connection.execute(sa.text(act.format(table, column, "'forged'")))

    assert _rows(database.url)[table] == before


def test_a_reader_cannot_write(database: Database) -> None:
    from app.models.engine import reading

    with pytest.raises(sa.exc.DBAPIError), reading(database.engine) as session:
        session.execute(sa.text("DELETE FROM installation"))


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    from datetime import datetime

    from app.models.person import Person

    naive = datetime(2026, 1, 1)  # noqa: DTZ001  the fault that is tested
    with pytest.raises(sa.exc.StatementError, match="without a zone"), writing(database.engine) as session:
        session.add(Person(email="a@example.org", name="A", created_at=naive))


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="use sqlite:///file or postgresql"):
        make_engine("mysql://localhost/plumbline")


def _tables(url: str) -> set[str]:
    engine = make_engine(url)
    names = {name for name in sa.inspect(engine).get_table_names() if migrate.compared(name, "table", {})}
    engine.dispose()
    return names


def _rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return what every table holds but the search index, which is made of the others."""
    engine = make_engine(url)
    with engine.connect() as connection:
        rows = {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
            if name != "search_entry"
        }
    engine.dispose()
    return rows
