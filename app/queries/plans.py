"""Onboarding plans as lists show them: how each is doing, what comes next, and what waits for the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.onboarding.plan import Health, PlanState, Tally, health, worst
from app.domain.permission import Permission, Role
from app.models.onboarding import Plan
from app.models.person import Person
from app.models.plan_facts import plans_visible_to
from app.queries.plan_rows import milestone_rows, plan_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

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
    """Every plan that the reader may open and the filter lets pass, in two queries whatever their number."""
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
    """The list with its counts, in two queries; ``sort`` is one of `SORTS`, with a minus in front for its reverse."""
    require(actor, Permission.ONBOARDING_LIST)
    lines = _lines(session, actor, wanted, today)
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


def _lines(session: Session, actor: ActorFacts, wanted: PlanFilter, today: date) -> list[PlanLine]:
    # Straight from the connection: thousands of plain tuples need nothing of the session.
    connection, sees_all = session.connection(), Role.HR_PARTNER in actor.roles
    heads = plan_rows(actor, wanted)
    parts: dict[Any, list[_Part]] = {}
    for row in connection.execute(milestone_rows(actor, wanted, heads)):
        parts.setdefault(row[0], []).append(_part(row, today))
    return [_line(row, parts.get(row.key, []), today, sees_all=sees_all) for row in connection.execute(heads)]


class _Part(NamedTuple):
    line: MilestoneLine
    sign_off: str
    to_sign: int
    signed: bool


_tally = lru_cache(maxsize=4096)(Tally)


def _part(row: Row[*tuple[Any, ...]], today: date) -> _Part:
    _, key, title, due_on, settled, sign_off, total, untouched, submitted, blocked, done, to_sign, signed = row
    goals = _tally(total, untouched, submitted, blocked, done)
    line = MilestoneLine(key, title, due_on, health(goals, due_on, today, signed=settled), goals)
    return _Part(line, sign_off, to_sign, signed)


def _line(row: Row[*tuple[Any, ...]], parts: Sequence[_Part], today: date, *, sees_all: bool) -> PlanLine:
    whole = bool(sees_all or row.is_hire or row.leads)
    milestones = tuple(part.line for part in parts if whole or part.line.goals.total)
    running = row.state is PlanState.ACTIVE
    party = "hire" if row.is_hire else "manager" if row.leads else ""
    return PlanLine(
        plan_id=row.id,
        hire=row.hire,
        title=row.title,
        manager=row.manager,
        manager_id=row.manager_id,
        starts_on=row.starts_on,
        state=row.state,
        health=worst([one.health for one in milestones]),
        milestones=milestones,
        waiting=sum(_waiting(part, party) for part in parts) if running and party else 0,
        own=bool(row.is_hire),
        whole=whole,
        late=running and any(one.due_on < today and one.health is not Health.DONE for one in milestones),
    )


def _waiting(part: _Part, party: str) -> int:
    """Goals to sign off, and one more where only signatures are missing and the reader's is among them."""
    goals = part.line.goals
    ready = part.line.health is not Health.DONE and goals.total == goals.settled
    return part.to_sign + int(ready and not part.signed and party in part.sign_off.split(","))
