"""Reminders of grades that are due: to the grader, a few times, then to who appointed them.

What is told depends on nobody else's grade, and says nothing about whose work waits. It stops by itself: when the
grades are sealed or given back, when the grader is released, and when the candidates are out of the process.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.domain.errors import UnavailableError
from app.domain.grade_reminding import ESCALATED, WaitingGrades, occasion
from app.models.candidate import Application
from app.models.case_grading import Grader
from app.models.case_grading_asks import finished, gradable, grades_for, has_part_in, knows_names
from app.models.case_work import CaseAssignment, CaseTask
from app.models.engine import reading, writing
from app.models.person import Person
from app.models.reminder import ReminderRow
from app.models.scorecard import ScorecardRow
from app.services import outbox, working_days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Engine, Row
    from sqlalchemy.orm import Session


def remind(engine: Engine, *, now: datetime) -> int:
    """Write the reminders that are due, and return how many; :class:`UnavailableError` when the database is away."""
    try:
        with reading(engine) as session:
            due = _due(session, now)
        written = 0
        for row, why in due:
            with writing(engine) as session:
                written += _tell(session, row, why, now)
    except OperationalError as error:
        message = f"the database did not answer ({type(error.orig).__name__}); reminders wait for the next round"
        raise UnavailableError(message) from error
    return written


def _due(session: Session, now: datetime) -> list[tuple[Row[Any], str]]:
    rows = session.execute(_waiting()).all()
    told = _told(session, {row.grader_id for row in rows}) if rows else {}
    calendars = working_days.around(session, {row.person_id for row in rows}, now.date())
    due = []
    for row in rows:
        known = told.get((row.grader_id, _series(row)), {})
        waiting = WaitingGrades(
            _since(row), [at for why, at in known.items() if why != ESCALATED], escalated=ESCALATED in known
        )
        why = occasion(waiting, now, ZoneInfo(row.zone), calendars[row.person_id])
        if why is not None:
            due.append((row, why))
    return due


def _waiting() -> Select[*tuple[Any, ...]]:
    """A row for each grader of a case of which something waits, with how much and since when."""
    since = func.min(CaseAssignment.handed_in_at)
    return (
        select(
            Grader.id.label("grader_id"), Grader.person_id, Grader.task_id, Grader.appointed_by_id, Person.name,
            Person.zone, CaseTask.title, CaseTask.requisition_id, Grader.appointed_at, since.label("handed_in_at"),
            func.count().label("number"),
        )
        .select_from(Grader)
        .join(CaseAssignment, CaseAssignment.task_id == Grader.task_id)
        .join(CaseTask, CaseTask.id == Grader.task_id)
        .join(Person, Person.id == Grader.person_id)
        .where(
            gradable(), grades_for(), ~finished(), Person.active.is_(True), ~knows_names(Grader.person_id),
            ~has_part_in(Grader.person_id, CaseTask.requisition_id),
        )
        .group_by(
            Grader.id, Grader.person_id, Grader.task_id, Grader.appointed_by_id, Person.name, Person.zone,
            CaseTask.title, CaseTask.requisition_id, Grader.appointed_at,
        )
        .order_by(Grader.id)
    )  # fmt: skip


def _since(row: Row[Any]) -> datetime:
    """From when work waits: handed in, and somebody there to grade it."""
    since: datetime = max(row.handed_in_at, row.appointed_at)
    return since


def _series(row: Row[Any]) -> str:
    """What the occasions of one wait have in common: once all is graded, later work counts anew."""
    return f"grades-{_since(row):%Y%m%d%H%M%S}"


def _told(session: Session, graders: Iterable[UUID]) -> dict[tuple[UUID, str], dict[str, datetime]]:
    """By grader and wait, the occasions that were told and when."""
    found: dict[tuple[UUID, str], dict[str, datetime]] = defaultdict(dict)
    rows = session.execute(
        select(ReminderRow.target, ReminderRow.occasion, ReminderRow.told_at).where(
            ReminderRow.target.in_(set(graders))
        )
    )
    for target, told, at in rows:
        series, _, why = told.partition("/")
        found[target, series][why] = at
    return found


def _tell(session: Session, row: Row[Any], why: str, now: datetime) -> bool:
    if why == ESCALATED:
        return _escalate(session, row, now)
    if not _claimed(session, row, why, now):
        return False
    waits = "One submission waits" if row.number == 1 else f"{row.number} submissions wait"
    outbox.notify(
        session,
        row.person_id,
        subject=f"Grades are due: {row.title}",
        body=f"{waits} for your grade. Each carries a code in place of a name and takes about a quarter of an hour.",
        path=f"/grading/{row.task_id}",
        now=now,
    )
    return True


def _escalate(session: Session, row: Row[Any], now: datetime) -> bool:
    """Tell who appointed the grader, unless that person owes a scorecard there and must know nothing of others."""
    if session.scalars(_must_not_know(row)).first() is not None or not _claimed(session, row, ESCALATED, now):
        return False
    outbox.notify(
        session,
        row.appointed_by_id,
        subject=f"Grades are late: {row.title}",
        body=f"{row.name} was reminded several times. Talk to them, or release them and appoint somebody else.",
        path=f"/grading/{row.task_id}/graders",
        now=now,
    )
    return True


def _must_not_know(row: Row[Any]) -> Select[*tuple[Any, ...]]:
    card, application = aliased(ScorecardRow), aliased(Application)
    return (
        select(card.id)
        .join(application, application.id == card.application_id)
        .where(
            application.requisition_id == row.requisition_id,
            card.interviewer_id == row.appointed_by_id,
            card.state == CardState.OWED,
        )
    )


def _claimed(session: Session, row: Row[Any], why: str, now: datetime) -> bool:
    """Keep that this occasion is told; False when another worker was first."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    kept = {"person_id": row.person_id, "target": row.grader_id, "occasion": f"{_series(row)}/{why}", "told_at": now}
    statement = insert(ReminderRow).values(**kept).on_conflict_do_nothing().returning(ReminderRow.target)
    return session.scalar(statement) is not None
