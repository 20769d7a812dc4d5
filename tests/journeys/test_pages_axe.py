"""Every page of the demo, for every kind of person who may open it, looked at in a real browser."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.journeys import candidate_pages, demo_pages, grading_pages, growth_pages, looking, privacy_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from playwright.sync_api import Browser, Page

    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

PAGES = (
    "admin.audit", "admin.close", "admin.credentials", "admin.new_person", "admin.people", "admin.roles",
    "admin.access", "admin.ask_early", "admin.asked", "admin.early_reading", "admin.early_readings", "admin.holders",
    "admin.look", "admin.own_access", "admin.permissions", "admin.roles_here", "admin.roles_in_places",
    "auth.account", "auth.connections", "auth.forgotten", "auth.prove", "auth.second_step", "auth.sign_in",
    "blueprint.prepare", "blueprint.discard_draft", "blueprint.draft", "blueprint.draft_file", "blueprint.draft_text",
    "blueprint.draft_weights", "blueprint.drafts", "blueprint.new_draft", "blueprint.replace_files",
    "blueprint.section", "blueprint.part", "blueprint.search", "blueprint.shelf", "blueprint.start_over",
    "blueprint.version", "blueprint.version_changes",
    "casework.assignment", "casework.edit_task", "casework.give", "casework.live_work", "casework.task",
    "casework.tasks", "casework.work",
    "committee.certainty", "committee.comparison", "committee.correction", "committee.debrief", "committee.decide",
    "committee.decision", "committee.decisions", "committee.release", "committee.vote", "committee.weights",
    "fairness.impact", "fairness.link", "fairness.report", "fairness.voluntary",
    "hiring.application", "hiring.apply", "hiring.cancel_interview", "hiring.candidate", "hiring.candidates",
    "hiring.redaction", "hiring.redactions", "hiring.resume",
    "hiring.candidate_feedback", "hiring.candidate_link",
    "hiring.copy_panel", "hiring.edit_candidate", "hiring.edit_interview", "hiring.edit_requisition",
    "hiring.import_candidates", "hiring.move_requisition", "hiring.new_candidate", "hiring.new_requisition",
    "hiring.plan_interview", "hiring.rebase_requisition", "hiring.requisition", "hiring.requisitions", "hiring.search",
    "home.inbox",
    "interviewing.ask_release", "interviewing.card", "interviewing.duties", "interviewing.enter", "interviewing.kit",
    "interviewing.revise", "interviewing.seat",
    "onboarding.add_goal", "onboarding.aim_metric", "onboarding.begin", "onboarding.begin_from",
    "onboarding.block_goal", "onboarding.check_in", "onboarding.dates", "onboarding.end_plan",
    "onboarding.feed_settings", "onboarding.goal", "onboarding.import_plans", "onboarding.metric",
    "onboarding.metrics", "onboarding.notes", "onboarding.outcome", "onboarding.people_of_plan",
    "onboarding.pick_metric", "onboarding.plan", "onboarding.plan_history", "onboarding.plans", "onboarding.report",
    "onboarding.reword_goal", "onboarding.shown_milestones", "onboarding.sign_offs",
    "panel.carry_out", "panel.conflicts", "panel.declare_conflict", "panel.import_training", "panel.interviewer",
    "panel.interviewers", "panel.plan", "panel.referrer", "panel.withdraw_conflict",
    "scheduling.calendars", "scheduling.schedule",
    *growth_pages.PAGES,
    *grading_pages.PAGES,
    *privacy_pages.PAGES,
)  # fmt: skip


def test_no_page_is_forgotten(demo: Site) -> None:
    assert set(PAGES) | candidate_pages.PAGES | set(demo_pages.NO_PAGES) == demo_pages.endpoints(demo.program)


@pytest.fixture(scope="module")
def tab_of(chromium: Browser, demo: Site) -> Iterator[Callable[[UUID | None], Page]]:
    """Each person's own browser, which keeps style sheets and fonts from page to page as theirs would."""
    tabs: dict[UUID | None, Page] = {}
    with ExitStack() as stack:

        def tab_of(person_id: UUID | None) -> Page:
            if person_id not in tabs:
                context = chromium.new_context(base_url=demo.address, viewport={"width": 1280, "height": 800})
                stack.callback(context.close)
                tabs[person_id] = context.new_page()
            if person_id is not None:
                demo.sign_in(tabs[person_id].context, person_id)
            return tabs[person_id]

        yield tab_of


@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_is_for_everybody(tab_of: Callable[[UUID | None], Page], demo: Site, endpoint: str) -> None:
    opened = demo_pages.varieties(demo.program, endpoint)
    assert opened, "nobody in the demo can open it"
    wrong = {}
    for one in opened:
        tab = tab_of(one.person_id)
        with looking.listening(tab) as heard:
            tab.goto(one.path)
            wrong[f"{one.path} as {one.who}"] = [*looking.faults(tab), *heard]
    assert {page: faults for page, faults in wrong.items() if faults} == {}


def test_a_refusal_is_for_everybody(chromium: Browser, demo: Site) -> None:
    context = chromium.new_context(base_url=demo.address, viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    tab.goto("/no-such-page")
    assert looking.faults(tab) == []
    context.close()
