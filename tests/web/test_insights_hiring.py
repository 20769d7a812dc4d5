"""Insights into interviewing as HR gets them, the mirror as its owner does, and both as nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.permission import Role
from app.models.engine import writing
from tests.factories.hiring import make_person
from tests.factories.history import Past, fit_past, make_past
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

HR_PAGES = ("/insights/interviewers", "/insights/load", "/insights/pipeline", "/insights/interviews")
HR_FILES = ("/insights/interviewers.csv", "/insights/load.csv", "/insights/coverage.csv", "/insights/pipeline.csv")


@pytest.fixture
def past(database: Database) -> Past:
    """Twelve decided candidates, three interviewers, and a fit of them."""
    with writing(database.engine) as session:
        past = make_past(session)
        fit_past(session, past)
        return past


def test_hr_sees_words_bars_and_what_they_rest_on(past: Past, signed_in: Callable[[UUID], Browser]) -> None:
    shown = signed_in(past.hr.id).get("/insights/interviewers").text
    for words in ("Strict", "Generous", "No sign", "From 36 scorecards of 1 opening", "A bar across the line"):
        assert words in shown
    assert "p-value" not in shown
    assert "statistically significant" not in shown


def test_a_mirror_names_nobody_else_and_says_so_in_the_second_person(
    past: Past, signed_in: Callable[[UUID], Browser]
) -> None:
    strict, middling, generous = past.interviewers
    shown = signed_in(strict.id).get("/insights/mirror").text
    assert "lower than colleagues" in shown
    assert middling.name not in shown
    assert generous.name not in shown
    assert "From 36 scorecards of 1 opening" in shown
    # Who wrote no card sees nothing, and no figure of others.
    empty = signed_in(past.committee.coordinator.id).get("/insights/mirror").text
    assert "Nothing to see yet" in empty
    assert "colleagues" not in empty


def test_files_say_what_the_pages_say(past: Past, signed_in: Callable[[UUID], Browser]) -> None:
    browser = signed_in(past.hr.id)
    lines = browser.get("/insights/interviewers.csv").text.lstrip("\ufeff").splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "Interviewer", "Interviewer 1", "Interviewer 2", "Interviewer 3",
    ]  # fmt: skip
    strict = lines[1].split(",")
    assert (strict[1], strict[5], strict[12:]) == ("12", "Strict", ["1", "12"])
    shown = browser.get("/insights/interviewers").text
    by_chance = dict(zip(lines[0].split(","), strict, strict=True))["Together by chance"]
    assert by_chance in {"may be", "no"}
    assert ("may be chance" in shown) is any(line.split(",")[8] == "may be" for line in lines[1:])
    assert float(strict[3]) < float(strict[2]) < float(strict[4]) < 0
    load = browser.get("/insights/load.csv").text.lstrip("\ufeff").splitlines()
    assert load[0] == "Interviewer,Last four weeks,Next two weeks"
    covered = browser.get("/insights/coverage.csv").text.lstrip("\ufeff").splitlines()
    assert covered[1:] == ["Product Strategy,0,0,12", "Technical Fluency,0,0,12", "Customer Empathy,0,0,12"]
    assert "Hired,0,0," in browser.get("/insights/pipeline.csv").text


def test_pages_without_anything_say_what_will_be_there(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        hr = make_person(session, "Hana HR", [Role.HR_PARTNER])
    browser = signed_in(hr.id)
    assert "No candidate is decided yet" in browser.get("/insights/interviewers").text
    assert "Nobody is an interviewer yet" in browser.get("/insights/load").text
    assert "Nobody has applied yet" in browser.get("/insights/pipeline").text
    assert "Nothing to see yet" in browser.get("/insights/mirror").text
    assert len(browser.get("/insights/interviewers.csv").text.splitlines()) == 1
    assert len(browser.get("/insights/pipeline.csv").text.splitlines()) == 1


def test_another_blueprint_and_nonsense_are_answered(past: Past, signed_in: Callable[[UUID], Browser]) -> None:
    browser = signed_in(past.hr.id)
    nowhere = f"?version={past.hr.id}"
    for path in ("/insights/interviewers", "/insights/load"):
        assert "There are no decided candidates on this blueprint" in browser.get(path + nowhere).text
        assert browser.get(f"{path}?version=nonsense").status_code == 200
    assert browser.get(f"/insights/interviewers.csv{nowhere}").status_code == 404
    assert "There is no such role" in browser.get("/insights/pipeline?role=pilot").text
    assert browser.get("/insights/pipeline.csv?role=pilot").status_code == 404


@pytest.mark.parametrize("path", [*HR_PAGES, *HR_FILES])
def test_nobody_else_gets_in(past: Past, signed_in: Callable[[UUID], Browser], path: str) -> None:
    others = (past.committee.coordinator, past.committee.manager, past.committee.chair, past.interviewers[0])
    assert {signed_in(one.id).get(path).status_code for one in others} == {403}


@pytest.mark.parametrize("path", [*HR_PAGES, "/insights/mirror"])
def test_a_page_takes_six_statements(
    past: Past, signed_in: Callable[[UUID], Browser], database: Database, path: str
) -> None:
    browser = signed_in(past.hr.id)
    browser.get(path)
    with counted(database.engine) as sent:
        assert browser.get(path).status_code == 200
    assert len([one for one in sent if one.startswith(("SELECT", "WITH"))]) <= 6
