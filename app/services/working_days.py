"""On which days people work: by the calendar of their own first year while it runs, else from Monday to Friday."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.onboarding.due import Leave, WorkingDays
from app.domain.onboarding.plan import PlanState
from app.models.onboarding import Plan, PlanHoliday, PlanLeave

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_AROUND = timedelta(days=16)


def around(session: Session, people: Collection[UUID], day: date) -> defaultdict[UUID, WorkingDays]:
    """The working days of each person in the fortnights before and after a day; whoever is not there has the usual."""
    plans = session.execute(
        select(Plan.id, Plan.hire_id, Plan.week)
        .where(Plan.hire_id.in_(people), Plan.state == PlanState.ACTIVE)
        .order_by(Plan.id)
    ).all()
    first, last = day - _AROUND, day + _AROUND
    holidays, leave = _holidays(session, first, last), _leave(session, first, last)
    found: defaultdict[UUID, WorkingDays] = defaultdict(WorkingDays)
    for plan in plans:
        week = frozenset(map(int, plan.week))
        found[plan.hire_id] = WorkingDays(week, frozenset(holidays[plan.id]), tuple(leave[plan.id]))
    return found


def _holidays(session: Session, first: date, last: date) -> defaultdict[UUID, set[date]]:
    found: defaultdict[UUID, set[date]] = defaultdict(set)
    for plan_id, day in session.execute(
        select(PlanHoliday.plan_id, PlanHoliday.day)
        .join(Plan, Plan.id == PlanHoliday.plan_id)
        .where(Plan.state == PlanState.ACTIVE, PlanHoliday.day.between(first, last))
    ):
        found[plan_id].add(day)
    return found


def _leave(session: Session, first: date, last: date) -> defaultdict[UUID, list[Leave]]:
    found: defaultdict[UUID, list[Leave]] = defaultdict(list)
    for plan_id, begins, ends in session.execute(
        select(PlanLeave.plan_id, PlanLeave.first_day, PlanLeave.last_day)
        .join(Plan, Plan.id == PlanLeave.plan_id)
        .where(Plan.state == PlanState.ACTIVE, PlanLeave.last_day >= first, PlanLeave.first_day <= last)
    ):
        found[plan_id].append(Leave(begins, ends))
    return found
