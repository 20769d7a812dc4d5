"""Lists of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, select

from app.domain.access import require
from app.domain.errors import NotFoundError
from app.domain.permission import Permission, Role
from app.models.person import Installation, Person, RoleGrant

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A fictional person that the demo's sign-in page offers, with what they do."""

    person_id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One account in the administrator's list."""

    person_id: UUID
    name: str
    email: str
    active: bool
    created_at: datetime
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the command line acts as, and the zone in which they read times."""

    person_id: UUID
    zone: str


def account(session: Session, email: str) -> Account | None:
    """The account with this address, in any case, or ``None`` when there is none."""
    row = session.execute(select(Person.id, Person.zone).where(Person.email == email.strip().lower())).one_or_none()
    return Account(row.id, row.zone) if row else None


def demo_people(session: Session) -> tuple[DemoPerson, ...]:
    """The people of a demo installation in the order they were made; empty in any other installation."""
    if not session.scalar(select(Installation.demo)):
        return ()
    rows = session.execute(
        select(Person.id, Person.name, Person.email, RoleGrant.role)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.active.is_(True), Person.password_hash.is_(None))
        .order_by(Person.created_at, Person.name)
    ).all()
    roles = {row.id: tuple(sorted(r.role for r in rows if r.id == row.id and r.role)) for row in rows}
    return tuple(DemoPerson(row.id, row.name, row.email, roles[row.id]) for row in {r.id: r for r in rows}.values())


def anybody(session: Session) -> bool:
    """Whether a single account was ever made here."""
    return bool(session.scalar(select(exists(select(Person.id)))))


def people(session: Session, actor: ActorFacts) -> tuple[PersonRow, ...]:
    """Every account by name."""
    require(actor, Permission.PERSON_LIST)
    rows = session.execute(
        select(Person.id, Person.name, Person.email, Person.active, Person.created_at, RoleGrant.role)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .order_by(Person.name, Person.id)
    ).all()
    roles: dict[UUID, list[Role]] = {}
    for row in rows:
        roles.setdefault(row.id, []).extend([row.role] if row.role else [])
    return tuple(
        PersonRow(row.id, row.name, row.email, row.active, row.created_at, tuple(sorted(roles[row.id])))
        for row in {r.id: r for r in rows}.values()
    )


def with_role(session: Session, role: Role) -> tuple[tuple[UUID, str], ...]:
    """Active people who hold a role, by name: the choices of a form."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == role, Person.active.is_(True))
        .order_by(Person.name, Person.id)
    )
    return tuple((row.id, row.name) for row in rows)


def person(session: Session, actor: ActorFacts, person_id: UUID) -> PersonRow:
    """One account; raise :class:`NotFoundError` when there is none."""
    found = [row for row in people(session, actor) if row.person_id == person_id]
    if not found:
        raise NotFoundError
    return found[0]
