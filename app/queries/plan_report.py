"""First years as HR oversees them: how long signatures take, what is shown, which teams are late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Date, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.onboarding.goal import GoalAct
from app.domain.onboarding.plan import Health, PlanState
from app.domain.onboarding.summary import Share, Wait, wait
from app.domain.permission import Permission
from app.domain.text import first_line
from app.models import plan_day
from app.models.onboarding import Goal, GoalEventRow, Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_day import reached
from app.queries.plans import Judged, PlanFilter, identifier, judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Period:
    """Days between which the plans that count begin, both included; an open side narrows nothing."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """A goal that was signed off, and how long it had waited."""

    plan_id: UUID
    hire: str
    manager: str
    goal_id: UUID
    text: str
    submitted_at: datetime
    signed_at: datetime

    @property
    def goal(self) -> str:
        """The goal's first line."""
        return first_line(self.text)

    @property
    def waited(self) -> timedelta:
        """From being submitted to being signed off."""
        return self.signed_at - self.submitted_at


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """A milestone whose date has come, and how many pieces of evidence its goals have."""

    plan_id: UUID
    hire: str
    manager: str
    title: str
    due_on: date
    pieces: int


@dataclass(frozen=True, slots=True)
class Team:
    """The running plans of one manager; `late` ones have a milestone past its date, blocked or not."""

    manager_id: UUID
    manager: str
    running: int
    late: int
    blocked: int
    at_risk: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of all first years that began in a period."""

    states: Mapping[PlanState, int]
    teams: tuple[Team, ...]
    wait: Wait
    waiting: int
    shown: Share


def report(session: Session, actor: ActorFacts, period: Period, *, now: datetime) -> Report:
    """Every figure, in three queries whatever the number of plans."""
    require(actor, Permission.ONBOARDING_REPORT)
    wanted = PlanFilter(states=frozenset(PlanState), first=period.first, last=period.last)
    plans = judged(session, actor, wanted, now)
    running = [one for one in plans if one.row.state == PlanState.ACTIVE]
    return Report(
        states=Counter(PlanState(one.row.state) for one in plans),
        teams=_teams(running),
        wait=_wait(session, period),
        waiting=sum(one.row.submitted for one in running),
        shown=_shown(session, period, now),
    )


def sign_offs(session: Session, actor: ActorFacts, period: Period) -> tuple[SignOff, ...]:
    """Every sign-off of a goal, the longest wait first."""
    require(actor, Permission.ONBOARDING_REPORT)
    event = GoalEventRow
    before = func.lag(event.at, type_=event.at.type).over(partition_by=event.goal_id, order_by=event.number)
    steps = (
        select(event.goal_id, event.act, event.at, before.label("submitted_at"))
        .where(event.act.in_((GoalAct.SUBMIT, GoalAct.SIGN)))
        .subquery()
    )
    hire, manager = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Plan.id, hire.name, manager.name, Goal.id, Goal.text, steps.c.submitted_at, steps.c.at)
        .join(Goal, Goal.id == steps.c.goal_id)
        .join(Plan, Plan.id == Goal.plan_id)
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .where(steps.c.act == GoalAct.SIGN, steps.c.submitted_at.is_not(None), *_begun_between(*_sides(period))),
        _days(period),
    )
    found = (SignOff(*row) for row in rows)
    return tuple(sorted(found, key=lambda one: (-one.waited, one.hire, str(one.goal_id))))


def due_milestones(session: Session, actor: ActorFacts, period: Period, *, now: datetime) -> tuple[DueMilestone, ...]:
    """Milestones whose date came while their plan ran, or that are signed, without those of which all is waived.

    Those without evidence come first.
    """
    require(actor, Permission.ONBOARDING_REPORT)
    hire, manager, part = aliased(Person), aliased(Person), PlanMilestone
    rows = session.execute(
        select(Plan.id, hire.name, manager.name, part.title, part.due_on, part.pieces)
        .join(Plan, Plan.id == part.plan_id)
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .where(*_due(), *_begun_between(*_sides(period))),
        {**_days(period), **plan_day.on(now)},
    )  # fmt: skip
    found = (DueMilestone(*row[:-1], row.pieces or 0) for row in rows)
    return tuple(sorted(found, key=lambda one: (one.pieces > 0, one.due_on, one.hire, one.title)))


def _due() -> list[ColumnElement[bool]]:
    part = PlanMilestone
    came = case((Plan.ended_on.is_(None), reached(part.due_on)), else_=part.due_on <= Plan.ended_on)
    return [part.pieces.is_not(None), or_(part.settled.is_not(None), came)]


def _shown(session: Session, period: Period, now: datetime) -> Share:
    """How many of :func:`due_milestones` have evidence."""
    parameters = {**_days(period), **plan_day.on(now)}
    return Share(*session.connection().execute(_share(*_sides(period)), parameters).one())


@lru_cache(maxsize=4)
def _share(first: bool, last: bool) -> Select[int, int]:  # noqa: FBT001  the sides of a period
    shown = func.coalesce(func.sum(case((PlanMilestone.pieces > 0, 1), else_=0)), 0)
    return (
        select(shown, func.count())
        .select_from(PlanMilestone)
        .join(Plan, Plan.id == PlanMilestone.plan_id)
        .where(*_due(), *_begun_between(first, last))
    )


def _wait(session: Session, period: Period) -> Wait:
    """The median of :func:`sign_offs`, of which only the one or two in the middle are read."""
    rows = session.connection().execute(_middle(*_sides(period)), _days(period)).all()
    return wait([timedelta(seconds=row.waited) for row in rows], rows[0].whole if rows else 0)


@lru_cache(maxsize=4)
def _middle(first: bool, last: bool) -> Select[int | None, int]:  # noqa: FBT001  the sides of a period
    event = GoalEventRow
    place = func.row_number().over(order_by=event.waited).label("place")
    signed = select(event.waited, place, func.count().over().label("whole")).where(event.waited.is_not(None))
    if first or last:
        signed = signed.join(Goal, Goal.id == event.goal_id).join(Plan, Plan.id == Goal.plan_id)
    waits = signed.where(*_begun_between(first, last)).subquery()
    middle = waits.c.place.in_([(waits.c.whole + 1) // 2, (waits.c.whole + 2) // 2])
    return select(waits.c.waited, waits.c.whole).where(middle)


def _sides(period: Period) -> tuple[bool, bool]:
    return period.first is not None, period.last is not None


def _days(period: Period) -> dict[str, object]:
    return {"begun_from": period.first, "begun_by": period.last}


def _begun_between(first: bool, last: bool) -> list[ColumnElement[bool]]:  # noqa: FBT001  the sides of a period
    since, until = bindparam("begun_from", type_=Date()), bindparam("begun_by", type_=Date())
    return [*([Plan.starts_on >= since] if first else []), *([Plan.starts_on <= until] if last else [])]


def _teams(running: Sequence[Judged]) -> tuple[Team, ...]:
    by_manager: dict[tuple[Any, str], list[Judged]] = {}
    for one in running:
        by_manager.setdefault((one.row.manager_id, one.row.manager), []).append(one)
    teams = (
        Team(
            manager_id=identifier(manager_id),
            manager=name,
            running=len(plans),
            late=sum(one.late for one in plans),
            blocked=sum(one.health is Health.BLOCKED for one in plans),
            at_risk=sum(one.health is Health.AT_RISK for one in plans),
        )
        for (manager_id, name), plans in by_manager.items()
    )
    return tuple(sorted(teams, key=lambda team: (-team.late, -team.blocked, team.manager.casefold())))
