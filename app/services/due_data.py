"""What the rules would remove today, and what a hold keeps: a dry run shows this list, the daily job works it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.privacy.erasing import SubjectKind
from app.domain.privacy.retention import Days, Kind, Rules, Standing, days_of, leaves_on
from app.models import retention_facts
from app.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that may go from ``since`` on; ``held``: a legal hold keeps it; ``hides``: it is shown no more."""

    subject: SubjectKind
    subject_id: UUID
    name: str
    kind: Kind
    since: date
    held: bool
    hides: bool = False


def still_due(session: Session, one: Due, *, today: date) -> bool:
    """Whether it is due at this moment; lock whom it is about before, as somebody may have applied again since."""
    if one.subject is SubjectKind.PERSON:
        return session.scalar(select(Person.active).where(Person.id == one.subject_id)) is False
    rules = retention_facts.rules(session, today)
    standings = retention_facts.candidates(session, only=one.subject_id)
    return any((due.kind, due.hides) == (one.kind, one.hides) for due in _of_candidates(standings, rules, today))


def due_data(session: Session, *, today: date) -> tuple[Due, ...]:
    """Everything whose time is over today, the longest overdue first, in four queries."""
    rules = retention_facts.rules(session, today)
    found = [*_of_candidates(retention_facts.candidates(session), rules, today)]
    for standing in retention_facts.leavers(session):
        day = leaves_on(standing, rules)
        if day is not None and day <= today:
            found.append(
                Due(SubjectKind.PERSON, standing.subject_id, standing.name, Kind.PERSONNEL, day, standing.held)
            )
    return tuple(sorted(found, key=lambda one: (one.since, one.subject_id)))


def _of_candidates(standings: tuple[Standing, ...], rules: Rules, today: date) -> Iterator[Due]:
    for standing in standings:
        days = days_of(standing, rules)
        if days is not None:
            yield from _of_one(standing, days, today)


def _of_one(standing: Standing, days: Days, today: date) -> Iterator[Due]:
    """The whole record takes everything with it, so nothing else is due once that is."""
    subject = (SubjectKind.CANDIDATE, standing.subject_id, standing.name)
    if days.record <= today:
        yield Due(*subject, Kind.RECORD, days.record, standing.held)
        return
    for kind, day in ((Kind.DOCUMENTS, days.documents), (Kind.LETTERS, days.letters)):
        if day <= today and kind in standing.left:
            yield Due(*subject, kind, day, standing.held)
    if days.hidden <= today and not standing.hidden:
        yield Due(*subject, Kind.RECORD, days.hidden, standing.held, hides=True)
