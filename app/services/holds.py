"""Legal holds: who sets them, why, and when they are lifted. What is held is never erased."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import AlreadyDoneError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.privacy.erasing import GROUND_LIMIT, LEAST_GROUND, SubjectKind
from app.domain.privacy.facts import PrivacyFacts
from app.models.candidate import Application, Candidate
from app.models.person import Person
from app.models.privacy import LegalHold
from app.models.privacy_facts import subject_facts
from app.models.requisition import Requisition
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_LIFTED = "This hold was lifted before."
_NOTHING_LEFT = "This data was erased: nothing is left that a hold could keep."


def hold_subject(
    session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID, *, reason: str, now: datetime
) -> UUID:
    """Keep everything about a candidate or a person until the hold is lifted, and return the hold's id."""
    lock_subject(session, kind, subject_id)
    facts = found(subject_facts(session, actor, kind, subject_id))
    require(actor, Permission.HOLD_SET, facts)
    if facts.gone:
        raise AlreadyDoneError(_NOTHING_LEFT)
    mine = {"candidate_id" if kind is SubjectKind.CANDIDATE else "person_id": subject_id}
    return _add(session, actor, LegalHold(**mine, reason=reason), f"{_KINDS[kind]}/{subject_id}", now)


def hold_requisition(session: Session, actor: ActorFacts, requisition_id: UUID, *, reason: str, now: datetime) -> UUID:
    """Keep everything about everybody who applied, or will apply, to a requisition."""
    require(actor, Permission.HOLD_SET, nobody_special(requisition_id))
    # An erasure of somebody who applied to it holds this row until it is committed: one of the two waits for the other.
    if session.get(Requisition, requisition_id, with_for_update=True) is None:
        raise NotFoundError
    hold = LegalHold(requisition_id=requisition_id, reason=reason)
    return _add(session, actor, hold, f"requisition/{requisition_id}", now)


def lift(session: Session, actor: ActorFacts, hold_id: UUID, *, reason: str, now: datetime) -> None:
    """End a hold, with a reason; what its time was over for is removed by the next run of the rules."""
    hold = liftable(session, actor, hold_id, lock=True)
    if hold.lifted_at is not None:
        raise AlreadyDoneError(_LIFTED)
    hold.lifted_reason = reasoned(reason, "reason")
    hold.lifted_at, hold.lifted_by_id = now, actor.person_id
    session.flush()
    audit.record(session, actor, "hold.lift", f"hold/{hold.id}", now=now, payload={"reason": hold.lifted_reason})


def liftable(session: Session, actor: ActorFacts, hold_id: UUID, *, lock: bool = False) -> LegalHold:
    """The hold, for whoever may lift it; its form is for nobody else."""
    hold = session.get(LegalHold, hold_id, with_for_update=lock)
    if hold is None:
        raise NotFoundError
    require(actor, Permission.HOLD_SET, _facts(session, actor, hold))
    return hold


def lock_subject(session: Session, kind: SubjectKind, subject_id: UUID) -> None:
    """Lock a subject, then every opening that they applied to: until the commit nobody sets a hold on them.

    Whoever looks for holds and acts upon it locks first, and looks then; every other row is locked after these.
    """
    if kind is SubjectKind.PERSON:
        session.get(Person, subject_id, with_for_update=True)
        return
    session.get(Candidate, subject_id, with_for_update=True)
    applied = select(Application.requisition_id).where(Application.candidate_id == subject_id)
    openings = select(Requisition.id).where(Requisition.id.in_(applied)).order_by(Requisition.id)
    session.execute(openings.with_for_update(read=True)).all()


def reasoned(text: str, field: str) -> str:
    """A reason that says something, or :class:`InvalidError` on ``field``."""
    tidy = text.strip()
    if len(tidy) < LEAST_GROUND:
        raise InvalidError((Fault(field, f"Say why, in at least {LEAST_GROUND} characters."),))
    if len(tidy) > GROUND_LIMIT:
        raise InvalidError((Fault(field, f"At most {GROUND_LIMIT} characters."),))
    return tidy


def nobody_special(subject_id: UUID) -> PrivacyFacts:
    """Facts of something that is about many people, so that it is nobody's own."""
    return PrivacyFacts(subject_id=subject_id, is_own=False, held=False, gone=False, has_left=True)


_KINDS = {SubjectKind.CANDIDATE: "candidate", SubjectKind.PERSON: "person"}


def _add(session: Session, actor: ActorFacts, hold: LegalHold, about: str, now: datetime) -> UUID:
    hold.reason = reasoned(hold.reason, "reason")
    hold.set_at, hold.set_by_id = now, actor.person_id
    session.add(hold)
    session.flush()
    payload = {"hold": str(hold.id), "reason": hold.reason}
    audit.record(session, actor, "hold.set", about, now=now, payload=payload)
    return hold.id


def _facts(session: Session, actor: ActorFacts, hold: LegalHold) -> PrivacyFacts:
    if hold.candidate_id:
        return found(subject_facts(session, actor, SubjectKind.CANDIDATE, hold.candidate_id))
    if hold.person_id:
        return found(subject_facts(session, actor, SubjectKind.PERSON, hold.person_id))
    return nobody_special(hold.id)
