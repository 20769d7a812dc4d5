"""First years as HR oversees them: how long signatures take, what is shown, which teams are late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Date, bindparam, case, func, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.onboarding.goal import GoalAct
from app.domain.onboarding.plan import PlanState
from app.domain.onboarding.summary import Share, Wait, wait
from app.domain.permission import Permission
from app.domain.text import first_line
from app.models import plan_day
from app.models.onboarding import Goal, GoalEventRow, Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_day import reached
from app.queries import plan_rows
from app.queries.plan_lines import PlanFilter, parameters, shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select
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
    asked = {**parameters(actor, wanted), **plan_day.on(now)}
    rows = session.connection().execute(plan_rows.teams(shape(actor, wanted)), asked).all()
    states: Counter[PlanState] = Counter()
    for row in rows:
        states[row.state] += row.number
    running = [row for row in rows if row.state is PlanState.ACTIVE]
    return Report(
        states=states,
        teams=_teams(running),
        wait=_wait(session, period),
        waiting=sum(row.submitted for row in running),
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
        .where(reached(PlanMilestone.counts_from), *_begun_between(*_sides(period))),
        {**_days(period), **plan_day.on(now)},
    )  # fmt: skip
    found = (DueMilestone(*row[:-1], row.pieces or 0) for row in rows)
    return tuple(sorted(found, key=lambda one: (one.pieces > 0, one.due_on, one.hire, one.title)))


def _shown(session: Session, period: Period, now: datetime) -> Share:
    """How many of :func:`due_milestones` have evidence."""
    parameters = {**_days(period), **plan_day.on(now)}
    return Share(*session.connection().execute(_share(*_sides(period)), parameters).one())


@lru_cache(maxsize=4)
def _share(first: bool, last: bool) -> Select[int, int]:  # noqa: FBT001  the sides of a period
    part = PlanMilestone
    shown = func.coalesce(func.sum(case((part.pieces > 0, 1), else_=0)), 0)
    came = select(shown, func.count()).where(plan_day.reached_in(part.counts_from, part.plan_id))
    if not (first or last):
        return came
    return came.where(part.plan_id.in_(select(Plan.id).where(*_begun_between(first, last))))


def _wait(session: Session, period: Period) -> Wait:
    """The median of :func:`sign_offs`, of which only the one or two in the middle are read."""
    rows = session.connection().execute(_middle(*_sides(period)), _days(period)).all()
    return wait([timedelta(seconds=row.waited) for row in rows], rows[0].whole if rows else 0)


@lru_cache(maxsize=4)
def _middle(first: bool, last: bool) -> Select[int | None, int]:  # noqa: FBT001  the sides of a period
    """The one wait in the middle, or two, and of how many; nothing behind the middle is read."""
    waits = select(GoalEventRow.waited).where(GoalEventRow.waited.is_not(None))
    if first or last:
        waits = waits.join(Goal, Goal.id == GoalEventRow.goal_id).join(Plan, Plan.id == Goal.plan_id)
    waits = waits.where(*_begun_between(first, last))
    whole = waits.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()
    return (
        waits.add_columns(whole.label("whole"))
        .order_by(GoalEventRow.waited)
        .limit(2 - whole % 2)
        .offset((whole - 1) // 2)
    )


def _sides(period: Period) -> tuple[bool, bool]:
    return period.first is not None, period.last is not None


def _days(period: Period) -> dict[str, object]:
    return {"begun_from": period.first, "begun_by": period.last}


def _begun_between(first: bool, last: bool) -> list[ColumnElement[bool]]:  # noqa: FBT001  the sides of a period
    since, until = bindparam("begun_from", type_=Date()), bindparam("begun_by", type_=Date())
    return [*([Plan.starts_on >= since] if first else []), *([Plan.starts_on <= until] if last else [])]


def _teams(running: Sequence[Row[*tuple[Any, ...]]]) -> tuple[Team, ...]:
    teams = (Team(row.manager_id, row.manager, row.number, row.late, row.blocked, row.at_risk) for row in running)
    return tuple(sorted(teams, key=lambda team: (-team.late, -team.blocked, team.manager.casefold())))
