"""Onboarding plans as lists show them: how each is doing, what comes next, and what waits for the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.onboarding.plan import Health, Kept, PlanState, standing
from app.domain.permission import Permission
from app.models.asking import asked_by, asking_as
from app.models.onboarding import Plan
from app.models.person import Person
from app.models.plan_day import local_day
from app.models.plan_facts import plans_visible_to
from app.queries.plan_rows import Found, found

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The first milestone in the plan's order that is not signed by everybody."""

    title: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan in the list; ``waiting`` counts goals and milestones that wait for the reader's own signature.

    ``own`` is the reader's own first year. ``whole`` is False for a buddy or a goal's owner: only milestones in which
    a goal is theirs count. ``signed`` of ``milestones`` are signed by everybody. ``late`` holds once a milestone is
    past its date unsigned, whatever else is wrong.
    """

    plan_id: UUID
    hire: str
    title: str
    manager: str
    manager_id: UUID
    starts_on: date
    zone: str
    state: PlanState
    health: Health
    milestones: int
    signed: int
    upcoming: Upcoming | None
    waiting: int
    own: bool
    whole: bool
    late: bool


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
    """A list of plans, or one page of it, with what it would show otherwise.

    ``lines`` are the shown ones of ``passing``; ``counts``, ``waiting`` and ``late`` count the plans that the state,
    manager, words and dates let pass, before health and signatures narrow them; a plan without a milestone of the
    reader's has no health.
    """

    lines: tuple[PlanLine, ...]
    passing: int
    counts: Mapping[Health, int]
    waiting: int
    late: int


class Judged(NamedTuple):
    """A row of the list with how its plan does on the day that it is there."""

    row: Found
    health: Health
    late: bool


_URGENCY = {one: place for place, one in enumerate((
    Health.BLOCKED, Health.OVERDUE, Health.AT_RISK, Health.ON_TRACK, Health.AHEAD, Health.DONE,
))}  # fmt: skip

SORTS: dict[str, Callable[[Judged], Any]] = {
    "urgency": lambda one: (_URGENCY[one.health], one.row.next_on or date.max, one.row.hire.casefold()),
    "name": lambda one: (one.row.hire.casefold(), one.row.starts_on),
    "start": lambda one: (one.row.starts_on, one.row.hire.casefold()),
    "due": lambda one: (one.row.next_on or date.max, one.row.hire.casefold()),
    "manager": lambda one: (one.row.manager.casefold(), one.row.hire.casefold()),
}
"""The orders a list can have; the first is the one without a choice."""


def listing(
    session: Session, actor: ActorFacts, wanted: PlanFilter, *, sort: str = "urgency", now: datetime
) -> tuple[PlanLine, ...]:
    """Every plan that the reader may open and the filter lets pass, in one query whatever their number."""
    return overview(session, actor, wanted, sort=sort, now=now).lines


def overview(
    session: Session,
    actor: ActorFacts,
    wanted: PlanFilter,
    *,
    sort: str = "urgency",
    most: int | None = None,
    page: int = 1,
    now: datetime,
) -> Overview:
    """The list with its counts, in one query; ``sort`` is one of `SORTS`, with a minus in front for its reverse.

    With ``most`` only so many lines of it are there, those of one ``page``; the reader's own first year comes first.
    """
    require(actor, Permission.ONBOARDING_LIST)
    every = judged(session, actor, wanted, now)
    kept = sorted(
        (one for one in every if _passes(one, wanted)),
        key=SORTS[sort.removeprefix("-")],
        reverse=sort.startswith("-"),
    )
    kept.sort(key=lambda one: not one.row.own)
    first = 0 if most is None else most * (page - 1)
    return Overview(
        lines=tuple(map(_line, kept[first:] if most is None else kept[first : first + most])),
        passing=len(kept),
        counts=Counter(one.health for one in every if one.row.milestones),
        waiting=sum(one.row.waiting > 0 for one in every),
        late=sum(one.late for one in every),
    )


def judged(session: Session, actor: ActorFacts, wanted: PlanFilter, now: datetime) -> list[Judged]:
    """The rows of the plans that the state, manager, words and dates let pass, in no order, in one query."""
    today = cache(partial(local_day, now))
    return [_judged(row, today(row.zone)) for row in found(session, actor, wanted)]


def leaders(session: Session, actor: ActorFacts) -> tuple[tuple[UUID, str], ...]:
    """The managers of all plans that the reader may open, by name: what a list can be narrowed to."""
    require(actor, Permission.ONBOARDING_LIST)
    rows = session.execute(_leaders(asking_as(actor)), asked_by(actor))
    return tuple((row.id, row.name) for row in rows)


@lru_cache(maxsize=16)
def _leaders(asking: Asking) -> Select[UUID, str]:
    managers = select(Plan.manager_id).where(plans_visible_to(asking))
    return select(Person.id, Person.name).where(Person.id.in_(managers)).order_by(Person.name, Person.id)


def _judged(row: Found, today: date) -> Judged:
    due = row.first_due
    kept = Kept(row.blocked, due, row.first_unshown, row.begun, row.milestones - row.signed)
    health = standing(kept, today)
    return Judged(row, health, due is not None and due < today and row.state == PlanState.ACTIVE)


def _passes(one: Judged, wanted: PlanFilter) -> bool:
    return bool(
        # Whoever has no goal there has nothing that could be done or late.
        (not wanted.healths or (one.row.milestones and one.health in wanted.healths))
        and (not wanted.mine or one.row.waiting > 0)
        and (not wanted.late or one.late)
    )


def _line(one: Judged) -> PlanLine:
    row = one.row
    return PlanLine(
        plan_id=identifier(row.plan_id), hire=row.hire, title=row.title, manager=row.manager,
        manager_id=identifier(row.manager_id), starts_on=row.starts_on, zone=row.zone, state=PlanState(row.state),
        health=one.health, milestones=row.milestones, signed=row.signed,
        upcoming=Upcoming(row.next_title, row.next_on) if row.next_title and row.next_on else None,
        waiting=row.waiting, own=bool(row.own), whole=bool(row.whole), late=one.late,
    )  # fmt: skip


def identifier(kept: UUID | str) -> UUID:
    """An identifier from what a driver gives: SQLite's knows none and gives its digits."""
    return kept if isinstance(kept, UUID) else UUID(kept)
