"""Who is told that a scorecard came in or was released: that it happened, never what it says.

Only who runs the process hears of it, and nobody who still owes a card on the same candidate: whether others have
sealed is hidden from them like everything else.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, or_, select

from app.domain.card import CardState
from app.domain.hiring import Part
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow
from app.services import outbox

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts


def announce(session: Session, actor: ActorFacts, facts: ApplicationFacts, *, now: datetime) -> None:
    """Tell the requisition's hiring manager and coordinator that a scorecard was sealed."""
    for person_id, title in _running(session, actor, facts):
        outbox.notify(
            session,
            person_id,
            subject=f"A scorecard came in: {title}",
            body=f"An interviewer sealed a scorecard for {title}. The application shows what is still due.",
            path=f"/applications/{facts.application_id}",
            now=now,
        )


def tell_of_release(session: Session, actor: ActorFacts, facts: ApplicationFacts, *, now: datetime) -> None:
    """Tell who runs the process that an interviewer could not score."""
    for person_id, title in _running(session, actor, facts):
        outbox.notify(
            session,
            person_id,
            subject=f"An interviewer was released: {title}",
            body=f"An interviewer could not score for {title}. See whether the panel still covers every dimension.",
            path=f"/applications/{facts.application_id}",
            now=now,
        )


def _running(session: Session, actor: ActorFacts, facts: ApplicationFacts) -> list[tuple[UUID, str]]:
    candidate = select(Application.candidate_id).where(Application.id == facts.application_id).scalar_subquery()
    address = select(Candidate.email).where(Candidate.id == candidate).scalar_subquery()
    rows = session.execute(
        select(Person.id, Requisition.title)
        .select_from(Person)
        .join(Requisition, Requisition.id == facts.requisition_id)
        .where(
            Person.active.is_(True),
            Person.id != actor.person_id,
            Person.email != address,
            or_(_manages(), _coordinates()),
            ~_owes(candidate),
        )
        .order_by(Person.email)
    )
    return [(row.id, row.title) for row in rows]


def _manages() -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            RequisitionMember.requisition_id == Requisition.id,
            RequisitionMember.person_id == Person.id,
            RequisitionMember.part == Part.HIRING_MANAGER,
        )
    )


def _coordinates() -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            Requisition.created_by_id == Person.id,
            RoleGrant.person_id == Person.id,
            RoleGrant.role == Role.COORDINATOR,
        )
    )


def _owes(candidate: ColumnElement[UUID]) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .select_from(ScorecardRow)
        .join(Application, Application.id == ScorecardRow.application_id)
        .where(
            Application.candidate_id == candidate,
            ScorecardRow.interviewer_id == Person.id,
            ScorecardRow.state == CardState.OWED,
        )
        .correlate(Person)
    )
