"""Who is on the ladder and who could be in a cycle: people with their level, team and manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.ladder import Placement, Reporting, unreplaced
from app.models.person import Person
from app.queries.placements import level_title, newest_content, newest_placements

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

NOBODY = "none"
"""In a filter: people without a manager, a team or a level."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody with an open account: whom they report to, and where they stand; "" or ``None`` where nothing is."""

    person_id: UUID
    name: str
    email: str
    manager_id: UUID | None
    manager: str
    manager_email: str
    team: str
    role: str
    level: str
    level_title: str
    since: date | None


@dataclass(frozen=True, slots=True)
class PlacedFilter:
    """What the list is narrowed to. ``level`` is ``role/level``; ``NOBODY`` asks for what is missing."""

    words: str = ""
    team: str = ""
    manager: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Everybody:
    """People as they are narrowed, and what there is to narrow by."""

    lines: tuple[Placed, ...]
    hidden: int
    teams: tuple[str, ...]
    managers: tuple[tuple[UUID, str], ...]
    levels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """One level that somebody held or is to hold, and why; ``replaced`` when another counts in its place."""

    role: str
    level: str
    title: str
    since: date
    reason: str
    recorded_by: str
    from_case: UUID | None
    replaced: bool


def everybody(session: Session, actor: ActorFacts, wanted: PlacedFilter, *, today: date, most: int) -> Everybody:
    """Everybody with an open account by name, narrowed, at most ``most`` of them; one query."""
    require(actor, Permission.PLACEMENT_KEEP)
    people = _people(session, today)
    fitting = [one for one in people if _fits(one, wanted)]
    return Everybody(
        lines=tuple(fitting[:most]),
        hidden=max(0, len(fitting) - most),
        teams=tuple(sorted({one.team for one in people if one.team})),
        managers=tuple(sorted({(one.manager_id, one.manager) for one in people if one.manager_id}, key=lambda p: p[1])),
        levels=dict(sorted({f"{one.role}/{one.level}": one.level_title for one in people if one.level}.items())),
    )


def person(session: Session, actor: ActorFacts, person_id: UUID, *, today: date) -> tuple[Placed, tuple[Held, ...]]:
    """One person and every level they held, the newest first; two queries."""
    require(actor, Permission.PLACEMENT_KEEP)
    found = [_placed(session, row) for row in session.execute(_rows(today).where(Person.id == person_id))]
    if not found:
        raise NotFoundError
    recorder = aliased(Person)
    rows = session.execute(
        select(
            Placement.role, Placement.level, Placement.since, Placement.reason, recorder.name, Placement.case_id,
            newest_content(Placement.role), unreplaced().label("counts"),
        )
        .join(recorder, recorder.id == Placement.recorded_by_id)
        .where(Placement.person_id == person_id)
        .order_by(Placement.since.desc(), Placement.recorded_at.desc())
    ).all()  # fmt: skip
    history = tuple(
        Held(
            row.role, row.level, level_title(session, row.sha256, row.level), row.since, row.reason, row.name,
            row.case_id, replaced=not row.counts,
        )
        for row in rows
    )  # fmt: skip
    return found[0], history


def candidates(session: Session, actor: ActorFacts, *, today: date) -> tuple[Placed, ...]:
    """Everybody with an open account who could be in a cycle, by name, in one query."""
    require(actor, Permission.CYCLE_KEEP)
    return _people(session, today)


def _people(session: Session, today: date) -> tuple[Placed, ...]:
    return tuple(_placed(session, row) for row in session.execute(_rows(today)))


def _rows(today: date) -> Select[*tuple[Any, ...]]:
    manager, newest = aliased(Person), newest_placements(today)
    return (
        select(
            Person.id, Person.name, Person.email, Reporting.manager_id, manager.name.label("manager"),
            manager.email.label("manager_email"), Reporting.team,
            newest.c.role, newest.c.level, newest.c.since, newest_content(newest.c.role),
        )
        .outerjoin(Reporting, Reporting.person_id == Person.id)
        .outerjoin(manager, manager.id == Reporting.manager_id)
        .outerjoin(newest, and_(newest.c.person_id == Person.id, newest.c.place == 1))
        .where(Person.active.is_(True))
        .order_by(Person.name, Person.id)
    )  # fmt: skip


def _placed(session: Session, row: Row[*tuple[Any, ...]]) -> Placed:
    return Placed(
        person_id=row.id, name=row.name, email=row.email, manager_id=row.manager_id, manager=row.manager or "",
        manager_email=row.manager_email or "",
        team=row.team or "", role=row.role or "", level=row.level or "", since=row.since,
        level_title=level_title(session, row.sha256, row.level) if row.level else "",
    )  # fmt: skip


def _fits(one: Placed, wanted: PlacedFilter) -> bool:
    return (
        wanted.words.casefold() in f"{one.name} {one.email} {one.manager} {one.team}".casefold()
        and _asked(wanted.team, one.team)
        and _asked(wanted.manager, str(one.manager_id or ""))
        and _asked(wanted.level, f"{one.role}/{one.level}" if one.level else "")
    )


def _asked(wanted: str, value: str) -> bool:
    return not wanted or (not value if wanted == NOBODY else wanted == value)
