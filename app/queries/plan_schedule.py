"""What a plan's dates are made from, as the page that changes them shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import literal, null, select

from app.domain.access import found, require
from app.domain.onboarding.due import Leave
from app.domain.onboarding.plan import Counting, HolidaySource, PlanState, RollRule
from app.domain.permission import Permission
from app.models.onboarding import Plan, PlanHoliday, PlanLeave, PlanMilestone
from app.models.person import Person
from app.models.plan_facts import plan_facts
from app.queries.plan_page import Who

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day on which nobody works, and where it came from."""

    day: date
    name: str
    source: HolidaySource


@dataclass(frozen=True, slots=True)
class MilestoneDate:
    """When a milestone is due; ``distance`` says in words how far from the start it is set."""

    milestone_id: UUID
    title: str
    distance: str
    due_on: date
    pinned: date | None
    settled: date | None


@dataclass(frozen=True, slots=True)
class PlanSchedule:
    """A plan's schedule as it is kept now."""

    plan_id: UUID
    hire: Who
    state: PlanState
    version: int
    starts_on: date
    week: frozenset[int]
    counting: Counting
    roll: RollRule
    extend_for_leave: bool
    country: str
    leave: tuple[Leave, ...]
    holidays: tuple[FreeDay, ...]
    milestones: tuple[MilestoneDate, ...]


def schedule(session: Session, actor: ActorFacts, plan_id: UUID) -> PlanSchedule:
    """The schedule for whoever may change it, in four queries."""
    require(actor, Permission.PLAN_EDIT, found(plan_facts(session, actor, plan_id)))
    plan = session.execute(
        select(
            Plan.hire_id, Person.name, Plan.state, Plan.version, Plan.starts_on, Plan.week, Plan.counting, Plan.roll,
            Plan.extend_for_leave, Plan.country,
        )
        .join(Person, Person.id == Plan.hire_id)
        .where(Plan.id == plan_id)
    ).one()  # fmt: skip
    leave, holidays = _free(session, plan_id)
    return PlanSchedule(
        plan_id=plan_id, hire=Who(plan.hire_id, plan.name), state=plan.state, version=plan.version,
        starts_on=plan.starts_on, week=frozenset(map(int, plan.week)), counting=plan.counting, roll=plan.roll,
        extend_for_leave=plan.extend_for_leave, country=plan.country, leave=leave, holidays=holidays,
        milestones=_milestones(session, plan_id),
    )  # fmt: skip


def _free(session: Session, plan_id: UUID) -> tuple[tuple[Leave, ...], tuple[FreeDay, ...]]:
    """Leave and holidays in one query: a period has a last day, a holiday a name."""
    away = select(
        PlanLeave.first_day.label("day"), PlanLeave.last_day, literal("").label("name"), null().label("source")
    ).where(PlanLeave.plan_id == plan_id)
    free = select(PlanHoliday.day, null(), PlanHoliday.name, PlanHoliday.source).where(PlanHoliday.plan_id == plan_id)
    rows = session.execute(away.union_all(free).order_by("day")).all()
    return (
        tuple(Leave(row.day, row.last_day) for row in rows if row.source is None),
        tuple(FreeDay(row.day, row.name, HolidaySource(row.source)) for row in rows if row.source is not None),
    )


def _milestones(session: Session, plan_id: UUID) -> tuple[MilestoneDate, ...]:
    part = PlanMilestone
    rows = session.execute(
        select(part.id, part.title, part.offset_months, part.offset_days, part.due_on, part.pinned, part.settled)
        .where(part.plan_id == plan_id)
        .order_by(part.position)
    )
    return tuple(
        MilestoneDate(row.id, row.title, _distance(row.offset_months, row.offset_days), *row[4:]) for row in rows
    )


def _distance(months: int, days: int) -> str:
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}" for count, word in ((months, "month"), (days, "day")) if count
    ]
    return " and ".join(parts) or "on the first day"
