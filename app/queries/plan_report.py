"""First years as HR oversees them: how long signatures take, what is shown, which teams are late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.onboarding.goal import GoalAct, GoalState
from app.domain.onboarding.plan import Health, PlanState
from app.domain.onboarding.summary import Share, Wait, wait
from app.domain.permission import Permission
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, Plan, PlanMilestone
from app.models.person import Person
from app.queries import plans
from app.queries.plans import PlanFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.plans import PlanLine

_EVERY = 1_000_000


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
        return self.text.partition("\n")[0]

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


def report(session: Session, actor: ActorFacts, period: Period, *, today: date) -> Report:
    """Every figure, in three queries whatever the number of plans."""
    require(actor, Permission.ONBOARDING_REPORT)
    wanted = PlanFilter(states=frozenset(PlanState), first=period.first, last=period.last)
    lines = plans.overview(session, actor, wanted, most=_EVERY, today=today).lines
    due = due_milestones(session, actor, period, today=today)
    running = [line for line in lines if line.state is PlanState.ACTIVE]
    return Report(
        states=Counter(line.state for line in lines),
        teams=_teams(running),
        wait=wait([one.waited for one in sign_offs(session, actor, period)]),
        waiting=sum(part.goals.submitted for line in running for part in line.milestones),
        shown=Share(sum(one.pieces > 0 for one in due), len(due)),
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
        .where(steps.c.act == GoalAct.SIGN, steps.c.submitted_at.is_not(None), *_begun_in(period))
    )
    found = (SignOff(*row) for row in rows)
    return tuple(sorted(found, key=lambda one: (-one.waited, one.hire, str(one.goal_id))))


def due_milestones(session: Session, actor: ActorFacts, period: Period, *, today: date) -> tuple[DueMilestone, ...]:
    """Milestones whose date came while their plan ran, or that are signed, without those of which all is waived.

    Those without evidence come first.
    """
    require(actor, Permission.ONBOARDING_REPORT)
    asked = (
        select(
            Goal.milestone_id,
            func.count(GoalEvidence.id).label("pieces"),
        )
        .outerjoin(GoalEvidence, GoalEvidence.goal_id == Goal.id)
        .where(Goal.state != GoalState.WAIVED)
        .group_by(Goal.milestone_id)
        .subquery()
    )
    hire, manager, part = aliased(Person), aliased(Person), PlanMilestone
    rows = session.execute(
        select(Plan.id, hire.name, manager.name, part.title, part.due_on, asked.c.pieces)
        .join(Plan, Plan.id == part.plan_id)
        .join(asked, asked.c.milestone_id == part.id)
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .where(
            or_(part.settled.is_not(None), part.due_on <= func.coalesce(Plan.ended_on, today)), *_begun_in(period)
        )
    )  # fmt: skip
    found = (DueMilestone(*row) for row in rows)
    return tuple(sorted(found, key=lambda one: (one.pieces > 0, one.due_on, one.hire, one.title)))


def _begun_in(period: Period) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if period.first is not None:
        wanted.append(Plan.starts_on >= period.first)
    if period.last is not None:
        wanted.append(Plan.starts_on <= period.last)
    return wanted


def _teams(running: Sequence[PlanLine]) -> tuple[Team, ...]:
    by_manager: dict[tuple[str, UUID], list[Any]] = {}
    for line in running:
        by_manager.setdefault((line.manager, line.manager_id), []).append(line)
    teams = (
        Team(
            manager_id=manager_id,
            manager=name,
            running=len(lines),
            late=sum(line.late for line in lines),
            blocked=sum(line.health is Health.BLOCKED for line in lines),
            at_risk=sum(line.health is Health.AT_RISK for line in lines),
        )
        for (name, manager_id), lines in by_manager.items()
    )
    return tuple(sorted(teams, key=lambda team: (-team.late, -team.blocked, team.manager.casefold())))
