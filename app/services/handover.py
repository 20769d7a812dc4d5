"""Assessments given to another manager: what was sealed stays under its author's name, a draft does not move along."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select

from app.domain.access import require
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.assessment import Assessment, Cycle, ExpectationMark, MarkEvidence, Sheet
from app.models.person import Person
from app.services import assessment_record, audit, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

REASON_LIMIT = 2000


def hand_over(
    session: Session, actor: ActorFacts, assessment_id: UUID, manager_id: UUID, *, reason: str, now: datetime
) -> None:
    """Give one open assessment to another manager, and say why.

    The new manager answers unless the manager's side is already sealed; what the former one only drafted is dropped.
    """
    require(actor, Permission.CYCLE_KEEP)
    assessment = session.get(Assessment, assessment_id, with_for_update=True)
    if assessment is None or assessment.person_id == actor.person_id:
        raise NotFoundError
    faults = _faults(session, assessment, manager_id)
    faults += text_faults("reason", "why it moves", reason, limit=REASON_LIMIT, required=True)
    if faults:
        raise InvalidError(tuple(faults))
    to = session.get_one(Person, manager_id)
    _move(session, actor, assessment, to, reason=reason.strip(), now=now)


def follow(session: Session, actor: ActorFacts, person_id: UUID, manager_id: UUID, *, now: datetime) -> None:
    """Give every open assessment of a person to the manager they report to from now on.

    Where the new manager has already answered as a peer, the assessment stays with the former one.
    """
    rows = session.scalars(
        select(Assessment)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .where(
            Assessment.person_id == person_id,
            Assessment.manager_id != manager_id,
            Assessment.left_at.is_(None),
            Cycle.state == CycleState.OPEN,
        )
        .order_by(Assessment.id)
        .with_for_update(of=Assessment)
    )
    for assessment in rows.all():
        if not _faults(session, assessment, manager_id):
            to = session.get_one(Person, manager_id)
            _move(session, actor, assessment, to, reason="They report to somebody else now.", now=now)


def _faults(session: Session, assessment: Assessment, manager_id: UUID) -> list[Fault]:
    person = session.get(Person, manager_id)
    if person is None or not person.active:
        message = "Choose somebody with an open account."
    elif manager_id == assessment.person_id:
        message = "Nobody is their own manager. Choose somebody else."
    elif manager_id == assessment.manager_id:
        message = f"{person.name} has this assessment already."
    elif session.get_one(Cycle, assessment.cycle_id).state is not CycleState.OPEN:
        message = "The cycle is closed: nothing in it changes any more."
    elif assessment.left_at is not None:
        message = "This person was taken out of the cycle. Put them back in first."
    elif _answered_as_peer(session, assessment, manager_id):
        message = f"{person.name} has already answered here as a peer. Choose somebody else."
    else:
        return []
    return [Fault("manager_id", message)]


def _answered_as_peer(session: Session, assessment: Assessment, manager_id: UUID) -> bool:
    """Whether a sealed peer sheet stands where the new manager would still have to answer."""
    peer = _of(session, assessment, manager_id)
    return bool(peer and peer.sealed_at and not _sheet(session, assessment, Answerer.MANAGER, sealed=True))


def _move(
    session: Session, actor: ActorFacts, assessment: Assessment, to: Person, *, reason: str, now: datetime
) -> None:
    _pass_on(session, assessment, to.id, now)
    assessment.manager_id = to.id
    session.flush()
    assessment_record.note(session, actor, assessment.id, f"Given to {to.name}", reason=reason, now=now)
    payload = {"manager": str(to.id), "reason": reason}
    audit.record(session, actor, "assessment.hand_over", f"assessment/{assessment.id}", now=now, payload=payload)
    about = session.get_one(Person, assessment.person_id).name
    outbox.notify(
        session, to.id, subject=f"You now assess {about}",
        body=f"The assessment of {about} was given to you as their manager.",
        path=f"/ladder/assessments/{assessment.id}", now=now,
    )  # fmt: skip


def _pass_on(session: Session, assessment: Assessment, manager_id: UUID, now: datetime) -> None:
    """Ask the new manager, unless the manager's side is in; whatever either of them only drafted is dropped."""
    if _sheet(session, assessment, Answerer.MANAGER, sealed=True):
        return
    _drop(session, _of(session, assessment, manager_id))
    _drop(session, _sheet(session, assessment, Answerer.MANAGER, sealed=False))
    session.add(Sheet(assessment_id=assessment.id, answerer=Answerer.MANAGER, author_id=manager_id, asked_at=now))


def _of(session: Session, assessment: Assessment, author_id: UUID) -> Sheet | None:
    wanted = select(Sheet).where(Sheet.assessment_id == assessment.id, Sheet.author_id == author_id)
    return session.scalars(wanted).one_or_none()


def _sheet(session: Session, assessment: Assessment, answerer: Answerer, *, sealed: bool) -> Sheet | None:
    there = Sheet.sealed_at.is_not(None) if sealed else Sheet.sealed_at.is_(None)
    wanted = select(Sheet).where(Sheet.assessment_id == assessment.id, Sheet.answerer == answerer, there)
    return session.scalars(wanted.limit(1)).one_or_none()


def _drop(session: Session, sheet: Sheet | None) -> None:
    if sheet is None:
        return
    for table in (MarkEvidence, ExpectationMark):
        session.execute(delete(table).where(table.sheet_id == sheet.id))
    session.delete(sheet)
    session.flush()
