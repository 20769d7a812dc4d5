"""A coordinator plans a panel in a browser: proposed, changed with the gaps said at once, kept, and carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.panel_plan import PanelPlanRow
from tests.factories import hiring as make
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


def test_gaps_are_said_while_somebody_plans(site: Site, tab_of: Callable[[UUID], Page]) -> None:
    with writing(site.database.engine) as session:
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        for name in ("Ada Able", "Ben Ode", "Cy Roe", "Di Moe"):
            make.make_person(session, name, [Role.INTERVIEWER])
        need = make.make_requisition(session, panel_size=4)
        application = make.make_application(session, need)
    tab = tab_of(cora.id)
    tab.goto(f"/requisitions/{need.id}/plan")
    tab.get_by_role("link", name="Propose a plan").first.click()
    region = tab.locator("[data-checked]")
    assert "Every dimension is looked at twice" in region.inner_text()

    tab.get_by_label("Customer Empathy in interview 2").uncheck()
    tab.get_by_text("1 dimension is looked at by fewer than two people: Customer Empathy.").wait_for()
    assert looking.faults(tab) == []
    tab.get_by_label("Customer Empathy in interview 2").check()
    tab.get_by_text("Every dimension is looked at twice").wait_for()
    tab.get_by_label("Title of interview 1").fill("The case, twice watched")
    tab.keyboard.press("Enter")
    tab.get_by_text("The plan is saved.").wait_for()
    with reading(site.database.engine) as session:
        titles = session.scalars(select(PanelPlanRow.title).order_by(PanelPlanRow.position)).all()
    assert titles[0] == "The case, twice watched"

    tab.goto(f"/applications/{application.id}")
    tab.get_by_role("link", name="Carry out the plan").first.click()
    tab.get_by_role("button", name="Plan these interviews").click()
    tab.get_by_text("The plan is carried out.").wait_for()
    with reading(site.database.engine) as session:
        assert sorted(session.scalars(select(Interview.title))) == sorted(titles)
    assert "Every dimension is looked at by two interviewers or more." in tab.inner_text("main")
