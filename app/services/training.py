"""Who has learned to hold which interviews, and how many a week somebody takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.blueprint import from_canonical
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.hiring import InterviewKind
from app.domain.permission import Permission
from app.formats.csv_table import CsvFault
from app.models.blueprint import BlueprintVersion
from app.models.panel_plan import InterviewLimit, Training
from app.models.person import Person
from app.services import audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.formats.training_csv import TrainingRow

EARLIEST = date(1970, 1, 1)
MOST_A_WEEK = 40


@dataclass(frozen=True, slots=True)
class Trained:
    """What somebody learned: a dimension of a role, or with an empty role the kind of interview."""

    role: str
    topic: str


def record(
    session: Session, actor: ActorFacts, person_id: UUID, learned: Iterable[Trained], since: date, *, now: datetime
) -> None:
    """Record that somebody is trained since a day; what was recorded before keeps its topic and takes the new day."""
    require(actor, Permission.TRAINING_KEEP)
    wanted = tuple(learned)
    faults = [] if wanted else [Fault("topics", "Choose at least one kind of interview or dimension.")]
    if not EARLIEST <= since <= now.date():
        faults.append(Fault("since", "Write a day that has come, such as 2026-03-02."))
    if set(wanted) - topics(session):
        faults.append(Fault("topics", "Choose from what is offered. What was sent is not, or no longer, part of it."))
    if _person(session, person_id) is None:
        faults.append(Fault("person_id", "Choose somebody with an open account."))
    if faults:
        raise InvalidError(tuple(faults))
    for one in wanted:
        _write(session, actor, person_id, one, since, now=now)


def end(session: Session, actor: ActorFacts, person_id: UUID, learned: Trained, *, now: datetime) -> None:
    """Take a training off somebody: it is too long ago, or was never right."""
    require(actor, Permission.TRAINING_KEEP)
    row = session.get(Training, (person_id, learned.role, learned.topic), with_for_update=True)
    if row is None:
        raise NotFoundError
    session.delete(row)
    session.flush()
    payload = {"role": learned.role, "topic": learned.topic}
    audit.record(session, actor, "training.end", f"person/{person_id}", now=now, payload=payload)


def set_limit(session: Session, actor: ActorFacts, person_id: UUID, a_week: int, *, now: datetime) -> None:
    """Set how many interviews somebody takes in a week."""
    require(actor, Permission.TRAINING_KEEP)
    if not 0 <= a_week <= MOST_A_WEEK:
        raise InvalidError((Fault("a_week", f"Write a number from 0 to {MOST_A_WEEK}."),))
    if _person(session, person_id) is None:
        raise NotFoundError
    row = session.get(InterviewLimit, person_id, with_for_update=True) or InterviewLimit(person_id=person_id)
    row.a_week, row.set_at, row.set_by_id = a_week, now, actor.person_id
    session.add(row)
    session.flush()
    payload = {"a_week": a_week}
    audit.record(session, actor, "interviewer.limit", f"person/{person_id}", now=now, payload=payload)


def resolve(session: Session, actor: ActorFacts, rows: Sequence[TrainingRow], *, today: date) -> tuple[CsvFault, ...]:
    """Every fault in the way of the rows of a file; nothing is written."""
    require(actor, Permission.TRAINING_KEEP)
    people, known = _by_email(session, rows), topics(session)
    faults = []
    for row in rows:
        if row.email not in people:
            faults.append(CsvFault(row.line, "email", f"nobody has an open account with the address {row.email[:80]}"))
        if Trained(row.role, row.topic) not in known:
            faults.append(CsvFault(row.line, "topic", _unknown(row, known)))
        if not EARLIEST <= row.since <= today:
            faults.append(CsvFault(row.line, "since", "write a day that has come"))
    return tuple(sorted(faults))


def apply(session: Session, actor: ActorFacts, rows: Sequence[TrainingRow], *, now: datetime) -> int:
    """Write every row, as :func:`resolve` checked it in this same transaction; return how many there were."""
    require(actor, Permission.TRAINING_KEEP)
    people = _by_email(session, rows)
    for row in rows:
        _write(session, actor, people[row.email], Trained(row.role, row.topic), row.since, now=now)
    return len(rows)


def topics(session: Session) -> frozenset[Trained]:
    """Everything that somebody can be trained for: kinds of interview, and dimensions of any published version."""
    bodies = session.execute(select(BlueprintVersion.role, BlueprintVersion.body))
    of_roles = {
        Trained(row.role, dimension.id) for row in bodies for dimension in from_canonical(row.body).scorecard.dimensions
    }
    return frozenset({Trained("", kind.value) for kind in InterviewKind} | of_roles)


def _unknown(row: TrainingRow, known: frozenset[Trained]) -> str:
    there = sorted(one.topic for one in known if one.role == row.role)
    if not there:
        return f"no blueprint is published for “{row.role[:80]}”"
    return f"“{row.topic[:80]}” is none of {', '.join(there)}"


def _person(session: Session, person_id: UUID) -> UUID | None:
    return session.scalar(select(Person.id).where(Person.id == person_id, Person.active.is_(True)))


def _by_email(session: Session, rows: Iterable[TrainingRow]) -> dict[str, UUID]:
    named = sorted({row.email for row in rows})
    found = session.execute(select(Person.email, Person.id).where(Person.email.in_(named), Person.active.is_(True)))
    return {row.email: row.id for row in found}


def _write(
    session: Session, actor: ActorFacts, person_id: UUID, learned: Trained, since: date, *, now: datetime
) -> None:
    row = session.get(Training, (person_id, learned.role, learned.topic), with_for_update=True)
    if row is not None and row.since == since:
        return
    row = row or Training(person_id=person_id, role=learned.role, topic=learned.topic)
    row.since, row.recorded_at, row.recorded_by_id = since, now, actor.person_id
    session.add(row)
    session.flush()
    payload = {"role": learned.role, "topic": learned.topic, "since": since.isoformat()}
    audit.record(session, actor, "training.record", f"person/{person_id}", now=now, payload=payload)
