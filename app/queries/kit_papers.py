"""An interview kit on paper, from what its page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.kit_document import KitDocument, PassedOn
from app.models.person import Installation
from app.queries import kits

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def kit(session: Session, actor: ActorFacts, interview_id: UUID, *, zone: str) -> KitDocument:
    """The kit as the actor may read it, with times in ``zone``."""
    found = kits.kit(session, actor, interview_id)
    seat = found.seat
    return KitDocument(
        company=session.scalar(select(Installation.company)) or "",
        requisition=seat.requisition,
        candidate=seat.candidate,
        headline=seat.headline,
        blueprint=seat.stamp,
        role=seat.role,
        scorecard=seat.scorecard,
        interview=seat.interview,
        kind=seat.kind.words,
        starts_at=seat.starts_at,
        minutes=seat.minutes,
        place=seat.place,
        focus=seat.focus,
        musts=seat.musts,
        case=seat.case,
        notes=tuple(PassedOn(note.interviewer, note.interview, note.text) for note in found.notes),
        documents=tuple(file.name for file in found.files),
        resume=found.resume,
        cancelled=seat.cancelled,
        zone=zone,
    )
