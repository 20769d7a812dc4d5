"""What happened to an assessment: opened, more time, another manager, taken out. Nothing of any answer is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.assessment import AssessmentEvent
from app.models.assessment_facts import assessment_facts
from app.models.person import Person
from app.queries import assessment_head

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.assessment_head import Head


@dataclass(frozen=True, slots=True)
class Happened:
    """One line: what, why where a reason was asked for, when and by whom."""

    what: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The head without any level, and the lines, the newest first."""

    head: Head
    lines: tuple[Happened, ...]


def page(session: Session, actor: ActorFacts, assessment_id: UUID) -> HistoryPage:
    """The history for the two and for HR, in three queries; peers do not read who else was asked."""
    facts = found(assessment_facts(session, actor, assessment_id))
    require(actor, Permission.ASSESSMENT_OPEN, facts)
    if facts.is_peer and not facts.is_manager:
        raise NotFoundError
    rows = session.execute(
        select(AssessmentEvent.what, AssessmentEvent.reason, AssessmentEvent.at, Person.name)
        .join(Person, Person.id == AssessmentEvent.by_id)
        .where(AssessmentEvent.assessment_id == assessment_id)
        .order_by(AssessmentEvent.number.desc())
    )
    lines = tuple(Happened(*row) for row in rows)
    return HistoryPage(assessment_head.head(session, assessment_id, with_agreed=False), lines)
