"""What a page costs to fetch: little at first, and next to nothing once the browser knows the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models.blueprint import BlueprintVersion
from app.models.engine import reading
from app.models.interview import Interview
from app.models.onboarding import Plan
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.sync_api import Browser, BrowserContext

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

COLD, WARM, COMPARISON = 100_000, 30_000, 25_000
PAGES = ("home", "scorecard", "comparison", "blueprint", "first years", "first year")
READERS = {"scorecard": "mei-ling", "first years": "amara", "first year": "lucia"}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_light(chromium: Browser, demo: Site, page: str) -> None:
    person_id, path = _address(demo, page)
    context = chromium.new_context(base_url=demo.address)
    demo.sign_in(context, person_id)
    cold, warm = _transferred(context, path), _transferred(context, path)
    context.close()
    assert cold < COLD
    assert warm < WARM
    assert warm < cold


def test_the_comparison_is_short(chromium: Browser, demo: Site) -> None:
    person_id, path = _address(demo, "comparison")
    context = chromium.new_context(base_url=demo.address)
    demo.sign_in(context, person_id)
    assert len(context.request.get(path).body()) <= COMPARISON
    context.close()


def _transferred(context: BrowserContext, path: str) -> int:
    """The bytes of every answer that came over the wire, heads included; what the browser kept costs nothing."""
    tab = context.new_page()
    wire = context.new_cdp_session(tab)
    wire.send("Network.enable")
    loaded: list[int] = []

    def count(event: dict[str, Any]) -> None:
        loaded.append(int(event["encodedDataLength"]))

    wire.on("Network.loadingFinished", count)
    tab.goto(path, wait_until="networkidle")
    tab.close()
    return sum(loaded)


def _address(demo: Site, page: str) -> tuple[UUID, str]:
    with reading(demo.database.engine) as session:
        email = f"{READERS.get(page, 'beatriz')}@brightquay.example"
        person_id = session.scalars(select(Person.id).where(Person.email == email)).one()
        if page == "home":
            return person_id, "/"
        if page == "first years":
            return person_id, "/onboarding"
        if page == "first year":
            return person_id, f"/onboarding/{session.scalars(select(Plan.id).where(Plan.hire_id == person_id)).one()}"
        if page == "blueprint":
            role = select(BlueprintVersion.id).where(BlueprintVersion.role == "senior-ml-pm")
            return person_id, f"/blueprints/{session.scalars(role).first()}/role"
        if page == "comparison":
            wanted = select(Requisition.id).where(Requisition.title.contains("Support Assistant"))
            return person_id, f"/requisitions/{session.scalars(wanted).one()}/comparison"
        cards = (
            select(ScorecardRow.id)
            .join(Interview, ScorecardRow.interview_id == Interview.id)
            .where(ScorecardRow.interviewer_id == person_id, ScorecardRow.draft_saved_at.is_not(None))
            .order_by(Interview.starts_at.desc())
        )
        return person_id, f"/scorecards/{session.scalars(cards).first()}"
