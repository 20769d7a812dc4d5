"""Playing with weights in a real browser: with its script, by keyboard, without, and when no answer comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.models.engine import writing
from tests.factories.committee import Committee, make_committee, make_scored
from tests.journeys import looking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

DIMENSIONS = ("strategy", "fluency", "empathy")
MARKS = {
    "Zoë Lind": ((5, 4, 2), (4, 4, 3), (5, 4, 2)),
    "Ann Roe": ((3, 3, 5), (3, 3, 5), (4, 3, 4)),
    "Bo Ek": ((2, 2, 4), (2, 3, 4), (2, 2, 4)),
}
STILL = "No: with these weights the order of the composites stays as it is."
ALONE = {"w-strategy": "0", "w-fluency": "0", "w-empathy": "100"}


@pytest.fixture
def committee(site: Site) -> Committee:
    with writing(site.database.engine) as session:
        made = make_committee(session, interviewers=3)
        for name, cards in MARKS.items():
            make_scored(session, made, name, [dict(zip(DIMENSIONS, card, strict=True)) for card in cards])
    return made


@pytest.fixture
def weights(site: Site, context: BrowserContext, tab: Page, committee: Committee) -> Page:
    """The page, with sliders."""
    site.sign_in(context, committee.coordinator.id)
    tab.goto(f"/requisitions/{committee.requisition.id}/comparison/weights")
    expect(tab.get_by_role("slider")).to_have_count(len(DIMENSIONS))
    return tab


def answer(page: Page) -> Locator:
    return page.locator("[data-played] .answer")


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#w-{name}")


def only_empathy(page: Page) -> None:
    for name, weight in ALONE.items():
        page.locator(f"#{name}").fill(weight)


def test_the_answer_follows_the_fields_and_nothing_is_kept(weights: Page, complaints: list[str]) -> None:
    before = weights.url
    expect(answer(weights)).to_have_text(STILL)
    only_empathy(weights)
    expect(answer(weights)).to_contain_text("Yes: with these weights")
    expect(weights.locator("[data-played]")).to_contain_text("Ann Roe would be ahead of Zoë Lind.")
    row = weights.get_by_role("row", name=re.compile("^Ann Roe"))
    expect(row.get_by_role("cell").last).to_have_text("4.7")
    expect(weights.get_by_role("slider").last).to_have_value("100")
    assert weights.url == before
    weights.reload()
    weights.goto(before)
    expect(row.get_by_role("cell").first).to_have_text(row.get_by_role("cell").last.inner_text())
    assert complaints == []


def test_a_slider_moves_its_field_by_keyboard(weights: Page) -> None:
    field(weights, "empathy").focus()
    weights.keyboard.press("Tab")
    assert weights.evaluate("document.activeElement.type") == "range"
    slider = weights.get_by_role("slider", name=re.compile(", slider$")).last
    expect(slider).to_be_focused()
    weights.keyboard.press("End")
    expect(field(weights, "empathy")).to_have_value("100")
    for name in ("strategy", "fluency"):
        field(weights, name).focus()
        weights.keyboard.press("Tab")
        weights.keyboard.press("Home")
    expect(weights.locator("[data-played]")).to_contain_text("Ann Roe would be ahead of Zoë Lind.")


def test_only_what_the_answer_says_changes_so_that_readers_announce_it(weights: Page) -> None:
    weights.evaluate("document.querySelector('[data-played]').dataset.same = 'yes'")
    only_empathy(weights)
    expect(answer(weights)).to_contain_text("Yes: with these weights")
    expect(weights.locator("[data-played][data-same=yes][aria-live=polite]")).to_have_count(1)
    expect(field(weights, "empathy")).to_be_focused()


def test_weights_that_cannot_be_read_are_said_and_stay(weights: Page) -> None:
    only_empathy(weights)
    expect(answer(weights)).to_contain_text("Yes: with these weights")
    field(weights, "empathy").fill("300")
    expect(weights.locator("[data-played]")).to_contain_text("Write whole numbers from 0 to 100.")
    expect(answer(weights)).to_have_text(STILL)
    expect(field(weights, "empathy")).to_have_value("300")
    field(weights, "empathy").fill("0")
    expect(weights.locator("[data-played]")).to_contain_text("Give at least one dimension some weight.")


def test_weights_that_the_browser_brings_back_are_answered_again(weights: Page) -> None:
    only_empathy(weights)
    expect(answer(weights)).to_contain_text("Yes: with these weights")
    weights.goto("/")
    weights.go_back()
    expect(field(weights, "empathy")).to_have_value("100")
    expect(weights.get_by_role("slider").last).to_have_value("100")
    expect(answer(weights)).to_contain_text("Yes: with these weights")


@pytest.mark.parametrize("lost", ["network", "session"])
def test_an_answer_that_does_not_come_leaves_no_old_one(weights: Page, context: BrowserContext, lost: str) -> None:
    if lost == "network":
        weights.route("**/weights/answer?*", lambda route: route.abort())
    else:
        context.clear_cookies()
    only_empathy(weights)
    expect(weights.locator("[data-played]")).to_have_text("No answer came. Press “See what changes” to ask again.")
    expect(field(weights, "empathy")).to_have_value("100")


def test_the_form_does_it_without_script(chromium: Browser, site: Site, committee: Committee) -> None:
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    site.sign_in(context, committee.coordinator.id)
    page = context.new_page()
    page.goto(f"/requisitions/{committee.requisition.id}/comparison/weights")
    expect(page.get_by_role("slider")).to_have_count(0)
    only_empathy(page)
    page.get_by_role("button", name="See what changes").click()
    expect(answer(page)).to_contain_text("Yes: with these weights")
    expect(field(page, "empathy")).to_have_value("100")
    page.get_by_role("link", name="The blueprint's weights").click()
    expect(answer(page)).to_have_text(STILL)
    context.close()


def test_the_sliders_are_for_everybody(weights: Page) -> None:
    only_empathy(weights)
    expect(answer(weights)).to_contain_text("Yes: with these weights")
    assert looking.faults(weights) == []
