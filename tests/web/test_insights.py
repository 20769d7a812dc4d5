"""The pages of insights as HR gets them, and as nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.growth.mark import Standing
from app.domain.permission import Role
from app.models.engine import writing
from tests.factories import insight as scene
from tests.factories.cycles import Team, assessment_of
from tests.factories.hiring import make_person
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

PAGES = ("/insights", "/insights/interviews", "/insights/levels.csv")


@pytest.fixture
def team(database: Database) -> Team:
    """Six people at senior; all have answered, and so has their manager."""
    with writing(database.engine) as session:
        team, cycle, people = scene.make_crowd(session)
        for person in people:
            marks = {"judgment": (Standing.MET, "senior"), "data": (Standing.BELOW, "")}
            scene.say(session, assessment_of(session, cycle, person), marks, marks)
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
    assert "Level,Senior PM,0 of about 5 people,Not shown: fewer than 5 cases" in moves
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


def test_a_role_that_is_not_there_and_days_that_are_none_are_answered(
    team: Team, signed_in: Callable[[UUID], Browser]
) -> None:
    browser = signed_in(team.hr.id)
    assert "There is no such role" in browser.get("/insights?role=pilot").text
    assert browser.get("/insights?from=yesterday&to=2026-13-01").status_code == 200
    assert "in the period" in browser.get("/insights?from=2026-01-01").text
    assert browser.get("/insights?from=0001-01-01&to=9999-12-31").status_code == 200


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
