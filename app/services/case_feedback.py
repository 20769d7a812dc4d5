"""Peer feedback on a promotion case: asked for by name, given in three parts, or declined."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError
from app.domain.growth.casework import MOST_PEERS, WHY_LIMIT, Feedback, feedback_problems
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.person import Person
from app.models.promotion import PeerFeedback, PromotionCase
from app.models.promotion_facts import case_facts
from app.services import audit, outbox
from app.services.case_record import locked, note, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

STALE = "This feedback was saved in another tab meanwhile. Nothing of yours is lost: compare, and save again."
_GIVEN = "Your feedback is given already, so it stays as it is."


def ask(session: Session, actor: ActorFacts, case_id: UUID, person_id: UUID, *, now: datetime) -> UUID:
    """Ask somebody for feedback on the person, and tell them."""
    case, _ = locked(session, actor, case_id, Permission.FEEDBACK_ASK)
    person = session.get(Person, person_id)
    if person is None or not person.active or person_id in {case.person_id, case.manager_id}:
        raise InvalidError((Fault("person", "Choose somebody who works beside the person."),))
    asked = set(session.scalars(select(PeerFeedback.person_id).where(PeerFeedback.case_id == case_id)))
    if person_id in asked:
        raise InvalidError((Fault("person", f"{person.name} was asked already."),))
    if len(asked) >= MOST_PEERS:
        raise InvalidError((Fault("person", f"At most {MOST_PEERS} people are asked about one case."),))
    row = PeerFeedback(case_id=case_id, person_id=person_id, asked_by_id=actor.person_id, asked_at=now)
    session.add(row)
    note(session, actor, case, f"{person.name} asked for feedback", now=now)
    audit.record(session, actor, "feedback.ask", f"case/{case_id}", now=now, payload={"peer": str(person_id)})
    outbox.notify(
        session, person_id, subject="You are asked for feedback on a colleague",
        body="Ten minutes: a situation, what they did, and what came of it. You are told who reads it.",
        path=f"/promotions/{case_id}/feedback", now=now,
    )  # fmt: skip
    return row.id


def save(session: Session, actor: ActorFacts, case_id: UUID, given: Feedback, *, version: int, now: datetime) -> int:
    """Keep a draft, which only its author sees; return its version."""
    row = _own(session, actor, case_id, version)
    refuse(feedback_problems(given, sending=False))
    return _keep(session, row, given, now).version


def give(session: Session, actor: ActorFacts, case_id: UUID, given: Feedback, *, version: int, now: datetime) -> None:
    """Give the feedback for good: manager, panel and HR read it at once, the person once the case is decided."""
    row = _own(session, actor, case_id, version)
    refuse(feedback_problems(given, sending=True))
    _keep(session, row, given, now).answered_at = now
    _noted(session, actor, case_id, "Feedback given", now)
    audit.record(session, actor, "feedback.give", f"case/{case_id}", now=now)


def decline(session: Session, actor: ActorFacts, case_id: UUID, words: str = "", *, now: datetime) -> None:
    """Give no feedback; what was drafted is deleted. Words, if any, are for whoever asked, and for nobody else."""
    row = _own(session, actor, case_id, None)
    refuse(text_faults("words", "what you say to them", words, limit=WHY_LIMIT))
    row.situation = row.behaviour = row.impact = ""
    row.declined, row.answered_at, row.decline_words = True, now, words.strip()
    _noted(session, actor, case_id, "Feedback declined", now)
    audit.record(session, actor, "feedback.decline", f"case/{case_id}", now=now)
    outbox.notify(
        session, row.asked_by_id, subject="Somebody whom you asked gives no feedback",
        body="The case says who. They may have left you a word there; ask somebody else if there is time.",
        path=f"/promotions/{case_id}#peers", now=now,
    )  # fmt: skip


def _own(session: Session, actor: ActorFacts, case_id: UUID, version: int | None) -> PeerFeedback:
    # The case is locked first, so that it is not decided while somebody gives feedback on it.
    session.get(PromotionCase, case_id, with_for_update=True)
    require(actor, Permission.FEEDBACK_GIVE, found(case_facts(session, actor, case_id)))
    row = session.scalar(
        select(PeerFeedback)
        .where(PeerFeedback.case_id == case_id, PeerFeedback.person_id == actor.person_id)
        .with_for_update()
    )
    if row is None:
        raise NotFoundError
    if row.answered_at is not None:
        raise AlreadyDoneError(_GIVEN)
    if version is not None and row.version != version:
        raise ConflictError(STALE, current_version=row.version)
    return row


def _keep(session: Session, row: PeerFeedback, given: Feedback, now: datetime) -> PeerFeedback:
    row.situation, row.behaviour = given.situation.strip(), given.behaviour.strip()
    row.impact, row.saved_at = given.impact.strip(), now
    session.flush()
    return row


def _noted(session: Session, actor: ActorFacts, case_id: UUID, what: str, now: datetime) -> None:
    case = session.get(PromotionCase, case_id)
    if case is None:
        raise NotFoundError
    note(session, actor, case, what, now=now)
