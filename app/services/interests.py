"""Conflicts of interest: declared by whoever has one, recorded by a coordinator, and withdrawn when it was none.

A conflict ends every part in judging the candidate at once. A vote that waits for a decision no longer counts. A card
that was sealed before stays: sealed cards never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require, require_whole
from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, Fault, InvalidError, NotFoundError
from app.domain.interest import InterestKind
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.candidate import Application, Candidate
from app.models.case_work import CaseAssignment
from app.models.facts import application_facts, candidate_facts
from app.models.interest import ConflictOfInterest
from app.models.person import Person
from app.models.scorecard import ScorecardRow
from app.services import arrivals, audit, grade_reveal, outbox, seats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

STATEMENT_LIMIT = 2000
_RELEASED = "A conflict of interest."


def declare(
    session: Session, actor: ActorFacts, application_id: UUID, kind: InterestKind, statement: str, *, now: datetime
) -> UUID:
    """Say that one stands too near to this candidate; from now on nothing about them is open to the actor.

    Seats with the candidate are released, in every requisition, and whoever runs those is told. Returns the conflict.
    """
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.INTEREST_DECLARE, facts)
    _refuse(_statement_faults(kind, statement))
    return _record(session, actor, application_id, actor.person_id, kind, statement, now=now)


def record(
    session: Session, actor: ActorFacts, application_id: UUID, person_id: UUID, statement: str, *, now: datetime
) -> UUID:
    """Record what somebody else said of themselves, by word of mouth; a coordinator does."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.INTEREST_KEEP, facts)
    kind = InterestKind.OTHER
    _refuse(_statement_faults(kind, statement))
    if person_id == actor.person_id:
        raise InvalidError((Fault("person_id", "For yourself, choose “I have a conflict of interest”."),))
    if session.get(Person, person_id) is None:
        raise InvalidError((Fault("person_id", "Choose somebody from the list."),))
    return _record(session, actor, application_id, person_id, kind, statement, now=now)


def withdraw(session: Session, actor: ActorFacts, conflict_id: UUID, reason: str, *, now: datetime) -> None:
    """Let a conflict count no longer, with a reason; never one's own, and seats do not come back by it."""
    conflict = session.get(ConflictOfInterest, conflict_id, with_for_update=True)
    if conflict is None:
        raise NotFoundError
    require_whole(actor, Permission.INTEREST_KEEP, candidate_facts(session, actor, conflict.candidate_id))
    _refuse(text_faults("reason", "why it is none", reason, limit=STATEMENT_LIMIT, required=True))
    if conflict.withdrawn_at is not None:
        message = "This conflict was withdrawn already."
        raise AlreadyDoneError(message)
    conflict.withdrawn_at, conflict.withdrawn_by_id, conflict.withdrawn_reason = now, actor.person_id, reason.strip()
    session.flush()
    payload = {"person": str(conflict.person_id), "reason": reason.strip()}
    audit.record(session, actor, "conflict.withdraw", f"candidate/{conflict.candidate_id}", now=now, payload=payload)


def set_referrer(
    session: Session, actor: ActorFacts, candidate_id: UUID, person_id: UUID | None, *, now: datetime
) -> None:
    """Record who of the company recommended a candidate; that person judges them no longer."""
    candidate = session.get(Candidate, candidate_id, with_for_update=True)
    if candidate is None:
        raise NotFoundError
    require_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, candidate_id))
    if candidate.referrer_id == person_id:
        return
    person = session.get(Person, person_id) if person_id else None
    if person_id and (person is None or person.email == candidate.email):
        raise InvalidError((Fault("referrer_id", "Choose somebody from the list."),))
    candidate.referrer_id = person_id
    session.flush()
    payload = {"person": str(person_id or "")}
    audit.record(session, actor, "candidate.referrer", f"candidate/{candidate_id}", now=now, payload=payload)
    if person_id is not None:
        left = _release(session, actor, candidate_id, person_id, now=now)
        _tell(session, actor, sorted(left), person_id, now=now)


def _record(  # noqa: PLR0917  who, about whom, of whom, and what: the parts of one sentence
    session: Session,
    actor: ActorFacts,
    application_id: UUID,
    person_id: UUID,
    kind: InterestKind,
    statement: str,
    *,
    now: datetime,
) -> UUID:
    candidate_id = session.scalars(select(Application.candidate_id).where(Application.id == application_id)).one()
    conflict = ConflictOfInterest(
        person_id=person_id,
        candidate_id=candidate_id,
        kind=kind,
        statement=statement.strip(),
        declared_at=now,
        declared_by_id=actor.person_id,
    )
    session.add(conflict)
    session.flush()
    payload = {"person": str(person_id), "kind": kind.value, "statement": statement.strip()}
    audit.record(session, actor, "conflict.declare", f"candidate/{candidate_id}", now=now, payload=payload)
    left = _release(session, actor, candidate_id, person_id, now=now)
    _tell(session, actor, sorted(left | {application_id}), person_id, now=now)
    return conflict.id


def _release(session: Session, actor: ActorFacts, candidate_id: UUID, person_id: UUID, *, now: datetime) -> set[UUID]:
    """Release what the person owes on the candidate; return the applications on whose panels they sat.

    No grade of theirs is waited for any more either.
    """
    cards = session.scalars(
        select(ScorecardRow)
        .join(Application, Application.id == ScorecardRow.application_id)
        .where(Application.candidate_id == candidate_id, ScorecardRow.interviewer_id == person_id)
        .order_by(ScorecardRow.id)
        .with_for_update(of=ScorecardRow)
    ).all()
    touched = {card.application_id for card in cards if card.state is not CardState.RELEASED}
    for card in cards:
        seats.release(session, actor, card, _RELEASED, now=now)
    _open_grades(session, actor, candidate_id, now=now)
    return touched


def _open_grades(session: Session, actor: ActorFacts, candidate_id: UUID, *, now: datetime) -> None:
    """Open what others graded, where theirs was the last grade that was waited for."""
    work = session.scalars(
        select(CaseAssignment.id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .where(Application.candidate_id == candidate_id, CaseAssignment.handed_in_at.is_not(None))
        .order_by(CaseAssignment.id)
    ).all()
    for assignment_id in work:
        grade_reveal.when_complete(session, actor, assignment_id, now=now)


def _tell(session: Session, actor: ActorFacts, applications: Iterable[UUID], person_id: UUID, *, now: datetime) -> None:
    """Tell who runs those requisitions that somebody stands too near: who it is and why says the page."""
    for application_id in applications:
        for runner in arrivals.who_runs(session, application_id, without=actor.person_id):
            if runner.person_id == person_id:
                continue
            outbox.notify(
                session,
                runner.person_id,
                subject=f"Somebody has a conflict of interest: {runner.requisition}",
                body="They have no part in judging this candidate. See whether the panel still covers every dimension.",
                path=f"/applications/{application_id}",
                now=now,
            )


def _statement_faults(kind: InterestKind, statement: str) -> tuple[Fault, ...]:
    required = kind is InterestKind.OTHER
    return text_faults("statement", "in a sentence what it is", statement, limit=STATEMENT_LIMIT, required=required)


def _refuse(faults: Iterable[Fault]) -> None:
    wrong = tuple(faults)
    if wrong:
        raise InvalidError(wrong)
