"""Somebody taken out of an open cycle, because they left or were added by mistake, and put back in.

The row stays with its history and whatever was sealed; only nobody is asked, reminded or counted any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.errors import AlreadyDoneError, Fault, NotFoundError
from app.models.assessment import Assessment, Cycle
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Reporting
from app.models.person import Person
from app.services import assessment_record, audit, cycle_people, cycles, handover, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def take_out(session: Session, actor: ActorFacts, assessment_id: UUID, *, reason: str, now: datetime) -> None:
    """Take somebody out of an open cycle and say why; they, unless they left, and their manager are told."""
    assessment, cycle = _locked(session, actor, assessment_id)
    if assessment.left_at is not None:
        message = "They were taken out of this cycle already."
        raise AlreadyDoneError(message)
    cycles.refuse(cycles.reason_faults(reason))
    assessment.left_at = now
    _note(session, actor, assessment, reason=reason, now=now)
    _tell(session, assessment, cycle, "is no longer in", now)


def put_back(session: Session, actor: ActorFacts, assessment_id: UUID, *, reason: str, now: datetime) -> None:
    """Put somebody back into an open cycle, with what they had and at least its own date; both are told.

    Where they report to somebody else by now, the assessment moves along.
    """
    assessment, cycle = _locked(session, actor, assessment_id)
    if assessment.left_at is None:
        message = "They are in this cycle already."
        raise AlreadyDoneError(message)
    cycles.refuse([*_obstacles(session, assessment, cycle), *cycles.reason_faults(reason)])
    assessment.left_at, assessment.due_on = None, max(assessment.due_on, cycle.due_on)
    _note(session, actor, assessment, reason=reason, now=now)
    line = session.get(Reporting, assessment.person_id)
    if line is not None and line.manager_id and line.manager_id != assessment.manager_id:
        handover.follow(session, actor, assessment.person_id, line.manager_id, now=now)
    _tell(session, assessment, cycle, "is in", now)


def _locked(session: Session, actor: ActorFacts, assessment_id: UUID) -> tuple[Assessment, Cycle]:
    """An assessment of an open cycle; nobody arranges their own."""
    assessment = session.get(Assessment, assessment_id, with_for_update=True)
    cycle_id = assessment.cycle_id if assessment and assessment.person_id != actor.person_id else None
    if assessment is None or cycle_id is None:
        raise NotFoundError
    return assessment, cycles.opened(session, actor, cycle_id)


def _obstacles(session: Session, assessment: Assessment, cycle: Cycle) -> list[Fault]:
    """What is in the way of asking again: an account that is closed, or another cycle that asks already."""
    person = session.get_one(Person, assessment.person_id)
    line = session.get(Reporting, assessment.person_id)
    manager = session.get_one(Person, (line.manager_id if line else None) or assessment.manager_id)
    elsewhere = cycle_people.busy(session, person.id, session.get_one(BlueprintVersion, cycle.blueprint_version_id))
    found = (
        (not person.active, f"{person.name} has no open account."),
        (not manager.active, f"{person.name} reports to {manager.name}, whose account is closed."),
        (bool(elsewhere), f"{person.name} is already in the open cycle “{elsewhere}” on this ladder."),
    )
    return [Fault("", message) for is_so, message in found if is_so]


def _note(session: Session, actor: ActorFacts, assessment: Assessment, *, reason: str, now: datetime) -> None:
    session.flush()
    what = "Taken out of the cycle" if assessment.left_at else "Put back into the cycle"
    assessment_record.note(session, actor, assessment.id, what, reason=reason.strip(), now=now)
    action = "assessment.take_out" if assessment.left_at else "assessment.put_back"
    payload = {"person": str(assessment.person_id), "reason": reason.strip()}
    audit.record(session, actor, action, f"assessment/{assessment.id}", now=now, payload=payload)


def _tell(session: Session, assessment: Assessment, cycle: Cycle, word: str, now: datetime) -> None:
    name = session.get_one(Person, assessment.person_id).name
    pair = {assessment.person_id, assessment.manager_id}
    told = session.scalars(select(Person.id).where(Person.id.in_(pair), Person.active.is_(True)).order_by(Person.id))
    for person_id in told.all():
        outbox.notify(
            session, person_id, subject=f"{name} {word} {cycle.title}",
            body=f"{name} {word} the assessment cycle {cycle.title}. Why stands on its page.",
            path=f"/ladder/assessments/{assessment.id}", now=now,
        )  # fmt: skip
