"""The end of things in a first year, in Chromium: both sign a milestone, a leaver's plan closes, a list is narrowed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.domain.onboarding.goal import GoalAct, GoalState
from app.domain.onboarding.plan import PartyName, PlanState
from app.models.engine import reading, writing
from app.models.onboarding import Goal, GoalEvidence, Plan, Signature
from app.services import goals, plans
from tests.factories.hiring import actor_of, make_person
from tests.factories.plans import TODAY, Cast, draft_for, make_onboarding_version, make_plan
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from playwright.sync_api import Page
    from sqlalchemy.orm import Session

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

REASON = "She moves back to Oslo."
TITLE = "What the four teams said"
REFUSED = {
    "notes.pdf": (b"%PDF-1.7\n" + b"0" * 30_000_000, "This file has 30.0 MB"),
    "setup.exe": (b"MZ\x90\x00" + b"\x00" * 400, "This kind of file is not accepted"),
}
"""What is sent under which name, and what the page says to it."""


@pytest.fixture
def cast(site: Site) -> Cast:
    """A first year seven weeks in, with its buddy as the owner of a goal to come."""
    with writing(site.database.engine) as session:
        made = make_plan(session)
        made.goal(session, "ship").owner_id = made.buddy.id
    return made


def test_a_milestone_is_done_once_both_have_signed(tab_of: Callable[[UUID], Page], site: Site, cast: Cast) -> None:
    with writing(site.database.engine) as session:
        _waive_first_month(session, cast)
    manager, hire = tab_of(cast.manager.id), tab_of(cast.hire.id)
    manager.goto(f"/onboarding/{cast.plan.id}")
    manager.get_by_role("button", name="Sign First month").first.click()
    section = manager.locator("#day-30")
    expect(section).to_contain_text(f"Manager: {cast.manager.name}")
    expect(section).to_contain_text("New hire: not signed yet")
    expect(section.get_by_role("heading").locator("xpath=..")).to_contain_text("Overdue")
    assert _signed(site, cast) == {PartyName.MANAGER}

    hire.goto("/")
    hire.get_by_role("main").get_by_role("link", name="Sign First month").click()
    hire.get_by_role("button", name="Sign First month").first.click()
    section = hire.locator("#day-30")
    expect(section).to_contain_text(f"New hire: {cast.hire.name}")
    expect(section.get_by_role("heading").locator("xpath=..")).to_contain_text("Done")
    expect(hire.get_by_role("button", name="Sign First month")).to_have_count(0)
    assert _signed(site, cast) == {PartyName.MANAGER, PartyName.HIRE}
    assert looking.faults(hire) == []


def test_the_plan_of_a_leaver_closes_and_keeps_what_was(tab_of: Callable[[UUID], Page], site: Site, cast: Cast) -> None:
    tab, hire = tab_of(cast.manager.id), tab_of(cast.hire.id)
    tab.goto(f"/onboarding/{cast.plan.id}")
    tab.get_by_role("link", name="End this plan").click()
    tab.get_by_role("button", name="End the plan").click()
    expect(tab.get_by_role("alert")).to_contain_text("Why")
    tab.get_by_label("Why").fill(REASON)
    tab.get_by_role("button", name="End the plan").click()
    expect(tab.get_by_role("main")).to_contain_text(REASON)
    assert _plan_state(site, cast) is PlanState.CLOSED

    # What is open in an ended plan is still to be read, and nothing on its pages changes anything.
    hire.goto(f"/onboarding/{cast.plan.id}")
    hire.get_by_role("main").get_by_role("link", name="Learn the product").first.click()
    expect(hire.get_by_text("History")).to_be_visible()
    for page in (tab, hire):
        page.goto(f"/onboarding/{cast.plan.id}")
        expect(page.locator("main form")).to_have_count(0)
        page.get_by_role("link", name="History").click()
        expect(page.get_by_role("main")).to_contain_text(REASON)
        page.goto(f"/onboarding/goals/{_goal_id(site, cast)}")
        expect(page.locator("main form")).to_have_count(0)
    for way in ("dates", "people", "end"):
        answer = tab.goto(f"/onboarding/{cast.plan.id}/{way}")
        assert answer is not None
        assert answer.status in {403, 409}, way


def test_a_list_is_ordered_and_narrowed_by_its_address(tab_of: Callable[[UUID], Page], site: Site, cast: Cast) -> None:
    with writing(site.database.engine) as session:
        _submitted(session, cast)
        _two_more(session, cast)
    tab = tab_of(cast.manager.id)
    tab.goto("/onboarding")
    _lists(tab, "Bea Blocked", cast.hire.name, "Fay Future")
    tab.get_by_role("link", name="Who").click()
    expect(tab).to_have_url(re.compile(r"/onboarding\?sort=name$"))
    _lists(tab, "Bea Blocked", "Fay Future", cast.hire.name)
    tab.goto("/onboarding?health=blocked")
    _lists(tab, "Bea Blocked")
    tab.goto("/onboarding")
    tab.get_by_role("link", name="Waiting for your signature").click()
    _lists(tab, cast.hire.name)
    expect(tab).to_have_url(re.compile(r"/onboarding\?mine=1$"))
    tab.get_by_role("searchbox", name="Name or role").fill("nobody at all")
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab.get_by_text("None fits")).to_be_visible()
    tab.get_by_role("link", name="Show all").click()
    expect(tab.locator("main tbody tr").get_by_role("link")).to_have_count(3)


@pytest.mark.parametrize("refused", sorted(REFUSED))
def test_a_file_that_is_not_taken_costs_nothing_typed(
    tab_of: Callable[[UUID], Page], site: Site, cast: Cast, tmp_path: Path, refused: str
) -> None:
    data, said = REFUSED[refused]
    chosen = tmp_path / refused
    chosen.write_bytes(data)
    tab = tab_of(cast.hire.id)
    tab.goto(f"/onboarding/goals/{_goal_id(site, cast)}")
    tab.locator("summary", has_text="Add a file").click()
    tab.get_by_label("What it is").locator("visible=true").fill(TITLE)
    tab.locator("input[type=file]").set_input_files(chosen)
    tab.get_by_role("button", name="Add a file").click()
    expect(tab.get_by_role("alert")).to_contain_text(said)
    expect(tab.get_by_label("What it is").locator("visible=true")).to_have_value(TITLE)
    with reading(site.database.engine) as session:
        assert session.scalars(select(GoalEvidence)).all() == []


def _waive_first_month(session: Session, cast: Cast) -> None:
    wanted = select(Goal).where(Goal.milestone_id == cast.milestone(session, "day-30").id)
    for goal in session.scalars(wanted):
        _act(session, cast, goal, GoalAct.WAIVE, "Shown in the job before.")


def _submitted(session: Session, cast: Cast) -> None:
    goal = cast.goal(session, "learn")
    goal.state, goal.since = GoalState.SUBMITTED, datetime.now(UTC)


def _two_more(session: Session, cast: Cast) -> None:
    """One hire of the same manager whose goal is blocked, and one who has not begun."""
    blocked = _hired(session, cast, "Bea Blocked", timedelta(days=-7))
    goal = session.scalars(select(Goal).where(Goal.plan_id == blocked, Goal.key == "learn")).one()
    goal.state, goal.blocked_by, goal.waits_for_id = GoalState.BLOCKED, "No access", cast.buddy.id
    _hired(session, cast, "Fay Future", timedelta(days=21))


def _hired(session: Session, cast: Cast, name: str, distance: timedelta) -> UUID:
    now = datetime.now(UTC)
    person, version = make_person(session, name), make_onboarding_version(session, role=name.lower().replace(" ", "-"))
    wanted = draft_for(person, cast.manager, version, starts_on=now.date() + distance)
    return plans.begin(session, actor_of(cast.hr), wanted, today=now.date(), now=now)


def _act(session: Session, cast: Cast, goal: Goal, act: GoalAct, note: str) -> None:
    now = datetime.combine(TODAY, datetime.min.time(), UTC)
    goals.act(session, actor_of(cast.manager), goal.id, act, version=goal.version, now=now, note=note)


def _lists(tab: Page, *names: str) -> None:
    """The page, once it is drawn, lists these people in this order."""
    expect(tab.locator("main tbody tr").get_by_role("link")).to_have_text(names)


def _signed(site: Site, cast: Cast) -> set[PartyName]:
    with reading(site.database.engine) as session:
        milestone = cast.milestone(session, "day-30")
        return set(session.scalars(select(Signature.party).where(Signature.milestone_id == milestone.id)))


def _plan_state(site: Site, cast: Cast) -> PlanState:
    with reading(site.database.engine) as session:
        return session.get_one(Plan, cast.plan.id).state


def _goal_id(site: Site, cast: Cast) -> UUID:
    with reading(site.database.engine) as session:
        return cast.goal(session, "learn").id
