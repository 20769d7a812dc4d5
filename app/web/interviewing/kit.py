"""The interview kit, to read beforehand, on a phone or on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.card import CardState
from app.domain.permission import Permission
from app.queries import kit_papers, kits
from app.services import kit_openings
from app.web.clock import now
from app.web.database import reading, writing
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires
from app.web.interviewing import job
from app.web.interviewing.clash import stamp
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response


@job.get("/interviews/<uuid:interview_id>/kit")
@requires(Permission.KIT_SEE)
def kit(interview_id: UUID) -> tuple[str, int]:
    """Role, focus dimensions with every level, probes, case, documents and notes of the other interviewers."""
    with reading() as session:
        found = kits.kit(session, current_actor(), interview_id)
        owed = found.seat.card_state is CardState.OWED
        first = owed and kit_openings.is_first(session, current_actor(), interview_id)
        drawn = page("interviewing/kit.html", session=session, blueprint=stamp(found.seat), kit=found, owed=owed)
    if first:
        _note(interview_id)
    return drawn


@job.get("/interviews/<uuid:interview_id>/kit.pdf")
@requires(Permission.KIT_SEE)
def kit_pdf(interview_id: UUID) -> Response:
    """The kit on paper, with room to write."""
    with reading() as session:
        paper = kit_papers.kit(session, current_actor(), interview_id, zone=current_person().zone)
        first = kit_openings.is_first(session, current_actor(), interview_id)
    if first:
        _note(interview_id)
    return send("kit", paper, name=f"kit {paper.candidate} {paper.interview}")


def _note(interview_id: UUID) -> None:
    """Keep that it was opened: like the time of the last visit, this is no act of the reader's."""
    with writing() as session:
        kit_openings.opened(session, current_actor(), interview_id, now=now())
