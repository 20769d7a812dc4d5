"""An HR partner writes the next version of a role in a real browser: with script, without it, and by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from playwright.sync_api import expect

from app.domain.permission import Role
from app.models.blueprint import BlueprintVersion
from app.models.engine import reading, writing
from app.models.requisition import Requisition
from tests.factories.drafts import CARD_FILE, role_files
from tests.factories.field import shipped_blueprint
from tests.factories.hiring import make_blueprint_version, make_person, make_requisition
from tests.journeys import looking

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

NOTE = "Commercial thinking decided two of the last three hires."


@pytest.fixture
def need(site: Site, context: BrowserContext) -> UUID:
    """Version 1 of the shipped role with an open requisition on it; the browser is signed in as an HR partner."""
    with writing(site.database.engine) as session:
        version = make_blueprint_version(session, shipped_blueprint())
        amara = make_person(session, "Amara Nwosu", [Role.HR_PARTNER]).id
        requisition = make_requisition(session, version=version).id
    site.sign_in(context, amara)
    return requisition


def _versions(site: Site) -> list[tuple[int, str]]:
    with reading(site.database.engine) as session:
        return [(one.number, one.note) for one in session.query(BlueprintVersion).order_by(BlueprintVersion.number)]


def _start(tab: Page) -> None:
    tab.goto("/blueprints/drafts")
    tab.get_by_role("link", name="Start a new version").first.click()
    tab.get_by_role("button", name="Start from this role").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Draft of Senior Machine Learning")


def test_a_weight_moves_and_becomes_version_2(site: Site, tab: Page, need: UUID, complaints: list[str]) -> None:
    _start(tab)
    draft = tab.url.partition("?")[0]
    tab.get_by_role("link", name="Scorecard", exact=True).click()
    tab.get_by_role("link", name="ML Product Strategy", exact=True).click()
    tab.get_by_label("Weight").fill("10")
    expect(tab.get_by_role("status").filter(has_text="add up to 95: 5 too few")).to_be_visible()
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.get_by_text("Your changes are kept in the draft.")).to_be_visible()
    tab.goto(draft)
    expect(tab.get_by_text("1 fault keeps this from being published")).to_be_visible()
    assert looking.faults(tab) == []
    tab.get_by_role("link", name="Open the weights").click()
    tab.get_by_label("Commercial Acumen").fill("10")
    expect(tab.get_by_role("status").filter(has_text="add up to 100")).to_be_visible()
    tab.get_by_role("button", name="Save", exact=True).click()
    tab.goto(draft)
    changes = tab.get_by_role("region", name="What changes against version 1")
    expect(changes).to_contain_text("from 15 to 10")
    expect(changes).to_contain_text("from 5 to 10")
    expect(changes).to_contain_text("scores and comparisons")
    assert looking.faults(tab) == []
    tab.get_by_label("Why this version").fill(NOTE)
    tab.get_by_role("button", name="Publish version 2").click()
    expect(tab.get_by_text("The version is published.")).to_be_visible()
    tab.goto("/blueprints")
    expect(tab.get_by_role("main")).to_contain_text("2")
    assert _versions(site) == [(1, ""), (2, NOTE)]
    with reading(site.database.engine) as session:
        assert session.get_one(Requisition, need).blueprint.number == 1
    assert complaints == []


@pytest.mark.usefixtures("need")
def test_a_piece_is_written_removed_and_brought_back_without_script(chromium: Browser, site: Site) -> None:
    amara = _partner(site)
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    site.sign_in(context, amara)
    tab = context.new_page()
    _start(tab)
    tab.get_by_role("link", name="First year", exact=True).click()
    tab.get_by_role("link", name="Onboarding and diagnostic").click()
    tab.get_by_role("button", name="Add an entry to Goals").click()
    added = tab.get_by_label("Goals, entry 5", exact=True)
    expect(added).to_be_focused()
    added.fill("Have met every team that builds on the product")
    tab.get_by_role("button", name="Move up: entry 5 of Goals").click()
    expect(tab.get_by_label("Goals, entry 4", exact=True)).to_have_value(
        "Have met every team that builds on the product"
    )
    tab.get_by_label("Due after the start").fill("a month")
    tab.get_by_role("button", name="Check", exact=True).click()
    expect(tab.get_by_role("status").filter(has_text="is not a distance in time")).to_be_visible()
    expect(tab.get_by_label("Goals, entry 4", exact=True)).to_have_value(
        "Have met every team that builds on the product"
    )
    tab.get_by_label("Due after the start").fill("P30D")
    tab.get_by_role("button", name="Save", exact=True).click()
    tab.get_by_role("button", name="Remove: Alignment and execution start").click()
    expect(tab.get_by_text("Removed “Alignment and execution start”")).to_be_visible()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("region", name="What changes against version 1")).to_contain_text("Have met every team")
    expect(tab.get_by_role("main")).not_to_contain_text("was removed")
    tab.get_by_label("Why this version").fill("One more goal")
    tab.get_by_role("button", name="Publish version 2").click()
    expect(tab.get_by_text("The version is published.")).to_be_visible()
    context.close()
    assert _versions(site) == [(1, ""), (2, "One more goal")]


@pytest.mark.usefixtures("need")
def test_the_keyboard_alone_is_enough(site: Site, tab: Page) -> None:
    _start(tab)
    _open(tab, "Scorecard", heading="Scorecard")
    _open(tab, "All weights", heading="Weights")
    _tab_to(tab, "15", "10")
    for weight in ("10", "20"):
        tab.keyboard.press("Control+A")
        tab.keyboard.type(weight)
        tab.keyboard.press("Tab")
    expect(tab.get_by_role("status").filter(has_text="add up to 100")).to_be_visible()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Your changes are kept in the draft.")).to_be_visible()
    _open(tab, "Back to the draft", heading="Draft of")
    expect(tab.get_by_text("Ready to be published")).to_be_visible()
    _tab_to(tab, "Publish")
    tab.keyboard.press("Enter")
    _tab_to(tab, "Publish version 2")
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.type("By keyboard")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("The version is published.")).to_be_visible()
    assert _versions(site) == [(1, ""), (2, "By keyboard")]


@pytest.mark.usefixtures("need")
def test_leaving_with_unsaved_changes_asks_first(tab: Page) -> None:
    _start(tab)
    asked: list[str] = []
    tab.get_by_role("link", name="The role", exact=True).click()
    tab.get_by_role("link", name="Title and summary").click()
    tab.get_by_label("Title").fill("Somebody else")

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    tab.on("dialog", stay)
    tab.get_by_role("link", name="Cancel").click()
    expect(tab.get_by_label("Title")).to_have_value("Somebody else")
    assert asked == ["beforeunload"]


@pytest.mark.usefixtures("need")
def test_a_folder_is_uploaded_and_its_text_mended_by_line(tab: Page, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for name, text in role_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("weight: 40", "weight: [40") if name == CARD_FILE else text, encoding="utf-8")
    tab.goto("/blueprints/drafts/new")
    tab.get_by_label("Or a folder").set_input_files(folder)
    tab.get_by_role("button", name="Upload").click()
    expect(tab.get_by_text("1 fault keeps this from being published")).to_be_visible()
    tab.get_by_role("link", name="Open the text").click()
    area = tab.get_by_label("Text of the file")
    tab.locator("[data-line]").first.click()
    expect(area).to_be_focused()
    area.fill(area.input_value().replace("weight: [40", "weight: 40"))
    expect(tab.get_by_role("status").filter(has_text="Nothing is wrong here.")).to_be_visible()
    tab.get_by_role("button", name="Save", exact=True).click()
    tab.get_by_role("link", name="Back to the forms").click()
    expect(tab.get_by_role("link", name="Data modeling")).to_be_visible()


def _partner(site: Site) -> UUID:
    from app.models.person import Person

    with reading(site.database.engine) as session:
        return session.query(Person).filter_by(name="Amara Nwosu").one().id


def _open(tab: Page, name: str, *, heading: str) -> None:
    _tab_to(tab, name)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_contain_text(heading)


def _tab_to(tab: Page, *names: str) -> None:
    """Press Tab until something with one of these names or values has the focus."""
    for _ in range(120):
        tab.keyboard.press("Tab")
        said = tab.evaluate("(e => (e.value || e.textContent || '').trim())(document.activeElement)")
        if said in names:
            return
    message = f"no way by keyboard to {names}"
    raise AssertionError(message)
