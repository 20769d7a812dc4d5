"""A first year in Chromium: the hire shows something, the manager returns and signs, the buddy sees their own part."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.domain.onboarding.goal import GoalState
from app.models.engine import reading, writing
from app.models.onboarding import Goal, Plan
from tests.factories.plans import START, Cast, make_plan
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


@pytest.fixture
def cast(site: Site) -> Cast:
    """A first year seven weeks in; one goal is the buddy's."""
    with writing(site.database.engine) as session:
        made = make_plan(session)
        made.goal(session, "ship").owner_id = made.buddy.id
    return made


def test_a_goal_goes_from_the_hire_to_the_manager_and_back(
    tab_of: Callable[[UUID], Page], site: Site, cast: Cast
) -> None:
    hire, manager = tab_of(cast.hire.id), tab_of(cast.manager.id)
    hire.goto(f"/onboarding/{cast.plan.id}")
    hire.get_by_role("main").get_by_role("link", name="Learn the product").first.click()
    hire.get_by_role("button", name="Start").click()
    _show(hire, "All four teams confirmed the map.")
    hire.get_by_role("button", name="Submit for sign-off").click()
    _expect_state(hire, "Submitted")
    assert _state(site, cast) is GoalState.SUBMITTED

    manager.goto("/")
    manager.get_by_role("link", name="Learn the product").first.click()
    expect(manager.get_by_text("All four teams confirmed the map.").first).to_be_visible()
    manager.get_by_text("Return, and say what is missing").click()
    manager.get_by_role("textbox", name="What is still missing").fill("Which customers?")
    manager.get_by_role("button", name="Return", exact=True).click()
    _expect_state(manager, "Returned")
    assert _state(site, cast) is GoalState.RETURNED

    hire.goto("/")
    hire.get_by_role("link", name="Learn the product").first.click()
    expect(hire.get_by_text("Which customers?").first).to_be_visible()
    hire.get_by_role("button", name="Submit for sign-off").click()
    _expect_state(hire, "Submitted")
    manager.reload()
    manager.get_by_role("button", name="Sign off").click()
    _expect_state(manager, "Signed off")
    assert _state(site, cast) is GoalState.SIGNED_OFF
    assert looking.faults(manager) == []


def test_the_manager_sees_the_most_urgent_first(tab_of: Callable[[UUID], Page], cast: Cast) -> None:
    tab = tab_of(cast.manager.id)
    tab.goto("/onboarding")
    row = tab.get_by_role("row").filter(has_text=cast.hire.name)
    expect(row).to_contain_text("Overdue")
    row.get_by_role("link", name=cast.hire.name).click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text(cast.hire.name)


def test_new_dates_are_shown_before_they_count(tab_of: Callable[[UUID], Page], site: Site, cast: Cast) -> None:
    tab = tab_of(cast.manager.id)
    tab.goto(f"/onboarding/{cast.plan.id}/dates")
    tab.get_by_label("First day", exact=True).fill("2026-10-12")
    tab.get_by_role("button", name="Show what would move").click()
    expect(tab.get_by_role("button", name="Apply these dates")).to_be_visible()
    assert _start(site, cast) == START
    assert looking.faults(tab) == []
    tab.get_by_role("button", name="Apply these dates").click()
    expect(tab.get_by_role("button", name="Apply these dates")).to_have_count(0)
    assert _start(site, cast) == START + timedelta(days=7)


def test_the_buddy_sees_only_what_is_theirs(tab_of: Callable[[UUID], Page], cast: Cast) -> None:
    tab = tab_of(cast.buddy.id)
    tab.goto("/onboarding")
    tab.get_by_role("main").get_by_role("link", name=cast.hire.name).first.click()
    expect(tab.get_by_text("Ship something small").first).to_be_visible()
    expect(tab.get_by_text("Learn the product")).to_have_count(0)
    assert looking.faults(tab) == []
    answer = tab.goto(f"/onboarding/{cast.plan.id}/notes")
    assert answer is not None
    assert answer.status == 403


def _show(tab: Page, text: str) -> None:
    tab.locator("summary", has_text="Write it down").click()
    tab.get_by_label("What happened").fill(text)
    tab.get_by_role("button", name="Write it down").click()
    expect(tab.get_by_text(text).first).to_be_visible()


def _expect_state(tab: Page, words: str) -> None:
    expect(tab.locator("dl").first).to_contain_text(words)


def _state(site: Site, cast: Cast) -> GoalState:
    with reading(site.database.engine) as session:
        wanted = select(Goal.state).where(Goal.plan_id == cast.plan.id, Goal.key == "learn")
        return session.scalars(wanted).one()


def _start(site: Site, cast: Cast) -> date:
    with reading(site.database.engine) as session:
        return session.get_one(Plan, cast.plan.id).starts_on
