"""Assessments on paper: what a person sealed on themselves, and both sides together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import assessment_papers
from app.web.database import reading
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires
from app.web.ladder import job
from app.web.ladder.assessments import ADDRESS

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response


@job.get(f"{ADDRESS}/self.pdf")
@requires(Permission.ASSESSMENT_OPEN)
def self_pdf(assessment_id: UUID) -> Response:
    """What the person sealed on themselves."""
    with reading() as session:
        paper = assessment_papers.own(session, current_actor(), assessment_id, zone=current_person().zone)
    return send("self-assessment", paper, name=f"self-assessment {paper.head.person} {paper.head.cycle}")


@job.get(f"{ADDRESS}/joint.pdf")
@requires(Permission.ASSESSMENT_READ)
def joint_pdf(assessment_id: UUID) -> Response:
    """Both sides, differences first."""
    with reading() as session:
        paper = assessment_papers.joint(session, current_actor(), assessment_id, zone=current_person().zone)
    return send("joint-assessment", paper, name=f"assessment {paper.head.person} {paper.head.cycle}")
