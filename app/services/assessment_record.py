"""The history of an assessment: opened, aimed, extended, given to another manager. Lines are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.models.assessment import AssessmentEvent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def note(
    session: Session, actor: ActorFacts, assessment_id: UUID, what: str, *, reason: str = "", now: datetime
) -> None:
    """Add a line to an assessment's history, after those that are there."""
    last = session.scalar(
        select(func.max(AssessmentEvent.number)).where(AssessmentEvent.assessment_id == assessment_id)
    )
    session.add(
        AssessmentEvent(
            assessment_id=assessment_id, number=(last or 0) + 1, what=what, reason=reason, at=now,
            by_id=actor.person_id,
        )
    )  # fmt: skip
    session.flush()
