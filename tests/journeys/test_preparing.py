"""Preparing in a real browser: by keyboard, from two tabs, without script, on paper, and when saving fails."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.domain.preparation import Mark
from app.models.blueprint import PreparationMark
from app.models.engine import reading, writing
from app.services import preparation, sessions
from tests.factories.guides import HOUR, guided_blueprint, key_of, make_guided
from tests.factories.panels import make_actor
from tests.journeys import looking

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.sync_api import Browser, BrowserContext, Page

    from app.domain.permission import ActorFacts
    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

READ, SAY, WRITE = map(key_of, HOUR)
METRICS = key_of("Metrics")
SAVED = re.compile(r"Saved \d")


@pytest.fixture
def version(site: Site) -> UUID:
    return make_guided(site.database)


@pytest.fixture
def ada(site: Site, context: BrowserContext) -> ActorFacts:
    """Somebody whose browser is signed in."""
    made = make_actor(site.database, "Ada Brook")
    site.sign_in(context, made.person_id)
    return made


def kept(site: Site, who: ActorFacts) -> dict[str, Mark]:
    """What the database holds of a person."""
    with reading(site.database.engine) as session:
        rows = session.scalars(select(PreparationMark).where(PreparationMark.person_id == who.person_id))
        return {row.item: row.mark for row in rows}


def keep(site: Site, who: ActorFacts, version: UUID, key: str, mark: Mark | None) -> None:
    """A mark made in another window."""
    with writing(site.database.engine) as session:
        preparation.keep(session, who, version, {key: mark}, now=datetime.now(UTC))


def opened(tab: Page, version: UUID, rest: str = "?plan=hour-1") -> Page:
    """The page, with everything loaded."""
    tab.goto(f"/blueprints/{version}/prepare{rest}")
    return tab


def test_ticking_by_keyboard_is_kept_at_once(
    tab: Page, site: Site, version: UUID, ada: ActorFacts, complaints: list[str]
) -> None:
    opened(tab, version)
    tab.get_by_role("link", name="Four weeks").or_(tab.get_by_role("link", name="One week")).focus()
    for _ in range(8):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.type") == "checkbox":
            break
    tab.keyboard.press("Space")
    expect(tab.get_by_text(SAVED)).to_be_visible()
    expect(tab.locator("#plan-progress")).to_contain_text("1 of 3 done")
    expect(tab.get_by_role("link", name="One hour")).to_contain_text("1 of 3 done")
    assert kept(site, ada) == {READ: Mark.DONE}
    tab.reload()
    expect(tab.get_by_role("checkbox", name=HOUR[0])).to_be_checked()
    expect(tab.get_by_role("checkbox", name=HOUR[1])).not_to_be_checked()
    assert complaints == []


def test_answers_by_arrow_keys_bring_the_list_of_what_is_left(
    tab: Page, site: Site, version: UUID, ada: ActorFacts, complaints: list[str]
) -> None:
    opened(tab, version)
    group = tab.get_by_role("radiogroup", name="Metrics")
    group.get_by_role("radio", name="I can show it").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#matched")).to_contain_text("Metrics: I have begun")
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#matched")).to_contain_text("Metrics: not yet")
    assert kept(site, ada) == {METRICS: Mark.MISSING}
    expect(group.get_by_role("radio", name="Not yet")).to_be_focused()
    tab.locator("#matched").get_by_text("Not answered yet: 1").click()
    tab.get_by_role("radiogroup", name="Evaluation with F1").get_by_role("radio", name="I can show it").click()
    expect(tab.locator("#matched")).to_contain_text("Evaluation with F1: I can show it")
    # What somebody opened stays open when the list is drawn anew.
    expect(tab.locator("#matched-open")).to_have_attribute("open", "")
    assert complaints == []


def test_a_change_can_be_undone(tab: Page, site: Site, version: UUID, ada: ActorFacts) -> None:
    keep(site, ada, version, METRICS, Mark.SHOWN)
    opened(tab, version)
    tab.get_by_role("checkbox", name=HOUR[0]).check()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("#plan-progress")).to_contain_text("0 of 3 done")
    expect(tab.get_by_role("checkbox", name=HOUR[0])).not_to_be_checked()
    expect(tab.get_by_role("button", name="Undo")).to_be_hidden()
    tab.get_by_role("radiogroup", name="Metrics").get_by_role("radio", name="Not yet").check(force=True)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("radiogroup", name="Metrics").get_by_role("radio", name="I can show it")).to_be_checked()
    expect(tab.locator("#matched")).to_contain_text("Metrics: I can show it")
    assert kept(site, ada) == {METRICS: Mark.SHOWN}


def test_two_tabs_do_not_undo_each_other(tab: Page, site: Site, version: UUID, ada: ActorFacts) -> None:
    opened(tab, version)
    other = opened(tab.context.new_page(), version)
    other.get_by_role("checkbox", name=HOUR[2]).check()
    expect(other.get_by_text(SAVED)).to_be_visible()
    tab.get_by_role("checkbox", name=HOUR[0]).check()
    expect(tab.get_by_text(SAVED)).to_be_visible()
    assert kept(site, ada) == {READ: Mark.DONE, WRITE: Mark.DONE}
    # And this tab has heard of the other's tick by now.
    expect(tab.get_by_role("checkbox", name=HOUR[2])).to_be_checked()
    expect(tab.locator("#plan-progress")).to_contain_text("2 of 3 done")


def test_quick_ticks_are_all_kept(tab: Page, site: Site, version: UUID, ada: ActorFacts) -> None:
    opened(tab, version)
    tab.evaluate("document.querySelectorAll('.task__box').forEach((box) => box.click())")
    expect(tab.locator("#plan-progress")).to_contain_text("3 of 3 done")
    assert kept(site, ada) == {READ: Mark.DONE, SAY: Mark.DONE, WRITE: Mark.DONE}
    expect(tab.get_by_role("link", name="One hour")).to_contain_text("all 3 done")


def test_a_lost_connection_keeps_the_tick_and_saves_it_later(
    tab: Page, site: Site, version: UUID, ada: ActorFacts
) -> None:
    opened(tab, version)
    tab.context.set_offline(True)
    tab.get_by_role("checkbox", name=HOUR[0]).check()
    expect(tab.get_by_text("Not saved: no connection")).to_be_visible()
    expect(tab.get_by_role("button", name="Save ticks")).to_be_visible()
    assert kept(site, ada) == {}
    tab.context.set_offline(False)
    expect(tab.get_by_text(SAVED)).to_be_visible()
    expect(tab.get_by_role("button", name="Save ticks")).to_be_hidden()
    assert kept(site, ada) == {READ: Mark.DONE}


def test_being_signed_out_loses_no_tick(tab: Page, site: Site, version: UUID, ada: ActorFacts) -> None:
    opened(tab, version)
    tab.context.clear_cookies()
    tab.get_by_role("checkbox", name=HOUR[0]).check()
    expect(tab.get_by_text("Not saved: you were signed out")).to_be_visible()
    expect(tab.get_by_role("link", name="Sign in again")).to_be_visible()
    # Signed in again in another window: the form's token is an old one, so a fresh one is asked for.
    site.sign_in(tab.context, ada.person_id)
    tab.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(tab.get_by_text(SAVED)).to_be_visible()
    expect(tab.get_by_role("link", name="Sign in again")).to_be_hidden()
    assert kept(site, ada) == {READ: Mark.DONE}


def test_starting_over_asks_in_a_dialog(tab: Page, site: Site, version: UUID, ada: ActorFacts) -> None:
    opened(tab, version)
    expect(tab.get_by_role("link", name="Start over")).to_have_count(0)
    tab.get_by_role("checkbox", name=HOUR[0]).check()
    tab.get_by_role("radiogroup", name="Metrics").get_by_role("radio", name="Not yet").check(force=True)
    expect(tab.locator("#matched")).to_contain_text("Metrics: not yet")
    tab.locator("#again-plan").get_by_role("link", name="Start over").click()
    expect(tab.get_by_role("dialog")).to_contain_text("This deletes 1 tick of yours for good.")
    tab.get_by_role("button", name="Keep as it is").click()
    assert kept(site, ada) == {READ: Mark.DONE, METRICS: Mark.MISSING}
    tab.locator("#again-plan").get_by_role("link", name="Start over").click()
    tab.get_by_role("button", name="Delete and start over").click()
    expect(tab.get_by_text("Your marks are deleted.")).to_be_visible()
    assert kept(site, ada) == {METRICS: Mark.MISSING}


def test_preparing_needs_no_script(chromium: Browser, site: Site, version: UUID) -> None:
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    who = make_actor(site.database, "Noor No-Script")
    site.sign_in(context, who.person_id)
    tab = opened(context.new_page(), version)
    tab.get_by_role("checkbox", name=HOUR[1]).check()
    tab.get_by_role("button", name="Save ticks").click()
    expect(tab.get_by_text("Your marks are saved. Only you see them.")).to_be_visible()
    expect(tab.get_by_role("checkbox", name=HOUR[1])).to_be_checked()
    tab.get_by_role("radiogroup", name="Metrics").get_by_role("radio", name="I have begun").check(force=True)
    tab.get_by_role("button", name="Save answers").click()
    expect(tab.locator("#matched")).to_contain_text("Metrics: I have begun")
    assert kept(site, who) == {SAY: Mark.DONE, METRICS: Mark.BEGUN}
    tab.locator("#own").get_by_role("link", name="Delete all").click()
    tab.get_by_role("button", name="Delete and start over").click()
    assert kept(site, who) == {}
    context.close()


def test_paper_has_boxes_and_nothing_of_scoring(tab: Page, site: Site, version: UUID, ada: ActorFacts) -> None:
    for key, mark in ((READ, Mark.DONE), (METRICS, Mark.BEGUN)):
        keep(site, ada, version, key, mark)
    opened(tab, version)
    tab.emulate_media(media="print")
    # Drawn by us: browsers leave the fill of their own boxes out on paper.
    looks = "(box) => { const s = getComputedStyle(box); return [s.appearance, s.backgroundImage !== 'none'] }"
    assert tab.locator(f"#{READ}").evaluate(looks) == ["none", True]
    assert tab.locator(f"#{SAY}").evaluate(looks) == ["none", False]
    printed = tab.locator("main").inner_text()
    assert HOUR[1] in printed
    assert "Interviews look at it" not in printed
    assert "weight" not in printed
    for unseen in ("Start over", "Delete all", "Save ticks", "How much time do you have?"):
        assert unseen not in printed
    before = guided_blueprint().scorecard.dimensions[1].title
    assert before not in printed


def test_the_page_with_everything_on_it_is_for_everybody(tab: Page, site: Site, version: UUID, ada: ActorFacts) -> None:
    for key, mark in ((READ, Mark.DONE), (SAY, Mark.DONE), (METRICS, Mark.SHOWN), (key_of("Pipelines"), Mark.BEGUN)):
        keep(site, ada, version, key, mark)
    newer = make_guided(site.database, guided_blueprint(("Read two studies", *HOUR[1:])), number=2)
    for shown in (version, newer):
        opened(tab, shown, "?plan=hour-1&order=left")
        tab.get_by_role("checkbox", name=HOUR[2]).click()
        expect(tab.get_by_text(SAVED)).to_be_visible()
        assert looking.faults(tab) == []


def test_another_person_in_the_same_browser_sees_none_of_it(
    tab: Page, site: Site, version: UUID, ada: ActorFacts
) -> None:
    opened(tab, version)
    tab.get_by_role("checkbox", name=HOUR[0]).check()
    expect(tab.get_by_text(SAVED)).to_be_visible()
    with writing(site.database.engine) as session:
        sessions.end_all(session, ada.person_id)
    tab.context.clear_cookies()
    site.sign_in(tab.context, make_actor(site.database, "Ben Cole").person_id)
    opened(tab, version)
    for box in tab.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
    assert kept(site, ada) == {READ: Mark.DONE}
