"""An evidence log in Chromium: kept by keyboard, spoken for by somebody who was there, read by a manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.models.engine import writing
from tests.factories import evidence as make
from tests.journeys import looking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.factories.evidence import Circle
    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

FILE = b"date,title,text,competencies\n2026-03-02,Ran the pricing test,Two weeks,strategy\n2026-05-04,Talk,,\n"


@pytest.fixture
def circle(site: Site) -> Circle:
    """An owner placed on a ladder, and everybody around them."""
    with writing(site.database.engine) as session:
        made = make.make_circle(session)
        make.make_role(session, made.owner)
    return made


def test_an_entry_is_kept_by_keyboard_and_spoken_for(chromium: Browser, site: Site, circle: Circle) -> None:
    owner, asked = _tab(chromium, site, circle, "owner"), _tab(chromium, site, circle, "asked")
    owner.goto("/evidence/new")
    owner.get_by_label("What you did").focus()
    owner.keyboard.type("Cut the waiting time")
    owner.keyboard.press("Tab")
    owner.keyboard.type("From nine minutes to four.")
    owner.get_by_label("Me and my manager", exact=True).focus()
    owner.keyboard.press("Space")
    owner.get_by_label("Who was there").focus()
    owner.keyboard.type("Asked")
    assert looking.faults(owner) == []
    owner.get_by_label("What you did").press("Enter")
    expect(owner.get_by_text("It is in your log.")).to_be_visible()
    assert looking.faults(owner) == []

    asked.goto("/")
    asked.get_by_role("link", name="Say whether it was so: “Cut the waiting time”").click()
    asked.get_by_role("button", name="Keep my answer").click()
    expect(asked.get_by_role("alert")).to_contain_text("Choose one of the answers.")
    asked.get_by_label("Partly as written").check()
    asked.get_by_label("In your words").fill("It was five minutes.")
    asked.get_by_role("button", name="Keep my answer").click()
    expect(asked.get_by_text("Your answer is kept.")).to_be_visible()
    assert looking.faults(asked) == []

    manager = _tab(chromium, site, circle, "manager")
    manager.goto(f"/evidence/people/{circle.owner.id}")
    manager.get_by_role("link", name="Cut the waiting time").click()
    expect(manager.get_by_text("It was five minutes.")).to_be_visible()
    expect(manager.get_by_role("link", name="Change it")).to_have_count(0)


def test_a_file_comes_in_and_an_entry_goes_without_script(chromium: Browser, site: Site, circle: Circle) -> None:
    tab = _tab(chromium, site, circle, "owner", script=False)
    tab.goto("/evidence/import")
    for file, said in (
        (FILE.replace(b"2026-03-02", b"2999-03-02"), "line 2, column date: 2 March 2999 has not come yet."),
        (FILE, "The entries are in your log."),
    ):
        tab.get_by_label("CSV file").set_input_files({"name": "log.csv", "mimeType": "text/csv", "buffer": file})
        tab.get_by_role("button", name="Import", exact=True).click()
        expect(tab.get_by_text(said)).to_be_visible()
    tab.get_by_role("link", name="Talk").click()
    tab.get_by_role("link", name="Withdraw it").click()
    tab.get_by_label("Why you take it back").fill("Given twice")
    tab.get_by_role("button", name="Withdraw it").click()
    expect(tab.get_by_text("Your reason: Given twice")).to_be_visible()
    tab.goto("/evidence")
    expect(tab.get_by_role("link", name="Ran the pricing test")).to_be_visible()
    expect(tab.get_by_role("link", name="Talk")).to_have_count(0)


def _tab(chromium: Browser, site: Site, circle: Circle, name: str, *, script: bool = True) -> Page:
    context = chromium.new_context(base_url=site.address, java_script_enabled=script)
    site.sign_in(context, circle.people[name].id)
    return context.new_page()
