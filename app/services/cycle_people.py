"""Who can be in an assessment cycle: with whom they report to, where they stand, and what is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.blueprint import from_canonical
from app.domain.errors import Fault
from app.domain.growth.cycle import CycleState
from app.models.assessment import Assessment, Cycle
from app.models.blueprint import BlueprintVersion
from app.models.ladder import Placement, Reporting, unreplaced
from app.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is to be in a cycle. ``level`` is theirs on its ladder or "", ``obstacle`` a sentence or ""."""

    person_id: UUID
    name: str
    manager_id: UUID | None
    team: str
    level: str
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the people, each fact read once for all of them."""

    accounts: Mapping[UUID, Person]
    lines: Mapping[UUID, Reporting]
    levels: Mapping[UUID, str]
    busy: Mapping[UUID, str]


def members(
    session: Session, people: Mapping[UUID, UUID | None], version_id: UUID, *, today: date
) -> tuple[Member, ...]:
    """These people by name, in six queries however many they are; a manager of ``None`` is whom they report to.

    A version that is not there knows nobody.
    """
    version = session.get(BlueprintVersion, version_id)
    if version is None:
        return ()
    lines = {row.person_id: row for row in session.scalars(select(Reporting).where(Reporting.person_id.in_(people)))}
    managers = {
        person: given or (lines[person].manager_id if person in lines else None) for person, given in people.items()
    }
    wanted = {*people, *(manager for manager in managers.values() if manager)}
    accounts = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(wanted)))}
    known = _Known(accounts, lines, _levels(session, people, version, today), _busy(session, people, version))
    found = [_member(person, managers[person], known) for person in people]
    return tuple(sorted(found, key=lambda one: (one.name, str(one.person_id))))


def busy(session: Session, person_id: UUID, version: BlueprintVersion) -> str:
    """The open cycle of this role that somebody is in, by its title; "" where they are in none."""
    return _busy(session, [person_id], version).get(person_id, "")


def taken_out(session: Session, cycle_id: UUID, people: Iterable[UUID]) -> list[Fault]:
    """A fault for each of these people who was taken out of this cycle: their row is still there."""
    names = session.scalars(
        select(Person.name)
        .join(Assessment, Assessment.person_id == Person.id)
        .where(Assessment.cycle_id == cycle_id, Assessment.person_id.in_(list(people)), Assessment.left_at.is_not(None))
        .order_by(Person.name)
    )
    return [Fault("people", f"{name}: was taken out of this cycle. Put them back in on its page.") for name in names]


def has_ladder(version: BlueprintVersion | None) -> bool:
    """Whether a version has a ladder and competencies to stand on it with."""
    if version is None:
        return False
    blueprint = from_canonical(version.body)
    return (
        blueprint.ladder is not None and bool(blueprint.ladder.levels) and any(c.rungs for c in blueprint.competencies)
    )


def _member(person_id: UUID, manager_id: UUID | None, known: _Known) -> Member:
    account, line = known.accounts.get(person_id), known.lines.get(person_id)
    return Member(
        person_id=person_id,
        name=account.name if account else "Somebody",
        manager_id=manager_id,
        team=line.team if line else "",
        level=known.levels.get(person_id, ""),
        obstacle=_obstacle(person_id, manager_id, known),
    )


def _obstacle(person_id: UUID, manager_id: UUID | None, known: _Known) -> str:
    account = known.accounts.get(person_id)
    if account is None or not account.active:
        return "has no open account."
    if manager_id is None:
        return "reports to nobody. Say to whom under People and levels first."
    if manager_id == person_id:
        return "cannot be their own manager."
    manager = known.accounts.get(manager_id)
    if manager is None or not manager.active:
        return "reports to somebody without an open account."
    if person_id in known.busy:
        return f"is already in the open cycle “{known.busy[person_id]}” on this ladder."
    return ""


def _levels(session: Session, people: Iterable[UUID], version: BlueprintVersion, today: date) -> dict[UUID, str]:
    """The level of each person placed in this role, where its ladder has that level."""
    ladder = from_canonical(version.body).ladder
    here = {level.id for level in ladder.levels} if ladder else set()
    rows = session.execute(
        select(Placement.person_id, Placement.role, Placement.level)
        .where(Placement.person_id.in_(list(people)), Placement.since <= today, unreplaced())
        .order_by(Placement.since, Placement.recorded_at)
    )
    newest = {row.person_id: (row.role, row.level) for row in rows}
    return {person: level for person, (role, level) in newest.items() if role == version.role and level in here}


def _busy(session: Session, people: Iterable[UUID], version: BlueprintVersion) -> dict[UUID, str]:
    """Who is in an open cycle of this role, and in which."""
    rows = session.execute(
        select(Assessment.person_id, Cycle.title)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(BlueprintVersion, BlueprintVersion.id == Cycle.blueprint_version_id)
        .where(
            Assessment.person_id.in_(list(people)),
            Assessment.left_at.is_(None),
            Cycle.state == CycleState.OPEN,
            BlueprintVersion.role == version.role,
        )
        .order_by(Cycle.opened_at)
    )
    return {row.person_id: row.title for row in rows}
