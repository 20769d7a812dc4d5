"""A newer version of a role in a real browser: found on the requisition, read word by word, and taken over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from playwright.sync_api import expect

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.requisition import Requisition
from app.services import blueprints
from tests.factories.field import shipped_blueprint
from tests.factories.hiring import NOW, actor_of, make_person, make_requisition, small_blueprint
from tests.journeys import looking

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from app.domain.blueprint import Blueprint
    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

NOTE = "Fluency decided more of the last hires than strategy did."


def _next(blueprint: Blueprint) -> Blueprint:
    """Strategy weighs less, its anchor at the bar is reworded, the last dimension is gone, and so is the guide."""
    card = blueprint.scorecard
    strategy, fluency, *others, last = card.dimensions
    anchors = tuple(
        replace(anchor, text=anchor.text.replace("Picks problems", "Chooses problems")) for anchor in strategy.anchors
    )
    moved = (strategy.weight or 0) + (last.weight or 0)
    dimensions = (
        replace(strategy, weight=10, anchors=anchors),
        replace(fluency, weight=(fluency.weight or 0) + moved - 10, must=True),
        *others,
    )
    kept = replace(card, dimensions=dimensions)
    return replace(blueprint, scorecard=kept, guide=None)


@pytest.fixture
def need(site: Site, context: BrowserContext) -> tuple[UUID, UUID]:
    """A requisition on version 1 of the shipped role, and version 2; the browser is a coordinator's."""
    first = shipped_blueprint()
    with writing(site.database.engine) as session:
        hana = make_person(session, "Hana Ito", [Role.HR_PARTNER])
        cora = make_person(session, "Cora Finn", [Role.COORDINATOR]).id
        one = blueprints.publish(session, None, first, now=NOW)
        requisition = make_requisition(session, musts=(first.scorecard.dimensions[-1].id,))
        requisition.blueprint_version_id = one
        session.flush()
        two = blueprints.publish(session, actor_of(hana), _next(first), now=NOW, note=NOTE)
        blueprints.publish(session, None, small_blueprint(), now=NOW)
    site.sign_in(context, cora)
    return requisition.id, two


def test_a_requisition_is_moved_after_reading_what_changes(site: Site, tab: Page, need: tuple[UUID, UUID]) -> None:
    requisition_id, two = need
    heard = looking.listen(tab)
    tab.goto(f"/requisitions/{requisition_id}")
    tab.get_by_role("link", name="Move to version 2").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Move to version 2")
    expect(tab.locator("main")).to_contain_text("The weight of “ML Product Strategy” goes from 15 to 10.")
    expect(tab.locator("main")).to_contain_text("so no longer a must-have here: Commercial Acumen.")
    assert looking.faults(tab) == []
    tab.get_by_role("button", name="Move to version 2").click()
    expect(tab.locator("main")).to_contain_text("The requisition now rests on another version of its blueprint.")
    assert heard == []
    with reading(site.database.engine) as session:
        assert session.get_one(Requisition, requisition_id).blueprint_version_id == two


def test_the_shelf_leads_to_every_change(tab: Page, need: tuple[UUID, UUID]) -> None:
    _, two = need
    heard = looking.listen(tab)
    tab.goto("/blueprints")
    expect(tab.locator("main")).to_contain_text(NOTE)
    tab.get_by_text("1 older version").click()
    assert looking.faults(tab) == []
    tab.get_by_role("link", name="What changed in Senior Machine Learning Product Manager since version 1").click()
    expect(tab.locator("ins").first).to_have_text("Chooses")
    expect(tab.locator("del").first).to_have_text("Picks")
    tab.get_by_text("The text").last.click()
    assert looking.faults(tab) == []
    tab.get_by_role("link", name="Decisions", exact=True).last.click()
    expect(tab.locator("main")).to_contain_text("those that affect decisions")
    tab.goto(f"/blueprints/{two}/changes")
    tab.get_by_label("Compare with").select_option(label="Product Manager, version 1, the newest")
    tab.get_by_role("button", name="Compare").click()
    expect(tab.locator("main")).to_contain_text("These are two roles.")
    assert looking.faults(tab) == []
    assert heard == []
