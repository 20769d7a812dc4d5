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
from app.models.assessment import Assessment, AssessmentEvent, AssessmentOutcome, Cycle, Sheet
from app.models.assessment_facts import assessment_facts, both_sealed
from app.models.blueprint import BlueprintVersion
from app.models.cycle_facts import in_cycle, other_partners
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
class TakenOut:
    """Somebody who was taken out of a cycle, since when, and why; nothing is counted of them."""

    assessment_id: UUID
    person_id: UUID
    name: str
    at: datetime
    reason: str


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
    """A cycle with its people as they are narrowed; ``counts`` and ``late`` are of all whom the reader may count.

    ``taken_out`` is never narrowed. ``for_others`` names who closes and postpones the cycle in place of the reader, who
    is assessed in it; nobody where the reader is not, or where there is nobody else.
    """

    head: CycleHead
    lines: tuple[Line, ...]
    counts: Mapping[int, int]
    late: int
    teams: tuple[str, ...]
    managers: tuple[tuple[UUID, str], ...]
    taken_out: tuple[TakenOut, ...]
    in_it: bool
    for_others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hands:
    """A cycle that somebody is about to change; ``in_it`` and ``for_others`` are as for :class:`Progress`."""

    head: CycleHead
    in_it: bool
    for_others: tuple[str, ...]


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
    """How far a cycle is, in two queries, or three for who is in it; who is late comes first, then by name."""
    headed = head(session, actor, cycle_id)
    rows = session.execute(_lines(cycle_id)).all()
    everybody = [_line(row, actor) for row in rows if row.left_at is None]
    in_it = any(one.person_id == actor.person_id for one in everybody)
    lines = [one for one in everybody if _fits(one, wanted, today)]
    counts = Counter(one.sides_in for one in everybody if one.sides_in is not None)
    return Progress(
        head=headed,
        lines=tuple(sorted(lines, key=lambda one: (not one.late(today), one.name, str(one.person_id)))),
        counts={number: counts[number] for number in range(BOTH + 1)},
        late=sum(one.late(today) for one in everybody),
        teams=tuple(sorted({one.team for one in everybody if one.team})),
        managers=tuple(sorted({(one.manager_id, one.manager) for one in everybody}, key=lambda pair: pair[1])),
        taken_out=tuple(
            TakenOut(row.id, row.person_id, row.name, row.left_at, row.why or "") for row in rows if row.left_at
        ),
        in_it=in_it,
        for_others=other_partners(session, cycle_id) if in_it else (),
    )


def hands(session: Session, actor: ActorFacts, cycle_id: UUID) -> Hands:
    """Who may close or postpone a cycle, in three queries at most."""
    headed, mine = head(session, actor, cycle_id), in_cycle(session, actor, cycle_id)
    return Hands(headed, mine, other_partners(session, cycle_id) if mine else ())


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
    here = and_(Assessment.cycle_id == Cycle.id, Assessment.left_at.is_(None))
    counted = select(func.count()).select_from(Assessment).where(here, *wanted)
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
            Assessment.team, Assessment.due_on, Assessment.left_at, _sides_in(), _talked(), _why(),
        )
        .join(Person, Person.id == Assessment.person_id)
        .join(manager, manager.id == Assessment.manager_id)
        .where(Assessment.cycle_id == cycle_id)
        .order_by(Person.name, Assessment.id)
    )  # fmt: skip


def _why() -> Label[str | None]:
    """The reason of the last thing that happened to an assessment, for those that were taken out."""
    return (
        select(AssessmentEvent.reason)
        .where(AssessmentEvent.assessment_id == Assessment.id, Assessment.left_at.is_not(None))
        .order_by(AssessmentEvent.number.desc())
        .limit(1)
        .correlate(Assessment)
        .scalar_subquery()
        .label("why")
    )


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
