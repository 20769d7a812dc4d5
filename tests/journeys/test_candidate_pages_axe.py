"""Every page of candidates in a real browser: readable for everybody, light, and whole without script."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from flask import url_for
from sqlalchemy import select

from app.domain.hiring import Stage
from app.models.candidate import Application
from app.models.case_work import CaseAssignment
from app.models.engine import reading, writing
from app.models.link import CandidateFeedback, CandidateLink
from app.models.person import Person
from tests.domain.test_permission import PERSONAS
from tests.factories.candidate_links import keys_of, make_link
from tests.factories.hiring import make_application
from tests.factories.scenes import make_scene
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

LIGHT = 30_000
ALWAYS = ("candidate.home", "candidate.stored", "candidate.withdraw", "candidate.times")
OF_TASKS = ("candidate.task", "candidate.review", "candidate.receipt")
TOLD = "You explained your choices well, and you asked what the numbers leave out."


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A browser that nobody knows yet."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def _come(tab: Page, site: Site, token: str) -> list[str]:
    """Come by a link; what was wrong with the page of the button."""
    tab.goto(f"{site.address}/c/{token}")
    found = looking.faults(tab)
    tab.get_by_role("button", name="Open your application").click()
    tab.wait_for_url("**/your-application")
    return found


def _look(tab: Page, site: Site, path: str) -> list[str]:
    with looking.listening(tab) as heard:
        answer = tab.goto(f"{site.address}{path}")
        assert answer is not None
        heavy = [f"{len(answer.body())} bytes"] if len(answer.body()) >= LIGHT else []
        return [f"{path}: {fault}" for fault in (*looking.faults(tab), *heard, *heavy)]


def test_each_page_of_a_candidate_is_for_everybody(tab: Page, demo: Site) -> None:
    with reading(demo.database.engine) as session:
        rows = session.execute(
            select(CandidateLink.id, CandidateLink.generation, CaseAssignment.id.label("task"))
            .join(CaseAssignment, CaseAssignment.application_id == CandidateLink.application_id)
            .order_by(CaseAssignment.code)
        ).all()
    assert len(rows) > 1
    found: list[str] = []
    for row in rows:
        found += _come(tab, demo, keys_of(demo.program).token(row.id, row.generation))
        with demo.program.test_request_context():
            paths = [url_for(endpoint) for endpoint in ALWAYS]
            paths += [url_for(endpoint, assignment_id=row.task) for endpoint in OF_TASKS]
        for path in paths:
            found += _look(tab, demo, path)
    assert found == []


def test_pages_after_the_end_are_for_everybody(tab: Page, site: Site) -> None:
    site.program.config["PLUMBLINE"] = replace(site.program.config["PLUMBLINE"], candidate_feedback=True)
    with writing(site.database.engine) as session:
        application_id = make_scene(session, "hr", PERSONAS["hr"], "closed").ids["application_id"]
        writer = session.scalars(select(Person.id)).first()
        at = datetime.now(UTC)
        session.add(
            CandidateFeedback(
                application_id=application_id, body=TOLD, written_by_id=writer, written_at=at, shared_at=at
            )
        )
        token = make_link(session, keys_of(site.program), application_id)
    found = _come(tab, site, token)
    for path in ("/withdrawn", "/your-application", "/your-application/feedback", "/your-application/stored"):
        found += _look(tab, site, path)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Close this visit").click()
    found += looking.faults(tab)
    assert found == []


@pytest.mark.parametrize("path", ["/your-application", "/your-application/feedback", f"/c/{'A' * 70}"])
def test_a_browser_without_a_visit_reads_what_to_do(tab: Page, site: Site, path: str) -> None:
    tab.goto(f"{site.address}{path}")
    assert looking.faults(tab) == []
    assert "Plumbline" in tab.title()


def test_a_first_visit_is_light_on_the_line(tab: Page, site: Site) -> None:
    with writing(site.database.engine) as session:
        token = make_link(session, keys_of(site.program), make_application(session).id)
    wire = tab.context.new_cdp_session(tab)
    wire.send("Network.enable")
    loaded: list[int] = []
    wire.on("Network.loadingFinished", lambda event: loaded.append(int(event["encodedDataLength"])))
    assert _come(tab, site, token) == []
    tab.wait_for_load_state("networkidle")
    assert 0 < sum(loaded) < LIGHT


def test_withdrawing_needs_no_script(chromium: Browser, site: Site) -> None:
    with writing(site.database.engine) as session:
        application_id = make_application(session).id
        token = make_link(session, keys_of(site.program), application_id)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    tab = context.new_page()
    tab.goto(f"{site.address}/c/{token}")
    tab.get_by_role("button", name="Open your application").click()
    tab.get_by_role("link", name="Withdraw your application").click()
    tab.get_by_role("button", name="Withdraw my application").click()
    tab.wait_for_url("**/withdrawn")
    context.close()
    with reading(site.database.engine) as session:
        assert session.get_one(Application, application_id).stage is Stage.WITHDRAWN
