"""People: who they are, what they may be asked to do, and how they prove it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import ActorFacts, Permission, Role
from app.models.facts import application_facts
from app.models.person import Installation, Person, RoleGrant
from app.services import audit, passwords, sessions

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_EMAIL = re.compile(r"[^@\s\"<>(),;:\\\[\]]{1,64}@[^@\s\"<>(),;:\\\[\]]+\.[^@\s\"<>(),;:\\\[\].]{2,}")
EMAIL_LIMIT, NAME_LIMIT = 254, 200


def create_person(
    session: Session,
    actor: ActorFacts | None,
    *,
    email: str,
    name: str,
    password: str | None,
    roles: Iterable[Role],
    now: datetime,
    zone: str = "UTC",
) -> UUID:
    """Add an account; ``actor`` is ``None`` on the command line. Raise :class:`InvalidError` with every fault."""
    if actor is not None:
        require(actor, Permission.PERSON_INVITE)
    return _add(session, actor, email=email, name=name, password=password, roles=roles, zone=zone, now=now)


def welcome(
    session: Session,
    actor: ActorFacts,
    *,
    email: str,
    name: str,
    zone: str,
    password: str | None = None,
    application_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Add an account for somebody whose first year begins: an employee, and never anything more.

    Whoever may begin the plan may do this, of that ``application_id`` if it comes from a decision. Without a password
    nobody signs in until an administrator has given one.
    """
    facts = found(application_facts(session, actor, application_id)) if application_id else None
    require(actor, Permission.ONBOARDING_START, facts)
    roles = (Role.EMPLOYEE,)
    return _add(session, actor, email=email, name=name, password=password, roles=roles, zone=zone, now=now)


def give_password(session: Session, email: str, password: str, *, now: datetime) -> None:
    """Set the first password of an account that has none, on the command line; :class:`ConflictError` if it has."""
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()).with_for_update())
    if person is None:
        raise NotFoundError
    if person.password_hash is not None:
        message = "This account has a password already. Its owner changes it under Your account."
        raise ConflictError(message)
    faults = passwords.faults(password, about=(*person.name.split(), person.email.partition("@")[0]))
    if faults:
        raise InvalidError(tuple(faults))
    person.password_hash = passwords.hashed(password)
    audit.record(session, None, "person.password", f"user/{person.id}", now=now)


def _add(
    session: Session,
    actor: ActorFacts | None,
    *,
    email: str,
    name: str,
    password: str | None,
    roles: Iterable[Role],
    zone: str,
    now: datetime,
) -> UUID:
    address, called = email.strip().lower(), " ".join(name.split())
    faults = [*_identity_faults(address, called, zone)]
    if password is not None:
        faults += passwords.faults(password, about=(*called.split(), address.partition("@")[0]))
    if session.scalar(select(Person.id).where(Person.email == address)):
        faults.append(Fault("email", "Somebody already has an account with this address."))
    if faults:
        raise InvalidError(tuple(faults))
    person = Person(email=address, name=called, zone=zone, created_at=now)
    person.password_hash = passwords.hashed(password) if password is not None else None
    granted_by = actor.person_id if actor else None
    person.roles = [RoleGrant(role=role, granted_by_id=granted_by, granted_at=now) for role in sorted(set(roles))]
    session.add(person)
    session.flush()
    names = {"email": address, "name": called, "roles": ",".join(sorted(set(roles)))}
    audit.record(session, actor, "person.create", f"user/{person.id}", now=now, payload=names)
    return person.id


@cache
def zones() -> frozenset[str]:
    """The names of all time zones; the disk is asked for them once a process."""
    return frozenset(available_timezones())


def authenticate(session: Session, email: str, password: str) -> UUID | None:
    """The active person whose password this is; unknown accounts take the same time to refuse."""
    row = session.execute(
        select(Person.id, Person.password_hash, Person.active).where(Person.email == email.strip().lower())
    ).one_or_none()
    fits = passwords.matches(row.password_hash if row else None, password)
    return row.id if row and fits and row.active else None


def change_password(
    session: Session, actor: ActorFacts, *, old: str, new: str, keep: str | None, now: datetime
) -> None:
    """Set the actor's own password and end their other sessions; ``keep`` is the token of this browser."""
    require(actor, Permission.ACCOUNT_KEEP)
    person = _locked(session, actor.person_id)
    if person.password_hash is not None and not passwords.matches(person.password_hash, old):
        raise InvalidError((Fault("old", "This is not your current password."),))
    faults = passwords.faults(new, about=(*person.name.split(), person.email.partition("@")[0]))
    if faults:
        raise InvalidError(tuple(Fault("new", fault.message) for fault in faults))
    person.password_hash = passwords.hashed(new)
    sessions.end_all(session, person.id, but=keep)
    audit.record(session, actor, "person.password", f"user/{person.id}", now=now)


def set_zone(session: Session, actor: ActorFacts, zone: str, *, now: datetime) -> None:
    """Choose the zone in which the actor reads times."""
    require(actor, Permission.ACCOUNT_KEEP)
    if zone not in zones():
        raise InvalidError((Fault("zone", f"{zone!r} is not a time zone: choose one such as Europe/Berlin."),))
    _locked(session, actor.person_id).zone = zone
    audit.record(session, actor, "person.zone", f"user/{actor.person_id}", now=now)


def set_roles(session: Session, actor: ActorFacts, person_id: UUID, roles: Iterable[Role], *, now: datetime) -> None:
    """Give a person exactly these roles. Nobody changes their own, and the last administrator stays one."""
    require(actor, Permission.ROLE_GRANT)
    if person_id == actor.person_id:
        message = "Nobody changes their own roles: ask another administrator."
        raise NotAllowedError(message)
    wanted = frozenset(roles)
    _lock_people(session)
    person = _locked(session, person_id)
    held = {grant.role for grant in person.roles}
    if Role.ADMIN in held - wanted:
        _keep_an_admin(session, person_id)
    person.roles = [grant for grant in person.roles if grant.role in wanted] + [
        RoleGrant(role=role, granted_by_id=actor.person_id, granted_at=now) for role in sorted(wanted - held)
    ]
    change = {"added": ",".join(sorted(wanted - held)), "removed": ",".join(sorted(held - wanted))}
    audit.record(session, actor, "role.grant", f"user/{person_id}", now=now, payload=change)


def set_active(session: Session, actor: ActorFacts, person_id: UUID, *, active: bool, now: datetime) -> None:
    """Open or close an account; closing ends its sessions at once."""
    require(actor, Permission.PERSON_INVITE)
    if person_id == actor.person_id:
        message = "Nobody closes their own account: ask another administrator."
        raise NotAllowedError(message)
    _lock_people(session)
    person = _locked(session, person_id)
    if not active and any(grant.role is Role.ADMIN for grant in person.roles):
        _keep_an_admin(session, person_id)
    person.active = active
    if not active:
        sessions.end_all(session, person_id)
    audit.record(session, actor, "person.open" if active else "person.close", f"user/{person_id}", now=now)


def _identity_faults(address: str, name: str, zone: str) -> list[Fault]:
    faults = []
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        faults.append(Fault("email", "Write an e-mail address such as name@example.org."))
    if not name or len(name) > NAME_LIMIT:
        faults.append(Fault("name", f"Write the person's name, at most {NAME_LIMIT} characters."))
    if zone not in zones():
        faults.append(Fault("zone", f"{zone!r} is not a time zone: choose one such as Europe/Berlin."))
    return faults


def _locked(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFoundError
    return person


def _lock_people(session: Session) -> None:
    # A rule over several rows locks their parent first; two administrators would otherwise demote each other.
    session.execute(select(Installation.id).with_for_update())


def _keep_an_admin(session: Session, leaving: UUID) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMIN, Person.active.is_(True), Person.id != leaving)
    )
    if not others:
        message = "This is the last administrator. Make somebody else an administrator first."
        raise ConflictError(message)
