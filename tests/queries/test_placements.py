"""Where somebody stands on a day, and who reports to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.models.engine import reading, writing
from app.models.ladder import Placement
from app.queries import placements as queries
from app.queries.placements import Standing
from app.services import placements
from tests.factories.cycles import SINCE, TODAY, Team, make_report, make_team, small_ladder
from tests.factories.hiring import NOW, actor_of, make_blueprint_version, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from tests.databases import Database


@pytest.fixture
def team(database: Database) -> Team:
    with writing(database.engine) as session:
        return make_team(session)


def level_on(database: Database, team: Team, day: date) -> tuple[str, date] | None:
    with reading(database.engine) as session:
        found = queries.current(session, [team.mira.id], day).get(team.mira.id)
        return (found.level, found.since) if found else None


def test_the_level_that_began_last_counts_and_one_to_come_does_not(database: Database, team: Team) -> None:
    coming = TODAY + timedelta(days=40)
    with writing(database.engine) as session:
        placements.place(session, actor_of(team.hr), team.mira.id, team.version.role, "principal", coming, "", now=NOW)
    assert level_on(database, team, SINCE - timedelta(days=1)) is None
    assert level_on(database, team, TODAY) == ("senior", SINCE)
    assert level_on(database, team, coming) == ("principal", coming)


def test_of_two_that_begin_on_one_day_the_one_recorded_later_counts(database: Database, team: Team) -> None:
    with writing(database.engine) as session:
        session.add(
            Placement(
                person_id=team.mira.id, role=team.version.role, level="group", since=SINCE, reason="A correction.",
                recorded_at=NOW + timedelta(hours=1), recorded_by_id=team.hr.id,
            )
        )  # fmt: skip
    assert level_on(database, team, TODAY) == ("group", SINCE)


def test_many_people_take_one_query_and_the_titles_are_those_of_the_newest_version(
    database: Database, team: Team
) -> None:
    role = team.version.role
    with writing(database.engine) as session:
        people = [make_report(session, f"Person {n}", team.manager, team.version, team.hr) for n in range(30)]
        lone = make_person(session, "Lone Wolf")
        gone = make_report(session, "Gone Girl", team.manager, team.version, team.hr)
        placements.place(session, actor_of(team.hr), gone.id, role, "group", TODAY, "", now=NOW)
        plain = small_ladder(role=role)
        assert plain.ladder is not None
        *levels, last = plain.ladder.levels
        renamed = replace(plain.ladder, levels=(*levels, replace(last, title="Head of PMs")))
        newest = make_blueprint_version(session, replace(plain, ladder=renamed), number=2).id
    everybody = [one.id for one in (*people, lone, gone)]
    with reading(database.engine) as session:
        queries.current(session, everybody, TODAY)
    with reading(database.engine) as session, counted(database.engine) as statements:
        found = queries.current(session, everybody, TODAY)
    assert len(statements) == 1
    assert len(found) == 31
    assert found[gone.id] == Standing(role, "group", TODAY, "Head of PMs", newest)


def test_reports_are_those_with_an_open_account_by_name(database: Database, team: Team) -> None:
    with writing(database.engine) as session:
        make_report(session, "Gone Girl", team.manager, team.version, team.hr).active = False
        first = make_report(session, "Ada First", team.manager, team.version, team.hr)
    with reading(database.engine) as session:
        assert queries.reports_of(session, team.manager.id) == (first.id, team.mira.id, team.noor.id)
        assert queries.reports_of(session, team.mira.id) == ()


def test_only_hr_places_and_nobody_themselves_and_a_case_must_be_theirs(database: Database, team: Team) -> None:
    role = team.version.role
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        placements.place(session, actor_of(team.manager), team.mira.id, role, "principal", TODAY, "", now=NOW)
    with pytest.raises(InvalidError), writing(database.engine) as session:
        placements.place(session, actor_of(team.hr), team.hr.id, role, "principal", TODAY, "", now=NOW)
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        placements.place(
            session, actor_of(team.manager), team.mira.id, role, "principal", TODAY, "", now=NOW, case_id=team.noor.id
        )
    assert level_on(database, team, TODAY) == ("senior", SINCE)
