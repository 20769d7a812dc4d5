from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.showroom import PAGES, open_showroom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.web.showroom import Showroom

pytestmark = pytest.mark.journey

SAVED = "[data-autosave-status]"


@pytest.fixture
def room() -> Iterator[Showroom]:
    with open_showroom() as opened:
        yield opened


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def tab(chromium: Browser, complaints: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()


@pytest.fixture
def card(tab: Page, room: Showroom) -> Page:
    tab.clock.install()
    tab.goto(f"{room.address}/scorecard")
    return tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_obey_the_policy(
    tab: Page, room: Showroom, complaints: list[str], name: str, scheme: str
) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.goto(f"{room.address}/{name}")
    found = Axe().run(tab).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_pages_do_not_scroll_sideways_at_360_px(tab: Page, room: Showroom, name: str) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"{room.address}/{name}")
    assert tab.evaluate("document.documentElement.scrollWidth") == 360


def test_the_main_navigation_opens_at_its_current_item(tab: Page, room: Showroom) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})

    def with_the_last_current(route: Route) -> None:
        answer = route.fetch()
        nav, rest = answer.text().replace(' aria-current="true"', "", 1).split("</nav>", 1)
        before, last = nav.rsplit("<a ", 1)
        route.fulfill(response=answer, body=f'{before}<a aria-current="true" {last}</nav>{rest}')

    tab.route("**/home", with_the_last_current)
    tab.goto(f"{room.address}/home")

    # A frame scrolls by whole pixels, so a sliver of the item may stay beyond its edge.
    expect(tab.locator(".mainnav li:last-child a")).to_be_in_viewport(ratio=0.9)
    assert tab.locator(".mainnav").evaluate("(one) => one.scrollLeft") > 0


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_targets_are_large_enough(tab: Page, room: Showroom, name: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 740})
    tab.goto(f"{room.address}/{name}")
    targets = "button, .button, summary, .mainnav a, .tabs a, .sort, .point__label, .input"
    small = tab.locator(targets).evaluate_all(
        """all => all.filter((one) => one.checkVisibility())
        .map((one) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
    )
    assert small == []
    points = tab.locator(".point__label:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert all(height >= 44 for height in points)


def test_a_pause_saves_the_draft_and_raises_the_version(card: Page, room: Showroom) -> None:
    card.fill("#fluency-evidence", "They left the baseline out.")
    card.clock.run_for(1900)
    assert room.saves == []
    card.clock.run_for(200)
    expect(card.locator(SAVED)).to_have_text("Saved 14:32")
    assert room.saves[0]["fluency-evidence"] == "They left the baseline out."
    assert (room.saves[0]["version"], card.locator("[name=version]").input_value()) == ("1", "2")


def test_steady_typing_is_saved_every_five_seconds(card: Page, room: Showroom) -> None:
    for letter in "abcdef":
        card.locator("#fluency-evidence").press_sequentially(letter)
        card.clock.run_for(1000)
    expect(card.locator(SAVED)).to_have_attribute("data-state", "saved")
    assert room.saves[0]["fluency-evidence"] == "abcde"


def test_a_lost_connection_is_said_and_retried_without_loss(card: Page, room: Showroom) -> None:
    card.route("**/save", lambda route: route.abort())
    card.fill("#fluency-evidence", "kept")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_have_text("Not saved: connection lost, retrying")
    card.unroute("**/save")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_have_text("Saved 14:32")
    assert room.saves[0]["fluency-evidence"] == "kept"


def test_refused_values_are_sent_again_only_after_a_change(card: Page, room: Showroom) -> None:
    room.answers.append((422, {}))
    card.fill("#fluency-evidence", "off the scale")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_contain_text("does not fit")
    card.clock.run_for(60000)
    assert len(room.saves) == 1
    card.fill("#fluency-evidence", "mended")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_have_text("Saved 14:32")


def test_leaving_the_page_saves_at_once(card: Page, room: Showroom) -> None:
    card.fill("#fluency-evidence", "on the way out")
    with card.expect_request("**/save"):
        card.evaluate("window.dispatchEvent(new Event('pagehide'))")
    expect(card.locator(SAVED)).to_have_text("Saved 14:32")
    assert room.saves[0]["fluency-evidence"] == "on the way out"


def test_a_conflict_stops_saving_and_compares_what_is_typed(card: Page, room: Showroom) -> None:
    room.answers.append((409, {}))
    card.fill("#fluency-evidence", "mine")
    card.clock.run_for(2100)
    compare = card.get_by_role("button", name="Compare the two and choose")
    expect(compare).to_be_visible()
    card.fill("#fluency-evidence", "mine, longer")
    card.clock.run_for(20000)
    assert len(room.saves) == 1
    compare.click()
    card.wait_for_url("**/submit")
    assert room.submits[0]["fluency-evidence"] == "mine, longer"


def test_a_refusal_that_no_fresh_token_mends_is_not_asked_again_at_once(card: Page, room: Showroom) -> None:
    room.answers += [(403, {})] * 9
    card.fill("#fluency-evidence", "mine")
    card.clock.run_for(2100)
    expect(card.locator(SAVED)).to_have_attribute("data-state", "failing")
    assert len(room.saves) == 2


def test_after_signing_in_elsewhere_the_draft_goes_out_with_a_fresh_token(card: Page, room: Showroom) -> None:
    room.answers.append((401, {}))
    room.signed_out = True
    card.fill("#fluency-evidence", "typed while signed out")
    card.clock.run_for(2100)
    expect(card.get_by_role("link", name="Sign in")).to_have_attribute("href", "/sign-in")
    card.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(card.locator(SAVED)).to_have_text("Not saved: you were signed out")
    room.signed_out = False
    card.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(card.locator(SAVED)).to_have_text("Saved 14:32")
    assert [saved["csrf_token"] for saved in room.saves] == ["token-1", "token-2"]
    assert room.saves[1]["fluency-evidence"] == "typed while signed out"
    expect(card.get_by_role("link", name="Sign in")).to_be_hidden()


def test_a_submit_waits_for_the_save_on_its_way(card: Page, room: Showroom) -> None:
    room.held.clear()
    card.fill("#fluency-evidence", "last words")
    with card.expect_request("**/save"):
        card.clock.run_for(2100)
    card.get_by_role("button", name="Submit and seal").click()
    assert room.submits == []
    room.held.set()
    card.wait_for_url("**/submit")
    assert [sent["version"] for sent in room.submits] == ["2"]


def test_ten_clicks_submit_once(card: Page, room: Showroom) -> None:
    card.get_by_role("button", name="Submit and seal").evaluate(
        "one => { for (let i = 0; i < 10; i += 1) one.click(); }"
    )
    card.wait_for_url("**/submit")
    assert len(room.submits) == 1


def test_digits_rate_and_letters_move_between_rows(card: Page) -> None:
    card.locator("#strategy-4").focus()
    card.keyboard.press("5")
    expect(card.locator("#strategy-5")).to_be_checked()
    expect(card.locator("[data-rating-live]")).to_contain_text("5 · Far above.")
    card.keyboard.press("j")
    expect(card.locator("#fluency-1")).to_be_focused()
    card.keyboard.press("0")
    expect(card.locator("#fluency-none")).to_be_checked()
    card.keyboard.press("ArrowUp")
    expect(card.locator("#strategy-5")).to_be_focused()


def test_digits_in_a_note_stay_text(card: Page) -> None:
    card.locator("#fluency-evidence").press_sequentially("3 of 5, jk")
    assert card.locator("#fluency-evidence").input_value() == "3 of 5, jk"
    expect(card.locator("#fluency-1")).to_be_checked()


def test_moving_on_opens_a_folded_row(card: Page) -> None:
    card.locator("#execution-none").focus()
    card.keyboard.press("j")
    expect(card.locator("#empathy")).to_have_attribute("open", "")
    expect(card.locator("#empathy-1")).to_be_focused()


def test_enter_goes_to_the_evidence_and_escape_back(card: Page, room: Showroom) -> None:
    card.locator("#strategy-4").focus()
    card.keyboard.press("Enter")
    expect(card.locator("#strategy-evidence")).to_be_focused()
    card.keyboard.press("Escape")
    expect(card.locator("#strategy-4")).to_be_focused()
    assert room.submits == []


def test_the_count_of_rated_rows_follows(card: Page) -> None:
    card.locator("#metrics-3").check()
    expect(card.locator("[data-rated]")).to_have_text("3 of 3 rated")


def test_the_anchor_shown_is_that_of_the_hovered_then_the_chosen_level(card: Page) -> None:
    shown = card.locator("#strategy .point__anchor:visible")
    assert shown.evaluate_all("all => all.map((one) => one.id)") == ["strategy-4-anchor"]
    card.locator("label[for=strategy-2]").hover()
    assert shown.evaluate_all("all => all.map((one) => one.id)") == ["strategy-2-anchor"]
    card.locator("h1").hover()
    assert shown.evaluate_all("all => all.map((one) => one.id)") == ["strategy-4-anchor"]


def test_the_question_opens_as_a_dialog_and_can_be_declined(tab: Page, room: Showroom) -> None:
    tab.goto(f"{room.address}/home")
    tab.get_by_role("link", name="Withdraw").click()
    dialog = tab.get_by_role("dialog", name="Withdraw Mira Okafor?")
    expect(dialog.get_by_role("button", name="Keep as it is")).to_be_focused()
    dialog.get_by_role("button", name="Keep as it is").click()
    expect(dialog).to_be_hidden()


def test_the_filter_narrows_the_rows_and_says_so(tab: Page, room: Showroom) -> None:
    tab.goto(f"{room.address}/home")
    tab.get_by_label("Show only").fill("debrief")
    assert tab.locator("#candidates tbody tr:visible").count() == 1
    expect(tab.locator(".filter output")).to_have_text("1 of 4 shown")


def test_evidence_opens_by_click_and_by_arrow_keys(tab: Page, room: Showroom) -> None:
    tab.goto(f"{room.address}/debrief")
    tab.locator("[popovertarget=n0-1]").click()
    expect(tab.locator("#n0-1")).to_be_visible()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#n0-2")).to_be_visible()
    expect(tab.locator("#n0-1")).to_be_hidden()
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("#n1-2")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("#n1-2")).to_be_hidden()


def test_everything_needed_works_without_script(chromium: Browser, room: Showroom) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{room.address}/scorecard")
    page.locator("label[for=metrics-4]").click()
    page.fill("#metrics-evidence", "plain")
    page.get_by_role("button", name="Submit and seal").click()
    assert room.submits[0]["metrics-rating"] == "4"
    assert room.submits[0]["metrics-evidence"] == "plain"
    context.close()
