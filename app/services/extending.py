"""More time for one assessment, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.permission import Permission
from app.domain.text import in_words
from app.models.assessment import Assessment, Cycle
from app.models.assessment_facts import assessment_facts
from app.models.person import Person
from app.services import assessment_record, audit, cycles, outbox

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def extend(
    session: Session, actor: ActorFacts, assessment_id: UUID, due_on: date, *, reason: str, today: date, now: datetime
) -> None:
    """Give the person and the manager until a later day. Both are told, whoever of them has answered."""
    require(actor, Permission.ASSESSMENT_EXTEND, found(assessment_facts(session, actor, assessment_id)))
    row = session.get_one(Assessment, assessment_id, with_for_update=True)
    cycles.refuse([*cycles.later_faults(row.due_on, due_on, today), *cycles.reason_faults(reason)])
    before, row.due_on = row.due_on, due_on
    session.flush()
    what = f"Date moved from {in_words(before)} to {in_words(due_on)}"
    assessment_record.note(session, actor, assessment_id, what, reason=reason.strip(), now=now)
    payload = {"due_on": due_on.isoformat(), "reason": reason.strip()}
    audit.record(session, actor, "assessment.extend", f"assessment/{assessment_id}", now=now, payload=payload)
    _tell(session, actor, row, now)


def _tell(session: Session, actor: ActorFacts, row: Assessment, now: datetime) -> None:
    title = session.get_one(Cycle, row.cycle_id).title
    name = session.get_one(Person, row.person_id).name
    told = {row.person_id, row.manager_id} - {actor.person_id}
    people = session.scalars(select(Person.id).where(Person.id.in_(told), Person.active.is_(True)).order_by(Person.id))
    for person_id in people.all():
        outbox.notify(
            session, person_id, subject=f"More time: {title}",
            body=f"The assessment of {name} has time until {in_words(row.due_on)}.",
            path=f"/ladder/assessments/{row.id}", now=now,
        )  # fmt: skip
