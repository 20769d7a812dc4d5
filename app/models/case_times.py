"""How long candidates have for their cases, read in one statement for one assignment or for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from app.domain.case_work import Allowance, Extends, Extension, WorkTime
from app.models.case_work import CaseAllowance, CaseAssignment, CaseExtension, CaseTask

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.orm import Session


def added(extends: Extends) -> ColumnElement[int]:
    """A column beside :class:`CaseAssignment`: the minutes that all extensions of one sort add."""
    return (
        select(func.coalesce(func.sum(CaseExtension.minutes), 0))
        .where(CaseExtension.assignment_id == CaseAssignment.id, CaseExtension.extends == extends)
        .correlate(CaseAssignment)
        .scalar_subquery()
    )


def columns() -> tuple[ColumnElement[Any], ...]:
    """What :func:`time_in` needs of a statement over assignments, tasks and (outer) allowances."""
    return (
        CaseAssignment.opens_at.label("opens_at"),
        CaseAssignment.closes_at.label("closes_at"),
        CaseTask.minutes.label("minutes"),
        func.coalesce(CaseAllowance.percent, 0).label("percent"),
        func.coalesce(CaseAllowance.minutes, 0).label("more"),
        added(Extends.WINDOW).label("window_added"),
        added(Extends.COUNTDOWN).label("countdown_added"),
        CaseAssignment.started_at.label("started_at"),
        CaseAssignment.handed_in_at.label("handed_in_at"),
        CaseAssignment.withdrawn_at.label("withdrawn_at"),
    )


def time_in(row: Row[*tuple[Any, ...]]) -> WorkTime:
    """The time that a row of such a statement tells of."""
    sums = ((Extends.WINDOW, row.window_added), (Extends.COUNTDOWN, row.countdown_added))
    return WorkTime(
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        minutes=row.minutes,
        allowance=Allowance(row.percent, row.more),
        extensions=tuple(Extension(extends, int(minutes)) for extends, minutes in sums if minutes),
        started_at=row.started_at,
        handed_in_at=row.handed_in_at,
        withdrawn_at=row.withdrawn_at,
    )


def work_time(session: Session, assignment_id: UUID) -> WorkTime:
    """The time of one assignment, which exists; one statement."""
    return time_in(
        session.execute(
            select(*columns())
            .join(CaseTask, CaseTask.id == CaseAssignment.task_id)
            .outerjoin(CaseAllowance, CaseAllowance.assignment_id == CaseAssignment.id)
            .where(CaseAssignment.id == assignment_id)
        ).one()
    )
