"""Levels and lines of reporting of many people at once: resolved with every fault, then written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.permission import Permission
from app.formats.csv_table import CsvFault
from app.models.ladder import Placement, Reporting
from app.models.person import Person
from app.services import placements
from app.services.placements import AHEAD, EARLIEST, Placing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.ladder import Ladder
    from app.domain.permission import ActorFacts
    from app.formats.placement_csv import PlacementRow


@dataclass(frozen=True, slots=True)
class Change:
    """What one line would change. The manager and team are those that would hold after it."""

    line: int
    person_id: UUID
    name: str
    manager_id: UUID | None
    manager: str
    team: str
    moves: bool
    role: str
    level: str
    since: date | None
    reason: str
    places: bool


@dataclass(frozen=True, slots=True)
class _Known:
    people: Mapping[str, Person]
    names: Mapping[UUID, str]
    lines: Mapping[UUID, Reporting]
    standing: Mapping[UUID, tuple[str, str, date]]
    ladders: Mapping[str, Ladder | None]


def resolve(
    session: Session, actor: ActorFacts, rows: Sequence[PlacementRow], *, today: date
) -> tuple[tuple[Change, ...], tuple[CsvFault, ...]]:
    """Every line as a change, and every fault in the way; nothing is written."""
    require(actor, Permission.PLACEMENT_KEEP)
    known = _known(session, rows)
    faults = [fault for row in rows for fault in _faults(actor, row, known, today)]
    if not faults:
        changes = tuple(_change(row, known) for row in rows)
        faults = _circles(changes, session)
    return ((), tuple(sorted(faults))) if faults else (changes, ())


def apply(session: Session, actor: ActorFacts, changes: Iterable[Change], *, now: datetime) -> int:
    """Write every change, as :func:`resolve` checked it in this same transaction; return how many people changed."""
    require(actor, Permission.PLACEMENT_KEEP)
    changed = 0
    for one in changes:
        if one.moves:
            placements.record_line(session, actor, one.person_id, one.manager_id, one.team, now=now)
        if one.places and one.since is not None:
            level = Placing(one.person_id, one.role, one.level, one.since, one.reason)
            placements.record_level(session, actor, level, now=now)
        changed += one.moves or one.places
    return changed


def _known(session: Session, rows: Sequence[PlacementRow]) -> _Known:
    named = {email for row in rows for email in (row.email, row.manager) if email}
    people = {one.email: one for one in session.scalars(select(Person).where(Person.email.in_(sorted(named))))}
    ids = [one.id for one in people.values()]
    lines = {one.person_id: one for one in session.scalars(select(Reporting).where(Reporting.person_id.in_(ids)))}
    managers = [one.manager_id for one in lines.values() if one.manager_id]
    names = {one.id: one.name for one in session.scalars(select(Person).where(Person.id.in_([*ids, *managers])))}
    standing = {
        one.person_id: (one.role, one.level, one.since)
        for one in session.scalars(
            select(Placement).where(Placement.person_id.in_(ids)).order_by(Placement.since, Placement.recorded_at)
        )
    }
    ladders = {role: placements.newest_ladder(session, role) for role in {row.role for row in rows if row.role}}
    return _Known(people, names, lines, standing, ladders)


def _faults(actor: ActorFacts, row: PlacementRow, known: _Known, today: date) -> list[CsvFault]:
    faults = []
    person, manager = known.people.get(row.email), known.people.get(row.manager)
    if person is None or not person.active:
        faults.append(CsvFault(row.line, "email", f"nobody has an open account with the address {row.email}"))
    elif person.id == actor.person_id:
        faults.append(CsvFault(row.line, "email", "this is you: ask another HR partner to place you"))
    if row.manager and (manager is None or not manager.active):
        faults.append(CsvFault(row.line, "manager", f"nobody has an open account with the address {row.manager}"))
    elif row.manager and row.manager == row.email:
        faults.append(CsvFault(row.line, "manager", "nobody reports to themselves"))
    return [*faults, *_level_faults(row, known.ladders, today)]


def _level_faults(row: PlacementRow, ladders: Mapping[str, Ladder | None], today: date) -> list[CsvFault]:
    if not row.role or row.since is None:
        return []
    faults, ladder = [], ladders[row.role]
    if ladder is None:
        faults.append(CsvFault(row.line, "role", f"no blueprint with a ladder is published for “{row.role[:80]}”"))
    elif row.level not in {level.id for level in ladder.levels}:
        there = ", ".join(level.id for level in ladder.levels)
        faults.append(CsvFault(row.line, "level", f"this ladder has no level “{row.level[:80]}”; it has {there}"))
    if not EARLIEST <= row.since <= today + AHEAD:
        faults.append(CsvFault(row.line, "since", "write a day that is at most a year ahead"))
    return faults


def _change(row: PlacementRow, known: _Known) -> Change:
    person = known.people[row.email]
    line = known.lines.get(person.id)
    before = (line.manager_id, line.team) if line else (None, "")
    manager_id = known.people[row.manager].id if row.manager else before[0]
    team = row.team or before[1]
    stands = known.standing.get(person.id)
    return Change(
        line=row.line, person_id=person.id, name=person.name, manager_id=manager_id,
        manager=known.names[manager_id] if manager_id else "", team=team, moves=(manager_id, team) != before,
        role=row.role, level=row.level, since=row.since, reason=row.reason,
        places=row.since is not None and stands != (row.role, row.level, row.since),
    )  # fmt: skip


def _circles(changes: Sequence[Change], session: Session) -> list[CsvFault]:
    """Lines after which somebody would report to themselves through others."""
    above = {
        row.person_id: row.manager_id for row in session.execute(select(Reporting.person_id, Reporting.manager_id))
    }
    above.update({one.person_id: one.manager_id for one in changes})
    return [
        CsvFault(one.line, "manager", "with this line they would report to themselves through others")
        for one in changes
        if one.moves and _returns(one.person_id, above)
    ]


def _returns(person_id: UUID, above: Mapping[UUID, UUID | None]) -> bool:
    seen: set[UUID] = set()
    upward = above.get(person_id)
    while upward is not None and upward not in seen:
        if upward == person_id:
            return True
        seen.add(upward)
        upward = above.get(upward)
    return False
