"""The search in a real browser: a key leads to it from everywhere, but never out of a text that is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.domain.permission import Role
from app.models.engine import writing
from tests.factories import hiring as make
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site


@pytest.fixture
def page(site: Site, tab_of: Callable[[UUID], Page]) -> Page:
    """A coordinator's tab."""
    with writing(site.database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        make.make_application(session, name="Zoë <i>Quill</i>")
    return tab_of(cora.id)


def test_a_key_leads_to_the_search_and_what_it_finds(page: Page) -> None:
    heard = looking.listen(page, [])
    page.goto("/requisitions")
    page.wait_for_load_state("load")
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    expect(page.locator("#site-search")).to_have_value("")
    page.keyboard.type("zoe qu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Zoë <i>Quill</i>")).to_be_visible()
    expect(page.locator("main mark")).to_have_text(["Zoë", "Qu"])
    assert looking.faults(page) == []
    assert heard == []


def test_a_slash_in_a_text_stays_a_slash(page: Page) -> None:
    page.goto("/candidates/new")
    page.get_by_label("Name").fill("A")
    page.get_by_label("Name").press("/")
    expect(page.get_by_label("Name")).to_have_value("A/")
    expect(page.get_by_label("Name")).to_be_focused()


def test_on_a_narrow_screen_the_key_opens_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/requisitions")
    page.wait_for_load_state("load")
    page.keyboard.press("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    page.wait_for_load_state("load")
    page.keyboard.press("/")
    expect(page.locator("#finder-q")).to_be_focused()
