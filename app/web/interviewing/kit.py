"""The interview kit, to read beforehand or to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.card import CardState
from app.domain.permission import Permission
from app.queries import kits
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.interviewing import job
from app.web.interviewing.clash import stamp
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID


@job.get("/interviews/<uuid:interview_id>/kit")
@requires(Permission.KIT_SEE)
def kit(interview_id: UUID) -> tuple[str, int]:
    """Role, focus dimensions with every level, probes, case, documents and notes of the other interviewers."""
    with reading() as session:
        found = kits.kit(session, current_actor(), interview_id)
        return page(
            "interviewing/kit.html",
            session=session,
            blueprint=stamp(found.seat),
            kit=found,
            owed=found.seat.card_state is CardState.OWED,
        )
