"""Recorded decisions: the list, one record, and its paper."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.permission import Permission
from app.queries import decisions as queries
from app.services import printing
from app.web.clock import now
from app.web.committee import job
from app.web.committee.debriefing import stamped
from app.web.database import reading, writing
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires
from app.web.pages import page
from reports import certainty, wording

if TYPE_CHECKING:
    from flask import Response


@job.get("/decisions")
@requires(Permission.DECISION_LIST)
def decisions() -> tuple[str, int]:
    """What was decided, newest first."""
    before = _uuid(request.args.get("before", ""))
    requisition_id = _uuid(request.args.get("requisition", ""))
    with reading() as session:
        lines = queries.decisions(session, current_actor(), requisition_id=requisition_id, before=before)
        shown = lines[: queries.PAGE]
        older = shown[-1].decision_id if len(lines) > queries.PAGE else None
        return page(
            "committee/decisions.html",
            session=session,
            lines=shown,
            older=older,
            before=before,
            requisition_id=requisition_id,
        )


@job.get("/decisions/<uuid:decision_id>")
@requires(Permission.DECISION_SEE)
def decision(decision_id: UUID) -> tuple[str, int]:
    """One record: outcome, reasons, votes, dissent, and what came before or after it."""
    with reading() as session:
        view = queries.decision(session, current_actor(), decision_id)
        blueprint = stamped(view.record.blueprint)
        return page(
            "committee/decision.html", session=session, blueprint=blueprint, view=view, say=wording, sure=certainty
        )


@job.get("/decisions/<uuid:decision_id>.pdf")
@requires(Permission.DECISION_SEE)
def decision_pdf(decision_id: UUID) -> Response:
    """The record on paper, for signing."""
    with reading() as session:
        paper = queries.document(session, current_actor(), decision_id, zone=current_person().zone)
    answer = send("decision", paper, name=f"decision {paper.record.candidate} {paper.record.number}")
    if answer.mimetype == "application/pdf":
        with writing() as session:
            printing.decision_printed(session, current_actor(), decision_id, answer.get_data(), now=now())
    return answer


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
