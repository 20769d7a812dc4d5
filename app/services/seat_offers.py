"""Handing a seat on: who could not interview proposes somebody, and whoever plans the panel decides."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, select

from app.domain.access import found, require
from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import RequisitionState, Stage
from app.domain.missed import Missed, reason
from app.domain.permission import Permission, Role
from app.domain.text import text_faults
from app.models import planning
from app.models.candidate import Application, Candidate
from app.models.facts import SEATED, card_facts
from app.models.interview import Interview
from app.models.person import Person, RoleGrant
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import SeatOffer
from app.services import applications, audit, scorecards, seats

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, CardFacts

WORDS_LIMIT = 2000
_SETTLED = "This seat was filled, or left empty, meanwhile."


def step_back(
    session: Session,
    actor: ActorFacts,
    card_id: UUID,
    why: Missed,
    words: str,
    *,
    successor_id: UUID | None = None,
    now: datetime,
) -> None:
    """Release the actor from their own card and pass on whom they propose instead; that seats nobody yet."""
    require(actor, Permission.CARD_READ_OWN, found(card_facts(session, actor, card_id)))
    said = reason(why, words)
    faults = list(text_faults("reason", "in a sentence what it was", said, limit=WORDS_LIMIT, required=True))
    successor = None if successor_id is None else _interviewer(session, successor_id)
    if successor_id is not None and (successor is None or successor_id == actor.person_id):
        faults.append(Fault("successor", "Choose somebody from the list: an active interviewer other than yourself."))
    if faults:
        raise InvalidError(tuple(faults))
    scorecards.release(session, actor, card_id, said, now, proposed=successor or "")
    if successor_id is not None:
        _offer(session, actor, card_id, successor_id, now)


def seat(session: Session, actor: ActorFacts, card_id: UUID, *, now: datetime) -> None:
    """Seat whoever was proposed, as planning would: :class:`InvalidError` when they may not interview the candidate."""
    offer, card, facts = _open(session, actor, card_id)
    interview = session.get_one(Interview, card.interview_id, with_for_update=True)
    if interview.cancelled_at is not None:
        raise AlreadyDoneError(_SETTLED)
    if not _may_interview(session, facts.application_id, offer.person_id):
        message = "This person cannot interview this candidate. Leave the seat empty, or seat somebody else."
        raise InvalidError((Fault("successor", message),))
    offer.settled_at = now
    session.flush()
    if not _has_seat(session, interview.id, offer.person_id):
        seats.assign(session, actor, interview, offer.person_id, now=now)


def leave_empty(session: Session, actor: ActorFacts, card_id: UUID, *, now: datetime) -> None:
    """Answer a proposal without seating anybody."""
    offer, _card, _facts = _open(session, actor, card_id)
    offer.settled_at = now
    audit.record(session, actor, "scorecard.seat_left", f"scorecard/{card_id}", now=now)


def _offer(session: Session, actor: ActorFacts, card_id: UUID, person_id: UUID, now: datetime) -> None:
    offer = session.get(SeatOffer, card_id)
    if offer is None:
        offer = SeatOffer(scorecard_id=card_id)
        session.add(offer)
    offer.person_id, offer.offered_at, offer.settled_at = person_id, now, None
    session.flush()
    audit.record(
        session, actor, "scorecard.propose", f"scorecard/{card_id}", now=now, payload={"successor": str(person_id)}
    )


def _open(session: Session, actor: ActorFacts, card_id: UUID) -> tuple[SeatOffer, ScorecardRow, CardFacts]:
    application_id = session.scalar(select(ScorecardRow.application_id).where(ScorecardRow.id == card_id))
    if application_id is None:
        raise NotFoundError
    application = applications.locked(session, application_id)
    facts = found(card_facts(session, actor, card_id))
    require(actor, Permission.PROGRESS_SEE, facts)
    require(actor, Permission.PANEL_PLAN, facts)
    card = session.get_one(ScorecardRow, card_id, with_for_update=True)
    offer = session.get(SeatOffer, card_id, with_for_update=True)
    if offer is None:
        raise NotFoundError
    if offer.settled_at is not None or card.state is not CardState.RELEASED:
        raise AlreadyDoneError(_SETTLED)
    if facts.state is not RequisitionState.OPEN or application.stage is Stage.WITHDRAWN or facts.decided:
        message = "Nobody is seated any more: the requisition is not open, or the application has ended."
        raise NotAllowedError(message)
    return offer, card, facts


def _interviewer(session: Session, person_id: UUID) -> str | None:
    """The name of an active interviewer, or ``None`` when the person is none."""
    wanted = (Person.id == person_id, Person.active.is_(True), RoleGrant.role == Role.INTERVIEWER)
    return session.scalar(select(Person.name).join(RoleGrant, RoleGrant.person_id == Person.id).where(*wanted))


def _may_interview(session: Session, application_id: UUID, person_id: UUID) -> bool:
    able = (
        select(literal(1))
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Person, Person.id == person_id)
        .where(Application.id == application_id, planning.may_interview())
    )
    return session.scalar(able) is not None


def _has_seat(session: Session, interview_id: UUID, person_id: UUID) -> bool:
    held = select(literal(1)).where(
        ScorecardRow.interview_id == interview_id,
        ScorecardRow.interviewer_id == person_id,
        ScorecardRow.state.in_(SEATED),
    )
    return bool(session.scalar(select(exists(held))))
