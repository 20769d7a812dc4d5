"""Judging in a browser that runs no script: each page works as plain forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.domain.decision import Outcome
from app.domain.hiring import Part
from app.domain.permission import Role
from app.models.decision import Vote
from app.models.engine import reading, writing
from app.models.requisition import RequisitionMember
from tests.factories.hiring import make_person
from tests.factories.panels import Panel, make_panel, revisions

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

NOTE = "Named the bet that was stopped, and what it cost."


def test_scoring_debrief_and_vote_need_no_script(chromium: Browser, site: Site) -> None:
    at = make_panel(site.database)
    chair = _chair(site, at.requisition)
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    tab = _as(context, site, at.ada.person_id)
    tab.goto(f"/scorecards/{at.ada_card}")
    tab.locator("#d-strategy-5").check()
    tab.get_by_role("button", name="Seal the scorecard").click()
    expect(tab.get_by_role("alert")).to_be_visible()
    tab.locator("#d-strategy-evidence").fill(NOTE)
    tab.get_by_role("radio", name="Strong yes").check()
    tab.get_by_role("button", name="Seal the scorecard").click()
    expect(tab.get_by_text("Your scorecard is sealed.")).to_be_visible()
    assert len(revisions(site.database, at.ada_card)) == 1
    _decide_together(context, site, at, chair)
    context.close()
    with reading(site.database.engine) as session:
        assert [vote.outcome for vote in session.query(Vote)] == [Outcome.HIRE]


def _decide_together(context: BrowserContext, site: Site, at: Panel, chair: UUID) -> None:
    tab = _as(context, site, at.coordinator.person_id)
    tab.goto(f"/applications/{at.application}/debrief")
    tab.get_by_role("button", name="Open the debrief").click()
    expect(tab.get_by_text("The debrief is open. The committee was told.")).to_be_visible()
    tab = _as(context, site, chair)
    tab.goto("/")
    tab.locator(".duties a").first.click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Mira Okafor")
    tab.goto(f"/applications/{at.application}/debrief")
    expect(tab.get_by_role("main")).to_contain_text(NOTE)
    tab.get_by_role("link", name="Vote", exact=True).click()
    tab.get_by_role("radio", name="Hire", exact=True).check()
    tab.locator("#reason").fill("The evidence is specific, and there is enough of it.")
    tab.get_by_role("button", name="Seal your vote").click()
    expect(tab.get_by_text("Your vote is sealed. It opens with the decision.")).to_be_visible()


def _chair(site: Site, requisition_id: UUID) -> UUID:
    with writing(site.database.engine) as session:
        chair = make_person(session, "Chidi Eze", [Role.COMMITTEE])
        session.add(RequisitionMember(requisition_id=requisition_id, person_id=chair.id, part=Part.CHAIR))
        return chair.id


def _as(context: BrowserContext, site: Site, person_id: UUID) -> Page:
    context.clear_cookies()
    site.sign_in(context, person_id)
    return context.new_page()
