"""Who decides on an application and may be told that something waits: never somebody who still owes a card on it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.domain.hiring import COMMITTEE, Part
from app.models.candidate import Application, Candidate
from app.models.interest import conflict_of
from app.models.person import Person
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow
from app.services import outbox

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

CIRCLE = frozenset({*COMMITTEE, Part.HIRING_MANAGER})


def tell(
    session: Session,
    actor: ActorFacts,
    application_id: UUID,
    *,
    parts: Iterable[Part] = CIRCLE,
    subject: str,
    body: str,
    path: str,
    now: datetime,
) -> None:
    """Notify the members of the application's circle, the actor left out; ``subject`` is followed by its requisition.

    Who owes a card on the candidate, in any requisition, hears nothing: that others are done would tell on them.
    """
    rows = session.execute(
        select(Person.id, Requisition.title)
        .distinct()
        .join(RequisitionMember, RequisitionMember.person_id == Person.id)
        .join(Requisition, Requisition.id == RequisitionMember.requisition_id)
        .join(Application, Application.requisition_id == Requisition.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            Application.id == application_id,
            RequisitionMember.part.in_(sorted(parts)),
            Person.active.is_(True),
            Person.id != actor.person_id,
            Person.email != Candidate.email,
            ~conflict_of(Person.id),
            ~_owes(),
        )
        .order_by(Person.id)
    )
    for person_id, title in rows:
        outbox.notify(session, person_id, subject=f"{subject}: {title}", body=body, path=path, now=now)


def _owes() -> ColumnElement[bool]:
    card, other = aliased(ScorecardRow), aliased(Application)
    return exists(
        select(literal(1))
        .select_from(card)
        .join(other, other.id == card.application_id)
        .where(
            other.candidate_id == Candidate.id,
            card.interviewer_id == Person.id,
            card.state == CardState.OWED,
        )
        .correlate(Candidate, Person)
    )
