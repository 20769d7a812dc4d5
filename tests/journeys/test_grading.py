"""Grading in a real browser: marks save themselves, two tabs lose nothing, and grades open together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.models.candidate import Application
from app.models.case_grading import Mark
from app.models.engine import reading, writing
from tests.factories import hiring
from tests.factories.grading import content, grade, make_grading
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from playwright.sync_api import Page

    from tests.factories.grading import Grading
    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


@pytest.fixture
def at(site: Site) -> Grading:
    return make_grading(site.database, submissions=2)


def marked(site: Site) -> list[tuple[int | None, str]]:
    with reading(site.database.engine) as session:
        return [(row.value, row.note) for row in session.execute(select(Mark.value, Mark.note).order_by(Mark.note))]


def test_marks_save_themselves_beside_each_answer(site: Site, tab_of: Callable[[UUID], Page], at: Grading) -> None:
    una = tab_of(at.una.person_id)
    with looking.listening(una) as heard:
        una.goto(f"/grading/{at.task}")
        una.get_by_role("link", name="1. What do you plan first?").click()
        expect(una.get_by_role("heading", level=1)).to_have_text("Question 1 of 2")
        answers = una.get_by_role("article")
        expect(answers).to_have_count(2)
        for place, (level, note) in enumerate((("4 Above", "first"), ("Not assessed", "second"))):
            answer = answers.nth(place)
            answer.get_by_role("radio", name=level).check(force=True)
            answer.get_by_role("textbox", name="Note").fill(note)
            expect(answer.get_by_role("status")).to_contain_text("Saved")
        una.get_by_role("link", name="Go on to question 2").click()
        expect(una.get_by_role("heading", level=1)).to_have_text("Question 2 of 2")
    assert heard == []
    assert marked(site) == [(4, "first"), (None, "second")]


def test_two_tabs_on_one_mark_lose_nothing(site: Site, tab_of: Callable[[UUID], Page], at: Grading) -> None:
    here, there = tab_of(at.una.person_id), tab_of(at.una.person_id)
    path = f"/grading/{at.task}/questions/{at.questions[0]}"
    here.goto(path)
    there.goto(path)
    there.get_by_role("textbox", name="Note").first.fill("from there")
    expect(there.get_by_role("article").first.get_by_role("status")).to_contain_text("Saved")
    here.get_by_role("textbox", name="Note").first.fill("from here")
    expect(here.get_by_text("A mark was changed in another tab")).to_be_visible()
    here.get_by_role("button", name="Save").first.click()
    expect(here.get_by_text("Its note: “from there”")).to_be_visible()
    expect(here.get_by_role("textbox", name="Note").first).to_have_value("from here")
    here.get_by_role("button", name="Save").first.click()
    expect(here.get_by_text("Your mark is saved.")).to_be_visible()
    assert marked(site) == [(None, "from here")]


def test_a_sheet_is_rated_by_keyboard_and_sealed(site: Site, tab_of: Callable[[UUID], Page], at: Grading) -> None:
    for place in (0, 1):
        grade(site.database, at, at.udo, place, card=content(2, 3))
    una = tab_of(at.una.person_id)
    for question in at.questions:
        una.goto(f"/grading/{at.task}/questions/{question}")
        answer = una.locator(f"[id='{at.submissions[0]}']")
        answer.get_by_role("radio", name="3 Meets bar").check(force=True)
        expect(answer.get_by_role("status")).to_contain_text("Saved")
    una.goto(f"/grading/{at.task}/submissions/{at.submissions[0]}")
    una.locator("#d-strategy-1").focus()
    una.keyboard.press("5")
    una.keyboard.press("Enter")
    una.keyboard.type("Names the price of each option.")
    una.keyboard.press("Escape")
    una.keyboard.press("j")
    una.keyboard.press("0")
    expect(una.locator("[data-rated]")).to_contain_text("2 of 2 rated")
    una.get_by_role("radio", name="Strong yes").check(force=True)
    una.get_by_role("button", name="Seal the grade").click()
    expect(una.get_by_text("All grades of this submission are in now.")).to_be_visible()
    expect(una.get_by_role("link", name="Compare")).to_have_count(0)


def test_grades_side_by_side_are_for_everybody(site: Site, tab_of: Callable[[UUID], Page], at: Grading) -> None:
    for place in (0, 1):
        grade(site.database, at, at.una, place, card=content(5, 3), marks=(4, None))
        grade(site.database, at, at.udo, place, card=content(2, 3))
    una = tab_of(at.una.person_id)
    with looking.listening(una) as heard:
        una.goto(f"/grading/{at.task}")
        assert looking.faults(una) == []
        una.get_by_role("link", name="Compare").first.click()
        expect(una.get_by_role("heading", level=1)).to_contain_text("Grades side by side")
        expect(una.get_by_text("3 points apart")).to_be_visible()
        assert looking.faults(una) == []
        una.goto(f"/grading/{at.task}/submissions/{at.submissions[0]}")
        assert looking.faults(una) == []
    assert heard == []
    with writing(site.database.engine) as session:
        for one in at.applications:
            hiring.open_debrief(session, session.get_one(Application, one), at.coordinator.person_id)
    cleo = tab_of(at.coordinator.person_id)
    cleo.goto(f"/grading/{at.task}/graders")
    assert looking.faults(cleo) == []
    cleo.get_by_role("link", name="Compare").first.click()
    expect(cleo.get_by_text("3 points apart")).to_be_visible()


def test_marks_are_kept_without_script(site: Site, tab_of: Callable[[UUID], Page], at: Grading) -> None:
    una = tab_of(at.una.person_id)
    una.route("**/*.js", lambda route: route.abort())
    una.goto(f"/grading/{at.task}/questions/{at.questions[0]}")
    answer = una.locator(f"[id='{at.submissions[1]}']")
    answer.get_by_role("radio", name="2 Below").check(force=True)
    answer.get_by_role("textbox", name="Note").fill("by hand")
    answer.get_by_role("button", name="Save").click()
    expect(una.get_by_text("Your mark is saved.")).to_be_visible()
    assert marked(site) == [(2, "by hand")]
