"""A person fills in a scorecard in a real browser: by keyboard alone, on a phone, through all that goes wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.domain.blueprint import Scale, ScalePoint
from app.domain.card import CardContent, CardState, from_json
from app.models.engine import writing
from app.models.person import Person
from app.services import passwords
from tests.factories.hiring import DIMENSIONS, rescaled, small_blueprint
from tests.factories.panels import Panel, card_row, make_panel, revisions

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

SAVED = "[data-autosave-status]"
EVIDENCE = "#d-strategy-evidence"


@pytest.fixture
def at(site: Site) -> Panel:
    return make_panel(site.database, focus=DIMENSIONS[:2], case_study="shortlist")


@pytest.fixture
def signed_in(at: Panel, site: Site, context: BrowserContext, tab: Page) -> Page:
    site.sign_in(context, at.ada.person_id)
    return tab


@pytest.fixture
def card(at: Panel, signed_in: Page) -> Page:
    tab = signed_in
    tab.clock.install()
    tab.goto(f"/scorecards/{at.ada_card}")
    return tab


def draft(site: Site, at: Panel) -> CardContent:
    return from_json(card_row(site.database, at.ada_card).draft)


def note(content: CardContent) -> str:
    return next(r.evidence for r in (*content.ratings, *content.undecided) if r.dimension == "strategy")


def save(page: Page) -> None:
    with page.expect_response("**/draft"):
        page.clock.run_for(2100)
    expect(page.locator(SAVED)).to_have_text(re.compile("^Saved "))


def test_a_card_is_scored_and_sealed_by_keyboard_alone(
    card: Page, site: Site, at: Panel, complaints: list[str]
) -> None:
    card.keyboard.press("Tab")
    expect(card.locator(".skip")).to_be_focused()
    card.keyboard.press("Enter")
    for _ in range(12):
        card.keyboard.press("Tab")
        if card.evaluate("document.activeElement.matches('[data-dimension] summary, [data-rating] input')"):
            break
    card.keyboard.press("5")
    expect(card.locator("#d-strategy-5")).to_be_focused()
    card.keyboard.press("Enter")
    card.keyboard.type("Named the bet that was stopped, and what it cost.")
    card.keyboard.press("Escape")
    card.keyboard.press("j")
    card.keyboard.press("0")
    expect(card.locator("#d-fluency-none")).to_be_checked()
    expect(card.locator("[data-rated]")).to_have_text("2 of 2 rated")
    for _ in range(40):
        card.keyboard.press("Tab")
        if card.evaluate("document.activeElement.name === 'recommendation'"):
            break
    card.keyboard.press("ArrowRight")
    expect(card.locator("input[name=recommendation]:checked")).to_have_count(1)
    for _ in range(4):
        card.keyboard.press("Tab")
        if card.evaluate("document.activeElement.textContent.includes('Seal the scorecard')"):
            break
    card.keyboard.press("Enter")
    expect(card.get_by_text("Your scorecard is sealed.")).to_be_visible()
    (kept,) = revisions(site.database, at.ada_card)
    assert kept.number == 1
    assert complaints == []


@pytest.mark.fault("F7")
def test_a_pause_of_two_seconds_saves(card: Page, site: Site, at: Panel) -> None:
    card.locator("#d-strategy-4").check()
    card.fill(EVIDENCE, "Named the bet.")
    save(card)
    assert note(draft(site, at)) == "Named the bet."
    card.fill(EVIDENCE, "Named the bet, and the one before.")
    save(card)
    card.reload()
    expect(card.locator(EVIDENCE)).to_have_value("Named the bet, and the one before.")
    expect(card.locator("#d-strategy-4")).to_be_checked()


@pytest.mark.fault("F7")
def test_leaving_within_the_pause_saves_too(card: Page, site: Site, at: Panel) -> None:
    card.on("dialog", lambda dialog: dialog.accept())
    card.fill(EVIDENCE, "On the way out.")
    with card.expect_response("**/draft"):
        card.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert note(draft(site, at)) == "On the way out."


@pytest.mark.fault("F7")
def test_offline_is_said_and_nothing_is_lost_once_back(
    card: Page, site: Site, at: Panel, context: BrowserContext
) -> None:
    context.set_offline(True)
    card.fill(EVIDENCE, "Typed in a tunnel.")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_have_text("Not saved: connection lost, retrying")
    card.fill(EVIDENCE, "Typed in a tunnel, all of it.")
    context.set_offline(False)
    card.clock.run_for(31000)
    expect(card.locator(SAVED)).to_have_text(re.compile("^Saved "))
    assert note(draft(site, at)) == "Typed in a tunnel, all of it."


@pytest.mark.fault("F27")
def test_two_tabs_meet_on_the_page_that_compares(card: Page, site: Site, at: Panel, context: BrowserContext) -> None:
    other = context.new_page()
    other.clock.install()
    other.goto(f"/scorecards/{at.ada_card}")
    other.fill(EVIDENCE, "From the other tab.")
    save(other)
    card.locator("#d-strategy-4").check()
    card.fill(EVIDENCE, "From this tab.")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_have_text("Not saved: changed in another tab or on another device")
    card.get_by_role("button", name="Compare the two and choose").click()
    expect(card.get_by_role("heading", level=1)).to_have_text("Two drafts: Mira Okafor")
    assert Axe().run(card).response["violations"] == []
    card.get_by_label("Keep both, one after the other").check()
    card.get_by_role("button", name="Save what I chose").click()
    expect(card.locator(EVIDENCE)).to_have_value("From the other tab.\n\nFrom this tab.")
    expect(card.locator("#d-strategy-4")).to_be_checked()
    assert note(draft(site, at)) == "From the other tab.\n\nFrom this tab."


@pytest.mark.parametrize(
    ("lowest", "key", "chosen"),
    [
        (1, "4", "4"),
        (1, "5", None),
        (1, "0", "none"),
        (1, "-", "none"),
        (0, "0", "0"),
        (0, "-", "none"),
        (0, "4", None),
    ],
)
def test_the_keys_follow_the_scale_of_the_blueprint(
    site: Site, context: BrowserContext, tab: Page, *, lowest: int, key: str, chosen: str | None
) -> None:
    points = tuple(ScalePoint(value, f"Point {value}") for value in range(lowest, lowest + 4))
    panel = make_panel(site.database, blueprint=rescaled(small_blueprint(), Scale(points, meets=lowest + 2)))
    site.sign_in(context, panel.ada.person_id)
    tab.goto(f"/scorecards/{panel.ada_card}")
    tab.locator("[data-dimension] summary").first.focus()
    tab.keyboard.press(key)
    found = tab.locator("[data-dimension]").first.locator("[data-rating] input:checked")
    assert found.evaluate_all("all => all.map((one) => one.value)") == ([chosen] if chosen else [])


@pytest.mark.fault("F7")
def test_with_script_signing_in_again_in_another_tab_saves_what_was_typed(
    card: Page, site: Site, at: Panel, context: BrowserContext
) -> None:
    context.clear_cookies()
    card.fill(EVIDENCE, "Typed after the session ended.")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_have_text("Not saved: you were signed out")
    link = card.get_by_role("link", name="Sign in")
    expect(link).to_have_attribute("href", re.compile(r"^/sign-in\?then="))
    site.sign_in(context, at.ada.person_id)
    card.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(card.locator(SAVED)).to_have_text(re.compile("^Saved "))
    assert note(draft(site, at)) == "Typed after the session ended."


@pytest.mark.fault("F7")
def test_without_script_an_expired_session_gives_the_words_back(site: Site, at: Panel, context: BrowserContext) -> None:
    give_password(site, at)
    plain = context.browser
    assert plain is not None
    silent = plain.new_context(base_url=site.address, java_script_enabled=False)
    site.sign_in(silent, at.ada.person_id)
    page = silent.new_page()
    page.goto(f"/scorecards/{at.ada_card}")
    page.locator("label[for=d-strategy-4]").click()
    page.fill(EVIDENCE, "Typed without script.")
    silent.clear_cookies()
    page.locator("button:has-text('Save draft'):visible").last.click()
    page.get_by_label("E-mail").fill(at.ada.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Continue with what I typed").click()
    expect(page.get_by_text("Your draft is saved.")).to_be_visible()
    expect(page.locator(EVIDENCE)).to_have_value("Typed without script.")
    assert note(draft(site, at)) == "Typed without script."
    silent.close()


PASSWORD = "a plumb line hangs straight down"


def give_password(site: Site, at: Panel) -> None:
    with writing(site.database.engine) as session:
        session.get_one(Person, at.ada.person_id).password_hash = passwords.hashed(PASSWORD)


def test_without_script_a_card_is_filled_in_and_sealed(site: Site, at: Panel, context: BrowserContext) -> None:
    plain = context.browser
    assert plain is not None
    silent = plain.new_context(base_url=site.address, java_script_enabled=False)
    site.sign_in(silent, at.ada.person_id)
    page = silent.new_page()
    page.goto(f"/scorecards/{at.ada_card}")
    page.locator("label[for=d-strategy-5]").click()
    page.locator("label[for=d-fluency-none]").click()
    page.get_by_role("button", name="Seal the scorecard").click()
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("2 things are still open")
    problems.get_by_role("link", name="Write what you saw").click()
    page.fill(EVIDENCE, "Named the bet that was stopped.")
    page.locator("label[for=recommendation-yes]").click()
    page.get_by_role("button", name="Seal the scorecard").click()
    expect(page.get_by_text("Your scorecard is sealed.")).to_be_visible()
    assert card_row(site.database, at.ada_card).state is CardState.SEALED
    silent.close()


def test_the_evidence_is_asked_for_at_either_end_of_the_scale(card: Page) -> None:
    asked = card.locator("#d-strategy .evidence__asked")
    expect(asked).to_be_hidden()
    for value, shown in ((5, True), (3, False), (1, True)):
        card.locator(f"#d-strategy-{value}").check()
        expect(asked).to_be_visible() if shown else expect(asked).to_be_hidden()


def pages(at: Panel) -> dict[str, str]:
    return {
        "form": f"/scorecards/{at.ada_card}",
        "kit": f"/interviews/{at.interview}/kit",
        "release": f"/scorecards/{at.ada_card}/release",
        "home": "/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["form", "kit", "release", "home"])
def test_pages_are_accessible_fit_and_obey_the_policy(
    signed_in: Page, at: Panel, complaints: list[str], *, name: str, width: int, scheme: str
) -> None:
    tab = signed_in
    tab.set_viewport_size({"width": width, "height": 740})
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.goto(pages(at)[name])
    found = Axe().run(tab).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sealed", "revise", "problems"])
def test_what_follows_the_form_is_accessible_too(
    signed_in: Page, at: Panel, complaints: list[str], *, name: str, scheme: str
) -> None:
    tab = signed_in
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.goto(f"/scorecards/{at.ada_card}")
    if name != "problems":
        tab.locator("#d-strategy-4").check()
        tab.locator("#d-fluency-2").check()
        tab.fill("#private_note", "Only mine.")
        tab.locator("#recommendation-yes").check()
    tab.get_by_role("button", name="Seal the scorecard").click()
    tab.wait_for_url("**/*done=card-sealed" if name != "problems" else "**/seal")
    if name == "revise":
        tab.get_by_role("link", name="Revise").click()
    found = Axe().run(tab).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert complaints == []
