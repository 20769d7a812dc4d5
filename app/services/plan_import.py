"""Many first years at once: each line of a file made a plan to begin, or told what is wrong with it and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.formats.csv_table import CsvFault
from app.models.blueprint import BlueprintVersion
from app.models.person import Person
from app.services import newcomers
from app.services.newcomers import Arriving, Newcomer
from app.services.plans import PlanDraft

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.formats.plan_csv import PlanRow

_NOBODY = UUID(int=0)
_COLUMNS: Mapping[str, str] = {
    "hire_id": "email",
    "manager_id": "manager",
    "buddy_id": "buddy",
    "blueprint_version_id": "role",
}
"""The column in which a fault of a plan stands."""


@dataclass(frozen=True, slots=True)
class _Known:
    people: Mapping[str, UUID]
    versions: Mapping[str, UUID]


def resolve(
    session: Session, actor: ActorFacts, rows: Sequence[PlanRow], *, zone: str, today: date
) -> tuple[tuple[Arriving, ...], tuple[CsvFault, ...]]:
    """Every line as a plan to begin, and every fault that beginning it would have; nothing is written.

    ``zone`` is for lines that name none. A line with a country has that country's working week.
    """
    require(actor, Permission.ONBOARDING_START)
    known = _Known(_people(session, rows), _versions(session, {row.role for row in rows}))
    arriving, faults = [], []
    for row in rows:
        found = _unknown(row, known)
        if not found:
            one, found = _arriving(row, known, zone)
            if one is not None:
                found += _refused(session, actor, one, today)
                arriving.append(one)
        faults += found
    return ((), tuple(sorted(faults))) if faults else (tuple(arriving), ())


def _people(session: Session, rows: Iterable[PlanRow]) -> dict[str, UUID]:
    named = {email for row in rows for email in (row.email, row.manager, row.buddy) if email}
    found = session.execute(select(Person.email, Person.id).where(Person.email.in_(sorted(named))))
    return {row.email: row.id for row in found}


def _versions(session: Session, roles: set[str]) -> dict[str, UUID]:
    version = BlueprintVersion
    rows = session.execute(
        select(version.role, version.id).where(version.role.in_(sorted(roles))).order_by(version.number)
    )
    return {row.role: row.id for row in rows}


def _unknown(row: PlanRow, known: _Known) -> list[CsvFault]:
    faults = []
    if row.email not in known.people and not row.name:
        message = "nobody has an account with this address: give their name too, and they get one"
        faults.append(CsvFault(row.line, "email", message))
    for column, email in (("manager", row.manager), ("buddy", row.buddy)):
        if email and email not in known.people:
            faults.append(CsvFault(row.line, column, f"nobody has an account with the address {email}"))
    if row.role not in known.versions:
        message = f"no blueprint is published for the role “{row.role}”"
        faults.append(CsvFault(row.line, "role", message))
    return faults


def _arriving(row: PlanRow, known: _Known, zone: str) -> tuple[Arriving | None, list[CsvFault]]:
    plain = PlanDraft(
        hire_id=known.people.get(row.email, _NOBODY), manager_id=known.people[row.manager],
        buddy_id=known.people[row.buddy] if row.buddy else None, blueprint_version_id=known.versions[row.role],
        starts_on=row.starts_on, zone=row.zone or zone,
    )  # fmt: skip
    try:
        wanted = newcomers.in_country(plain, row.country)
    except InvalidError as error:
        return None, [CsvFault(row.line, "country", fault.message) for fault in error.faults]
    newcomer = None if row.email in known.people else Newcomer(row.name, row.email)
    return Arriving(row.line, wanted, newcomer), []


def _refused(session: Session, actor: ActorFacts, one: Arriving, today: date) -> list[CsvFault]:
    try:
        newcomers.check(session, actor, one.wanted, one.newcomer, today=today)
    except InvalidError as error:
        return [CsvFault(one.line, _COLUMNS.get(fault.field, fault.field), fault.message) for fault in error.faults]
    return []
