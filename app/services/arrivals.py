"""Who is told that a scorecard came in or was released: that it happened, never what it says.

Only who runs the process hears of it, and nobody who still owes a card on the same candidate: whether others have
sealed is hidden from them like everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.domain.hiring import Part
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.interest import conflict_of
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow
from app.services import outbox

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts, CardFacts


@dataclass(frozen=True, slots=True)
class Runner:
    """Somebody who runs a requisition and may see how far its scorecards are."""

    person_id: UUID
    requisition: str
    coordinates: bool


def announce(session: Session, actor: ActorFacts, facts: ApplicationFacts, *, now: datetime) -> None:
    """Tell the requisition's hiring manager and coordinator that a scorecard was sealed."""
    for runner in who_runs(session, facts.application_id, without=actor.person_id):
        outbox.notify(
            session,
            runner.person_id,
            subject=f"A scorecard came in: {runner.requisition}",
            body=f"An interviewer sealed a scorecard for {runner.requisition}. "
            "The application shows what is still due.",
            path=f"/applications/{facts.application_id}",
            now=now,
        )


def tell_of_release(session: Session, actor: ActorFacts, facts: CardFacts, *, proposed: str, now: datetime) -> None:
    """Tell who runs the process that an interviewer could not score, and whom they propose instead, if anybody."""
    for runner in who_runs(session, facts.application_id, without=actor.person_id):
        outbox.notify(
            session,
            runner.person_id,
            subject=f"An interviewer was released: {runner.requisition}",
            body=f"They propose {proposed} instead. Seat them, or leave the seat empty."
            if proposed
            else f"An interviewer could not score for {runner.requisition}. "
            "See whether the panel still covers every dimension.",
            path=f"/scorecards/{facts.card_id}/seat" if proposed else f"/applications/{facts.application_id}",
            now=now,
        )


def tell_of_entry(session: Session, actor: ActorFacts, card: ScorecardRow, *, now: datetime) -> None:
    """Tell an interviewer that somebody entered their card for them."""
    typist = session.scalar(select(Person.name).where(Person.id == actor.person_id))
    outbox.notify(
        session,
        card.interviewer_id,
        subject="Your scorecard was entered for you",
        body=f"{typist} entered it from your notes. It counts as yours: read it, and revise it where it is not what "
        "you meant.",
        path=f"/scorecards/{card.id}",
        now=now,
    )


def who_runs(session: Session, application_id: UUID, *, without: UUID | None) -> list[Runner]:
    """Who hears of the progress of an application: hiring manager and coordinator, but for ``without``.

    Nobody who owes a card on the candidate is among them, nor who has a conflict of interest, nor the candidate.
    """
    rows = session.execute(
        select(Person.id, Requisition.title, _coordinates().label("coordinates"))
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Person, or_(_manages(), _coordinates()))
        .where(
            Application.id == application_id,
            Person.active.is_(True),
            Person.id != without,
            Person.email != Candidate.email,
            ~_owes(),
            ~conflict_of(Person.id),
        )
        .order_by(Person.email)
    )
    return [Runner(row.id, row.title, bool(row.coordinates)) for row in rows]


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


def _owes() -> ColumnElement[bool]:
    card, application = aliased(ScorecardRow), aliased(Application)
    return exists(
        select(literal(1))
        .select_from(card)
        .join(application, application.id == card.application_id)
        .where(
            application.candidate_id == Candidate.id,
            card.interviewer_id == Person.id,
            card.state == CardState.OWED,
        )
        .correlate(Person, Candidate)
    )
