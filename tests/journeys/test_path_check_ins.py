"""A first year between the hire and the manager in Chromium: check-ins, notes, metrics and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from playwright.sync_api import expect

from app.domain.onboarding.plan import PartyName
from app.models.engine import reading, writing
from app.models.onboarding import Plan, Signature
from tests.factories import hiring as make
from tests.factories.panels import make_panel, seal
from tests.factories.plans import Cast, make_plan
from tests.journeys import looking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

READINGS = b"date;value;note\n2026-10-12;0,71;\n2026-10-26;0,78;after the new labels\n2026-11-09;0,87;\n"


@pytest.fixture
def cast(site: Site) -> Cast:
    """A hire who came through interviews, with everything signed up to day 90."""
    panel = make_panel(site.database)
    seal(site.database, panel.ada, panel.ada_card)
    with writing(site.database.engine) as session:
        made = make_plan(session)
        session.get_one(Plan, made.plan.id).application_id = panel.application
        month = made.milestone(session, "day-90")
        session.add(
            Signature(milestone_id=month.id, party=PartyName.MANAGER, person_id=made.manager.id, signed_at=make.NOW)
        )
    return made


def test_both_answer_apart_and_then_read_one_page(chromium: Browser, site: Site, cast: Cast) -> None:
    path = f"/onboarding/milestones/{_milestone(site, cast)}/check-in"
    hire, manager = _tab(chromium, site, cast.hire.id), _tab(chromium, site, cast.manager.id)
    hire.goto(path)
    hire.get_by_label("What went well?").fill("The map is done.")
    expect(hire.locator("[data-autosave-status]")).to_contain_text("Saved", timeout=15_000)
    assert looking.faults(hire) == []
    hire.get_by_role("button", name="Seal my answers").click()
    expect(hire.get_by_role("alert")).to_contain_text("2 things are still open")
    assert looking.faults(hire) == []
    hire.get_by_role("radio", name="4 Confident").check()
    hire.get_by_role("radio", name="Met", exact=True).check()
    hire.get_by_role("button", name="Seal my answers").click()
    expect(hire.get_by_text("What you sealed")).to_be_visible()
    assert looking.faults(hire) == []

    manager.goto(path)
    manager.get_by_role("radio", name="2 Slightly confident").check()
    manager.get_by_role("radio", name="Partly met").check()
    manager.get_by_label("Learn the product").select_option("Partly met")
    manager.get_by_label("What is in the way?").fill("Support has no time.")
    manager.get_by_role("button", name="Seal my answers").click()
    expect(manager.get_by_role("heading", name="Where you differ")).to_be_visible()
    assert manager.locator("tbody th").first.inner_text() == "Confidence"
    manager.get_by_label("Write it down together").fill("Support joins on Monday.")
    manager.get_by_role("button", name="Record what you agreed on").click()
    assert looking.faults(manager) == []
    hire.reload()
    expect(hire.get_by_text("Support joins on Monday.")).to_be_visible()


def test_notes_metrics_and_the_outcome_work_without_script(chromium: Browser, site: Site, cast: Cast) -> None:
    tab = _tab(chromium, site, cast.manager.id, script=False)
    tab.goto(f"/onboarding/{cast.plan.id}/notes")
    tab.get_by_label("Note", exact=True).fill("Watch the pace.")
    tab.get_by_label("Only I").check()
    tab.get_by_role("button", name="Keep the note").click()
    expect(tab.get_by_text("Private: only you read it")).to_be_visible()

    tab.goto(f"/onboarding/{cast.plan.id}/metrics/new?metric=precision")
    tab.get_by_label("Baseline").fill("0.70")
    tab.get_by_role("button", name="Pick this metric").click()
    tab.get_by_label("File", exact=True).set_input_files(
        {"name": "readings.csv", "mimeType": "text/csv", "buffer": READINGS}
    )
    tab.get_by_role("button", name="Enter the file").click()
    expect(tab.get_by_text("The readings are entered.")).to_be_visible()

    tab.goto(f"/onboarding/{cast.plan.id}/outcome")
    for dimension, value in (("strategy", "4"), ("fluency", "2"), ("empathy", "none")):
        tab.locator(f"#d-{dimension}-{value}").check()
    tab.get_by_role("button", name="Record the outcome").click()
    expect(tab.get_by_role("heading", name="What the interviews said, and what came")).to_be_visible()


def test_every_page_is_readable_by_everybody(chromium: Browser, site: Site, cast: Cast) -> None:
    plan = f"/onboarding/{cast.plan.id}"
    tab = _tab(chromium, site, cast.manager.id)
    heard = looking.listen(tab)
    pages = [f"{plan}/notes", f"{plan}/metrics", f"{plan}/metrics/new", f"{plan}/metrics/new?metric=precision"]
    for address in pages:
        assert _seen(tab, address) == [], address
    tab.get_by_label("Baseline").fill("0.70")
    tab.get_by_role("button", name="Pick this metric").click()
    metric = tab.url.partition("?")[0]
    tab.get_by_label("File", exact=True).set_input_files(
        {"name": "readings.csv", "mimeType": "text/csv", "buffer": READINGS}
    )
    tab.get_by_role("button", name="Enter the file").click()
    tab.get_by_label("Value").fill("abc")
    tab.get_by_role("button", name="Enter it").click()
    expect(tab.get_by_role("alert")).to_contain_text("is not a number")
    assert looking.faults(tab) == []
    heard = [text for text in heard if "422" not in text]
    for address in (metric, f"{metric}/aim", f"{plan}/metrics", f"{plan}/outcome"):
        assert _seen(tab, address) == [], address
    for dimension, value in (("strategy", "4"), ("fluency", "2"), ("empathy", "none")):
        tab.locator(f"#d-{dimension}-{value}").check()
    tab.get_by_role("button", name="Record the outcome").click()
    assert looking.faults(tab) == []
    assert heard == []


def _seen(tab: Page, address: str) -> list[str]:
    tab.goto(address)
    return looking.faults(tab)


def _milestone(site: Site, cast: Cast) -> UUID:
    with reading(site.database.engine) as session:
        return cast.milestone(session, "day-30").id


def _tab(chromium: Browser, site: Site, person_id: UUID, *, script: bool = True) -> Page:
    context = chromium.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 800}, java_script_enabled=script
    )
    site.sign_in(context, person_id)
    return context.new_page()
