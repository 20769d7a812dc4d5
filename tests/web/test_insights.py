"""The pages of insights as HR gets them, and as nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.growth.cycle import CycleState
from app.domain.growth.mark import Standing
from app.domain.permission import Role
from app.models.engine import writing
from tests.factories import insight as scene
from tests.factories.cycles import Team, assessment_of
from tests.factories.hiring import NOW, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

PAGES = ("/insights", "/insights/interviews", "/insights/levels.csv")


@pytest.fixture
def team(database: Database) -> Team:
    """Six people at senior; all have answered, so has their manager, and the cycle is closed."""
    with writing(database.engine) as session:
        team, cycle, people = scene.make_crowd(session)
        for person in people:
            marks = {"judgment": (Standing.MET, "senior"), "data": (Standing.BELOW, "")}
            scene.say(session, assessment_of(session, cycle, person), marks, marks)
        cycle.state, cycle.closed_at = CycleState.CLOSED, NOW
        return team


def test_hr_reads_every_figure(team: Team, signed_in: Callable[[UUID], Browser]) -> None:
    shown = signed_in(team.hr.id).get("/insights").text
    for words in ("People by team and level", "Senior PM", "Search", "100 %, 12 of 12 marks of 6 people"):
        assert words in shown
    assert "Mira Okafor" not in shown


def test_files_say_what_the_page_says(team: Team, signed_in: Callable[[UUID], Browser]) -> None:
    browser = signed_in(team.hr.id)
    lines = browser.get("/insights/levels.csv").text.lstrip("\ufeff").splitlines()
    assert lines == ["Team,Senior PM,Principal PM,Group PM", "Search,6,0,0", "All teams,6,0,0"]
    moves = browser.get(f"/insights/moves.csv?role={team.version.role}").text
    every = '"Senior PM, Principal PM, Group PM"'
    assert f"Level,{every},0 of about 5 people promoted" in moves
    assert "Cases,All that were decided,Not shown: fewer than 5 cases ended in a promotion" in moves
    assert "Senior PM,,32 months,Not shown: fewer than 5" in browser.get("/insights/stays.csv").text
    assert "Autumn 2026,2026-11-22" in browser.get("/insights/agreement.csv").text
    assert browser.get("/insights/levels.csv?role=pilot").status_code == 404


def test_a_page_without_people_says_what_will_be_there(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        hr = make_person(session, "Hana HR", [Role.HR_PARTNER])
    browser = signed_in(hr.id)
    assert "No role has a ladder yet" in browser.get("/insights").text
    assert "Nobody to compare yet" in browser.get("/insights/interviews").text


def test_a_role_that_is_not_there_and_years_that_are_none_are_answered(
    team: Team, signed_in: Callable[[UUID], Browser]
) -> None:
    browser = signed_in(team.hr.id)
    assert "There is no such role" in browser.get("/insights?role=pilot").text
    for year in ("yesterday", "2024.5", "-1", "0", "99999999999999999999", "9999"):
        assert browser.get("/insights", query_string={"year": year}).status_code == 200
    assert "Promotions of 2024" in browser.get("/insights?year=2024").text
    # An older address that narrowed to days is answered with whole years.
    assert browser.get("/insights?from=2024-03-01&to=2024-03-31").text.count("people promoted") == browser.get(
        "/insights"
    ).text.count("people promoted")


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_gets_in(team: Team, signed_in: Callable[[UUID], Browser], path: str) -> None:
    assert [signed_in(one.id).get(path).status_code for one in (team.manager, team.mira)] == [403, 403]


@pytest.mark.parametrize("path", PAGES[:2])
def test_a_page_takes_six_statements(
    team: Team, signed_in: Callable[[UUID], Browser], database: Database, path: str
) -> None:
    browser = signed_in(team.hr.id)
    browser.get(path)
    with counted(database.engine) as sent:
        assert browser.get(path).status_code == 200
    assert len([one for one in sent if one.startswith(("SELECT", "WITH"))]) <= 6
