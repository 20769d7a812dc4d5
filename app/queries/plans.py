"""Onboarding plans as lists show them: how each is doing, what comes next, and what waits for the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Integer, and_, case, cast, func, or_, select, true
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import Health, PlanState, Tally, health, worst
from app.domain.permission import Permission, Role
from app.models.onboarding import Goal, Plan, PlanMilestone, Signature
from app.models.person import Person
from app.models.plan_facts import plans_visible_to

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement, Row, Select, Subquery
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

SETTLED = tuple(state for state in GoalState if state.settled)
MOST = 1000
"""More plans than this are not shown at once; filters make the list shorter."""


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone in the list: when it is due, how it is doing, and how many goals stand where."""

    key: str
    title: str
    due_on: date
    health: Health
    goals: Tally


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan in the list; ``waiting`` counts goals and milestones that wait for the reader's own signature.

    ``own`` is the reader's own first year. ``whole`` is False for a buddy or a goal's owner: only milestones in which
    a goal is theirs are there. ``late`` holds once a milestone is past its date unsigned, whatever else is wrong.
    """

    plan_id: UUID
    hire: str
    title: str
    manager: str
    manager_id: UUID
    starts_on: date
    state: PlanState
    health: Health
    milestones: tuple[MilestoneLine, ...]
    waiting: int
    own: bool
    whole: bool
    late: bool

    @property
    def upcoming(self) -> MilestoneLine | None:
        """The next milestone that is not done."""
        return next((one for one in self.milestones if one.health is not Health.DONE), None)

    @property
    def signed(self) -> int:
        """How many milestones are signed by everybody."""
        return sum(one.health is Health.DONE for one in self.milestones)


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What a list is narrowed to; an empty field narrows nothing. ``mine`` keeps what waits for the reader.

    ``first`` and ``last`` are days between which a plan starts, both included.
    """

    states: frozenset[PlanState] = frozenset({PlanState.ACTIVE})
    healths: frozenset[Health] = frozenset()
    manager_id: UUID | None = None
    words: str = ""
    mine: bool = False
    late: bool = False
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """A list of plans with what it would show otherwise.

    ``lines`` are the shown ones, ``hidden`` how many more pass; ``counts``, ``waiting`` and ``late`` count the plans
    that the state, manager, words and dates let pass, before health and signatures narrow them.
    """

    lines: tuple[PlanLine, ...]
    hidden: int
    counts: Mapping[Health, int]
    waiting: int
    late: int


_URGENCY = {one: place for place, one in enumerate((
    Health.BLOCKED, Health.OVERDUE, Health.AT_RISK, Health.ON_TRACK, Health.AHEAD, Health.DONE,
))}  # fmt: skip

SORTS: dict[str, Callable[[PlanLine], Any]] = {
    "urgency": lambda line: (_URGENCY[line.health], _due(line), line.hire.casefold()),
    "name": lambda line: (line.hire.casefold(), line.starts_on),
    "start": lambda line: (line.starts_on, line.hire.casefold()),
    "due": lambda line: (_due(line), line.hire.casefold()),
    "manager": lambda line: (line.manager.casefold(), line.hire.casefold()),
}
"""The orders a list can have; the first is the one without a choice."""


def listing(
    session: Session, actor: ActorFacts, wanted: PlanFilter, *, sort: str = "urgency", today: date
) -> tuple[PlanLine, ...]:
    """Every plan that the reader may open and the filter lets pass, in one query whatever their number."""
    return overview(session, actor, wanted, sort=sort, today=today).lines


def overview(
    session: Session,
    actor: ActorFacts,
    wanted: PlanFilter,
    *,
    sort: str = "urgency",
    most: int = MOST,
    today: date,
) -> Overview:
    """The list with its counts, in one query; ``sort`` is one of `SORTS`, with a minus in front for its reverse."""
    require(actor, Permission.ONBOARDING_LIST)
    rows = session.execute(_rows(actor, wanted)).all()
    sees_all = Role.HR_PARTNER in actor.roles
    lines = [_line(list(group), today, sees_all=sees_all) for _, group in groupby(rows, key=lambda row: row.plan_id)]
    kept = sorted(
        (line for line in lines if _passes(line, wanted)),
        key=SORTS[sort.removeprefix("-")],
        reverse=sort.startswith("-"),
    )
    return Overview(
        lines=tuple(kept[:most]),
        hidden=max(len(kept) - most, 0),
        counts=Counter(line.health for line in lines),
        waiting=sum(line.waiting > 0 for line in lines),
        late=sum(line.late for line in lines),
    )


def leaders(session: Session, actor: ActorFacts) -> tuple[tuple[UUID, str], ...]:
    """The managers of all plans that the reader may open, by name: what a list can be narrowed to."""
    require(actor, Permission.ONBOARDING_LIST)
    rows = session.execute(
        select(Person.id, Person.name)
        .where(Person.id.in_(select(Plan.manager_id).where(plans_visible_to(actor))))
        .order_by(Person.name, Person.id)
    )
    return tuple((row.id, row.name) for row in rows)


def _passes(line: PlanLine, wanted: PlanFilter) -> bool:
    return (
        (not wanted.healths or line.health in wanted.healths)
        and (not wanted.mine or line.waiting > 0)
        and (not wanted.late or line.late)
    )


def _due(line: PlanLine) -> date:
    return line.upcoming.due_on if line.upcoming else date.max


def _rows(actor: ActorFacts, wanted: PlanFilter) -> Select[*tuple[Any, ...]]:
    hire, manager = aliased(Person), aliased(Person)
    goals, signatures = _goal_counts(actor), _signatures(actor)
    statement = (
        select(
            Plan.id.label("plan_id"), Plan.title, Plan.starts_on, Plan.state, Plan.manager_id,
            hire.name.label("hire"), manager.name.label("manager"),
            PlanMilestone.key, PlanMilestone.title.label("milestone"), PlanMilestone.due_on, PlanMilestone.settled,
            PlanMilestone.sign_off, goals.c.total, goals.c.untouched, goals.c.submitted, goals.c.blocked,
            goals.c.done, goals.c.to_sign, signatures.c.mine,
            (Plan.hire_id == actor.person_id).label("is_hire"), (Plan.manager_id == actor.person_id).label("leads"),
        )
        .select_from(Plan)
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .join(PlanMilestone, PlanMilestone.plan_id == Plan.id)
        .outerjoin(goals, goals.c.milestone_id == PlanMilestone.id)
        .outerjoin(signatures, signatures.c.milestone_id == PlanMilestone.id)
        .where(plans_visible_to(actor), Plan.state.in_(sorted(wanted.states)))
        .order_by(Plan.id, PlanMilestone.position)
    )  # fmt: skip
    if wanted.manager_id is not None:
        statement = statement.where(Plan.manager_id == wanted.manager_id)
    if wanted.first is not None:
        statement = statement.where(Plan.starts_on >= wanted.first)
    if wanted.last is not None:
        statement = statement.where(Plan.starts_on <= wanted.last)
    for word in wanted.words.split():
        like = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        statement = statement.where(or_(hire.name.ilike(like, escape="!"), Plan.title.ilike(like, escape="!")))
    return statement


def _goal_counts(actor: ActorFacts) -> Subquery:
    signer = case((Goal.owner_id == Plan.manager_id, Plan.hire_id), else_=Plan.manager_id)
    to_sign = and_(Goal.state == GoalState.SUBMITTED, signer == actor.person_id)
    return (
        select(
            Goal.milestone_id,
            func.count().label("total"),
            _count(Goal.state == GoalState.NOT_STARTED).label("untouched"),
            _count(Goal.state == GoalState.SUBMITTED).label("submitted"),
            _count(Goal.state == GoalState.BLOCKED).label("blocked"),
            _count(Goal.state.in_(SETTLED)).label("done"),
            _count(to_sign).label("to_sign"),
        )
        .join(Plan, Plan.id == Goal.plan_id)
        .where(_countable(actor))
        .group_by(Goal.milestone_id)
        .subquery()
    )


def _countable(actor: ActorFacts) -> ColumnElement[bool]:
    """The goals that the reader may see: a buddy's list is made of the buddy's own goals."""
    if Role.HR_PARTNER in actor.roles:
        return true()
    person = actor.person_id
    return or_(Plan.hire_id == person, Plan.manager_id == person, Goal.owner_id == person)


def _signatures(actor: ActorFacts) -> Subquery:
    mine = _count(Signature.person_id == actor.person_id).label("mine")
    return select(Signature.milestone_id, mine).group_by(Signature.milestone_id).subquery()


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(cast(case((condition, 1), else_=0), Integer))


def _line(rows: Sequence[Row[*tuple[Any, ...]]], today: date, *, sees_all: bool) -> PlanLine:
    first = rows[0]
    whole = bool(sees_all or first.is_hire or first.leads)
    milestones = tuple(_milestone(row, today) for row in rows if whole or row.total)
    running = first.state is PlanState.ACTIVE
    return PlanLine(
        plan_id=first.plan_id,
        hire=first.hire,
        title=first.title,
        manager=first.manager,
        manager_id=first.manager_id,
        starts_on=first.starts_on,
        state=first.state,
        health=worst(one.health for one in milestones),
        milestones=milestones,
        waiting=sum(map(_waiting, rows)) if running else 0,
        own=bool(first.is_hire),
        whole=whole,
        late=running and any(one.due_on < today and one.health is not Health.DONE for one in milestones),
    )


def _milestone(row: Row[*tuple[Any, ...]], today: date) -> MilestoneLine:
    goals = Tally(row.total or 0, row.untouched or 0, row.submitted or 0, row.blocked or 0, row.done or 0)
    doing = health(goals, row.due_on, today, signed=row.settled is not None)
    return MilestoneLine(row.key, row.milestone, row.due_on, doing, goals)


def _waiting(row: Row[*tuple[Any, ...]]) -> int:
    """Goals to sign off, and one more where only signatures are missing and the reader's is among them."""
    party = "hire" if row.is_hire else "manager" if row.leads else ""
    complete = row.settled is None and (row.total or 0) == (row.done or 0)
    unsigned = complete and party in row.sign_off.split(",") and not row.mine
    return (row.to_sign or 0) + int(bool(party) and unsigned)
