"""First years on paper: the plan, the review of a milestone, and the year in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import plan_papers
from app.web.database import reading
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires
from app.web.onboarding import job

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response


@job.get("/onboarding/<uuid:plan_id>/plan.pdf")
@requires(Permission.PLAN_SEE)
def plan_pdf(plan_id: UUID) -> Response:
    """The plan for signing, with how its dates came about."""
    with reading() as session:
        paper = plan_papers.plan(session, current_actor(), plan_id, zone=current_person().zone)
    return send("onboarding-plan", paper, name=f"onboarding plan {paper.head.hire}")


@job.get("/onboarding/milestones/<uuid:milestone_id>/review.pdf")
@requires(Permission.PLAN_SEE)
def review_pdf(milestone_id: UUID) -> Response:
    """One milestone as it was reviewed; the answers are in it for the two who gave them."""
    with reading() as session:
        paper = plan_papers.review(session, current_actor(), milestone_id, zone=current_person().zone)
    return send("milestone-review", paper, name=f"review {paper.milestone.title} {paper.head.hire}")


@job.get("/onboarding/<uuid:plan_id>/first-year.pdf")
@requires(Permission.PLAN_SEE)
def year_pdf(plan_id: UUID) -> Response:
    """The whole first year with its evidence and history."""
    with reading() as session:
        paper = plan_papers.year(session, current_actor(), plan_id, zone=current_person().zone)
    return send("first-year", paper, name=f"first year {paper.head.hire}")
