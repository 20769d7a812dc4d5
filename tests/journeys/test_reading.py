"""Reading a blueprint in a real browser: addresses of texts, the way through the parts, the search, the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.models.blueprint import BlueprintVersion
from app.models.engine import reading
from app.models.person import Person
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


@pytest.fixture
def book(demo: Site) -> str:
    with reading(demo.database.engine) as session:
        version = session.scalars(select(BlueprintVersion.id).where(BlueprintVersion.role == "senior-ml-pm")).first()
        return f"/blueprints/{version}"


@pytest.fixture
def tab(chromium: Browser, demo: Site) -> Iterator[Page]:
    context = chromium.new_context(base_url=demo.address, viewport={"width": 1280, "height": 800})
    with reading(demo.database.engine) as session:
        person = session.scalars(select(Person.id).where(Person.email == "mei-ling@brightquay.example")).one()
    demo.sign_in(context, person)
    yield context.new_page()
    context.close()


def test_an_address_leads_to_its_text_and_marks_it(tab: Page, book: str) -> None:
    tab.goto(f"{book}/metrics#precision")
    row = tab.locator("tr#precision")
    expect(row).to_be_in_viewport()
    plain = tab.locator("tr#recall th").evaluate("cell => getComputedStyle(cell).backgroundColor")
    assert row.locator("th").evaluate("cell => getComputedStyle(cell).backgroundColor") != plain


def test_an_address_whose_text_is_gone_opens_the_part(tab: Page, book: str) -> None:
    tab.goto(f"{book}/metrics#long-gone")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Metrics")
    assert tab.evaluate("scrollY") == 0


def test_a_text_shows_its_link_on_focus_and_follows_it(tab: Page, book: str) -> None:
    tab.goto(f"{book}/ladder")
    pin = tab.locator("#business-impact > .pin")
    sign = "link => getComputedStyle(link, '::before').opacity"
    assert pin.evaluate(sign) == "0"
    pin.focus()
    # Focus by script counts as focus by keyboard once a key was pressed.
    tab.keyboard.press("Shift")
    expect(pin).to_be_focused()
    tab.locator("#business-impact").hover()
    assert pin.evaluate(sign) == "1"
    tab.keyboard.press("Enter")
    assert tab.url.endswith("/ladder#business-impact")


def test_the_heading_that_is_read_is_marked(tab: Page, book: str) -> None:
    tab.goto(f"{book}/role")
    current = tab.locator(".reader__side .contents [aria-current]")
    expect(current).to_have_text("Responsibilities")
    tab.locator("#decision-rights").evaluate("place => place.scrollIntoView()")
    expect(current).to_have_text("Decision rights")


def test_the_parts_lead_from_one_to_the_next(tab: Page, book: str) -> None:
    tab.goto(book)
    read = []
    while tab.locator("a[rel=next]").count():
        tab.locator("a[rel=next]").click()
        read.append(tab.locator("h1").inner_text())
    assert read == ["The role", "Scorecard", "Case studies", "Competencies", "First year", "Metrics", "Ladder", "Guide"]


def test_a_narrow_screen_shows_the_part_that_is_open_and_folds_the_contents(tab: Page, book: str) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"{book}/guide")
    expect(tab.locator(".parts [aria-current]")).to_be_in_viewport()
    expect(tab.locator(".reader__side .contents")).to_be_hidden()
    tab.locator(".contents--folded summary").click()
    tab.locator(".contents--folded").get_by_role("link", name="Resume keywords").click()
    expect(tab.locator("#resume-keywords")).to_be_in_viewport()


def test_a_search_leads_to_the_text_and_is_for_everybody(tab: Page, book: str) -> None:
    tab.goto(book)
    tab.get_by_label("Search this blueprint").fill("MODÈL drift")
    tab.keyboard.press("Enter")
    expect(tab.locator("mark").first).to_be_visible()
    assert looking.faults(tab) == []
    tab.get_by_role("link", name="Model Drift Incidents").click()
    expect(tab.locator("tr#drift-incidents")).to_be_in_viewport()
    tab.get_by_label("Search this blueprint").fill("experimnt zebra")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Nothing found")).to_be_visible()
    assert looking.faults(tab) == []


def test_paper_gets_the_text_alone(tab: Page, book: str) -> None:
    tab.goto(f"{book}/competencies")
    tab.emulate_media(media="print")
    for gone in (".reader__side", ".onward", ".pin >> nth=0", ".topbar__tools"):
        expect(tab.locator(gone)).to_be_hidden()
    expect(tab.locator("#experimentation")).to_be_visible()
