"""Assessment cycles for those who run them: the list, and how far one is, without telling whose answers are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.debrief import BlueprintStamp
from app.domain.errors import NotFoundError
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.permission import Permission
from app.models.assessment import Assessment, AssessmentOutcome, Cycle, Sheet
from app.models.assessment_facts import assessment_facts, both_sealed
from app.models.blueprint import BlueprintVersion
from app.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Label, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

BOTH = 2
_PAIR = (Answerer.SELF, Answerer.MANAGER)


@dataclass(frozen=True, slots=True)
class CycleHead:
    """A cycle: on which version, until when, how many people are in it, and of how many both sides are in."""

    cycle_id: UUID
    title: str
    stamp: BlueprintStamp
    blueprint_version_id: UUID
    state: CycleState
    due_on: date
    with_peers: bool
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    version: int
    people: int
    complete: int


@dataclass(frozen=True, slots=True)
class Line:
    """One person in a cycle. ``sides_in`` counts the sides that have answered, of two; never which.

    It is ``None`` where the reader is one of the two and the answers are not open yet.
    """

    assessment_id: UUID
    person_id: UUID
    name: str
    manager_id: UUID
    manager: str
    team: str
    due_on: date
    sides_in: int | None
    talked: bool

    def late(self, today: date) -> bool:
        """Whether the date is over and not both sides are known to be in."""
        return self.due_on < today and self.sides_in != BOTH


@dataclass(frozen=True, slots=True)
class ProgressFilter:
    """What the people of a cycle are narrowed to; nothing narrows by default."""

    words: str = ""
    team: str = ""
    manager_id: UUID | None = None
    sides_in: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """A cycle with its people as they are narrowed; ``counts`` and ``late`` are of all whom the reader may count."""

    head: CycleHead
    lines: tuple[Line, ...]
    counts: Mapping[int, int]
    late: int
    teams: tuple[str, ...]
    managers: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class Extendable:
    """An assessment of which the date may be moved; ``manages``: the reader is its manager."""

    assessment_id: UUID
    cycle_id: UUID
    cycle: str
    name: str
    due_on: date
    manages: bool


def cycles(session: Session, actor: ActorFacts, *, states: Iterable[CycleState] = CycleState) -> tuple[CycleHead, ...]:
    """The cycles in these states, open ones first and then the newest, in one query."""
    require(actor, Permission.CYCLE_KEEP)
    rows = session.execute(
        _heads().where(Cycle.state.in_(list(states))).order_by(Cycle.state.desc(), Cycle.opened_at.desc(), Cycle.id)
    )
    return tuple(map(_head, rows))


def head(session: Session, actor: ActorFacts, cycle_id: UUID) -> CycleHead:
    """One cycle, in one query; :class:`NotFoundError` when there is none."""
    require(actor, Permission.CYCLE_KEEP)
    row = session.execute(_heads().where(Cycle.id == cycle_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _head(row)


def progress(session: Session, actor: ActorFacts, cycle_id: UUID, wanted: ProgressFilter, *, today: date) -> Progress:
    """How far a cycle is, in two queries; who is late comes first, then by name."""
    headed = head(session, actor, cycle_id)
    everybody = [_line(row, actor) for row in session.execute(_lines(cycle_id))]
    lines = [one for one in everybody if _fits(one, wanted, today)]
    counts = Counter(one.sides_in for one in everybody if one.sides_in is not None)
    return Progress(
        head=headed,
        lines=tuple(sorted(lines, key=lambda one: (not one.late(today), one.name, str(one.person_id)))),
        counts={number: counts[number] for number in range(BOTH + 1)},
        late=sum(one.late(today) for one in everybody),
        teams=tuple(sorted({one.team for one in everybody if one.team})),
        managers=tuple(sorted({(one.manager_id, one.manager) for one in everybody}, key=lambda pair: pair[1])),
    )


def extendable(session: Session, actor: ActorFacts, assessment_id: UUID) -> Extendable:
    """One assessment for whoever may give it more time, in two queries."""
    require(actor, Permission.ASSESSMENT_EXTEND, found(assessment_facts(session, actor, assessment_id)))
    row = session.execute(
        select(Assessment.cycle_id, Cycle.title, Person.name, Assessment.due_on, Assessment.manager_id)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(Person, Person.id == Assessment.person_id)
        .where(Assessment.id == assessment_id)
    ).one()
    return Extendable(
        assessment_id=assessment_id, cycle_id=row.cycle_id, cycle=row.title, name=row.name, due_on=row.due_on,
        manages=row.manager_id == actor.person_id,
    )  # fmt: skip


def _heads() -> Select[*tuple[Any, ...]]:
    opener = aliased(Person)
    return (
        select(
            Cycle.id, Cycle.title, Cycle.blueprint_version_id, BlueprintVersion.role,
            BlueprintVersion.title.label("role_title"), BlueprintVersion.number, BlueprintVersion.sha256, Cycle.state,
            Cycle.due_on, Cycle.with_peers, Cycle.opened_at, opener.name.label("opened_by"), Cycle.closed_at,
            Cycle.version, _count().label("people"), _count(both_sealed()).label("complete"),
        )
        .join(BlueprintVersion, BlueprintVersion.id == Cycle.blueprint_version_id)
        .join(opener, opener.id == Cycle.opened_by_id)
    )  # fmt: skip


def _count(*wanted: ColumnElement[bool]) -> Any:  # noqa: ANN401  a scalar subquery
    counted = select(func.count()).select_from(Assessment).where(Assessment.cycle_id == Cycle.id, *wanted)
    return counted.correlate(Cycle).scalar_subquery()


def _head(row: Row[*tuple[Any, ...]]) -> CycleHead:
    return CycleHead(
        cycle_id=row.id, title=row.title, blueprint_version_id=row.blueprint_version_id,
        stamp=BlueprintStamp(row.role, row.role_title, row.number, row.sha256), state=row.state, due_on=row.due_on,
        with_peers=row.with_peers, opened_at=row.opened_at, opened_by=row.opened_by, closed_at=row.closed_at,
        version=row.version, people=row.people, complete=row.complete,
    )  # fmt: skip


def _lines(cycle_id: UUID) -> Select[*tuple[Any, ...]]:
    manager = aliased(Person)
    return (
        select(
            Assessment.id, Assessment.person_id, Person.name, Assessment.manager_id, manager.name.label("manager"),
            Assessment.team, Assessment.due_on, _sides_in(), _talked(),
        )
        .join(Person, Person.id == Assessment.person_id)
        .join(manager, manager.id == Assessment.manager_id)
        .where(Assessment.cycle_id == cycle_id)
    )  # fmt: skip


def _sides_in() -> Label[int]:
    wanted = and_(Sheet.assessment_id == Assessment.id, Sheet.answerer.in_(_PAIR), Sheet.sealed_at.is_not(None))
    counted = select(func.count(func.distinct(Sheet.answerer))).where(wanted)
    return counted.correlate(Assessment).scalar_subquery().label("sides_in")


def _talked() -> Label[bool]:
    written = and_(AssessmentOutcome.assessment_id == Assessment.id, AssessmentOutcome.by_id == Assessment.manager_id)
    return exists(select(literal(1)).where(written).correlate(Assessment)).label("talked")


def _line(row: Row[*tuple[Any, ...]], actor: ActorFacts) -> Line:
    """A row as the reader may see it: one of the two learns nothing before both are in."""
    one_of_two = actor.person_id in {row.person_id, row.manager_id}
    return Line(
        assessment_id=row.id, person_id=row.person_id, name=row.name, manager_id=row.manager_id,
        manager=row.manager, team=row.team, due_on=row.due_on, talked=bool(row.talked),
        sides_in=None if one_of_two and row.sides_in < BOTH else row.sides_in,
    )  # fmt: skip


def _fits(one: Line, wanted: ProgressFilter, today: date) -> bool:
    return (
        wanted.words.casefold() in f"{one.name} {one.manager} {one.team}".casefold()
        and wanted.team in {"", one.team}
        and wanted.manager_id in {None, one.manager_id}
        and (wanted.sides_in is None or wanted.sides_in == one.sides_in)
        and (not wanted.late or one.late(today))
    )
