"""People: who they are, what they may be asked to do, and how they prove it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.granting import TAKES_TWO
from app.domain.permission import ActorFacts, Permission, Role
from app.models.facts import application_facts
from app.models.person import Person, RoleGrant
from app.services import (
    audit,
    credential_changes,
    granting,
    passwords,
    second_factor,
    sessions,
    time_zones,
    witnesses,
)
from app.services.credential_changes import Change
from app.services.passwords import USUAL, PasswordRules

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
    rules: PasswordRules = USUAL,
) -> UUID:
    """Add an account; ``actor`` is ``None`` on the command line. Raise :class:`InvalidError` with every fault."""
    if actor is not None:
        require(actor, Permission.PERSON_INVITE)
        granting.lock_people(session, actor)
    return _add(session, actor, email=email, name=name, password=password, roles=roles, zone=zone, now=now, rules=rules)


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
    rules: PasswordRules = USUAL,
) -> UUID:
    """Add an account for somebody whose first year begins: an employee, and never anything more.

    Whoever may begin the plan may do this, of that ``application_id`` if it comes from a decision. Without a password
    nobody signs in until an administrator has given one.
    """
    facts = found(application_facts(session, actor, application_id)) if application_id else None
    require(actor, Permission.ONBOARDING_START, facts)
    roles = (Role.EMPLOYEE,)
    return _add(session, actor, email=email, name=name, password=password, roles=roles, zone=zone, now=now, rules=rules)


def telling(name: str, email: str) -> tuple[str, ...]:
    """The words that everybody knows of a person, which make a poor password."""
    return (*name.split(), email.partition("@")[0])


def give_password(session: Session, email: str, password: str, *, now: datetime, rules: PasswordRules = USUAL) -> None:
    """Set the first password of an account that has none, on the command line; :class:`ConflictError` if it has."""
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()).with_for_update())
    if person is None:
        raise NotFoundError
    if person.password_hash is not None:
        message = "This account has a password already. Its owner changes it under Your account."
        raise ConflictError(message)
    faults = passwords.faults(password, about=telling(person.name, person.email), rules=rules)
    if faults:
        raise InvalidError(tuple(faults))
    person.password_hash = passwords.hashed(password)
    credential_changes.changed(session, None, person.id, Change.PASSWORD, now=now)


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
    rules: PasswordRules,
) -> UUID:
    address, called = email.strip().lower(), " ".join(name.split())
    faults = [*identity_faults(address, called, zone)]
    if password is not None:
        faults += passwords.faults(password, about=telling(called, address), rules=rules)
    if session.scalar(select(Person.id).where(Person.email == address)):
        faults.append(Fault("email", "Somebody already has an account with this address."))
    if faults:
        raise InvalidError(tuple(faults))
    person = Person(email=address, name=called, zone=zone, created_at=now)
    person.password_hash = passwords.hashed(password) if password is not None else None
    session.add(person)
    session.flush()
    given = _given(session, actor, person.id, frozenset(roles), now=now)
    granted_by = actor.person_id if actor else None
    person.roles = [RoleGrant(role=role, granted_by_id=granted_by, granted_at=now) for role in sorted(given)]
    names = {"email": address, "name": called, "roles": ",".join(sorted(given))}
    audit.record(session, actor, "person.create", f"user/{person.id}", now=now, payload=names)
    return person.id


def _given(
    session: Session, actor: ActorFacts | None, person_id: UUID, roles: frozenset[Role], *, now: datetime
) -> frozenset[Role]:
    """Those of the roles that hold at once; the others wait for a second administrator."""
    if actor is None or not roles & TAKES_TWO:
        return roles
    granting.lock_people(session)
    return roles - granting.held_back(session, actor, person_id, roles, now=now)


@dataclass(frozen=True, slots=True)
class Fitting:
    """An account whose password was found right, and the hash against which that was so."""

    person_id: UUID
    stored: str


def fitting(session: Session, email: str, password: str) -> Fitting | None:
    """The active account whose password this is; unknown accounts take the same time to refuse."""
    row = session.execute(
        select(Person.id, Person.password_hash, Person.active).where(Person.email == email.strip().lower())
    ).one_or_none()
    fits = passwords.matches(row.password_hash if row else None, password)
    return Fitting(row.id, row.password_hash) if row and fits and row.active else None


def authenticate(session: Session, email: str, password: str) -> UUID | None:
    """The active person whose password this is."""
    found_right = fitting(session, email, password)
    return found_right.person_id if found_right else None


def confirm_fitting(session: Session, known: Fitting, password: str) -> None:
    """Make sure, where the session begins, that the password is still the one that was found right.

    It takes a moment to check one, in which its owner may have chosen another; :class:`InvalidError` then. One that was
    kept with less work than is asked for today is kept anew.
    """
    person = session.get(Person, known.person_id, with_for_update=True)
    if person is None or not person.active or person.password_hash != known.stored:
        raise InvalidError((Fault("password", "This password was changed a moment ago. Use the new one."),))
    if passwords.outdated(known.stored):
        person.password_hash = passwords.hashed(password)


def check_password(session: Session, person_id: UUID, password: str) -> None:
    """Let the right password of an account pass; :class:`InvalidError` otherwise."""
    stored = session.scalar(select(Person.password_hash).where(Person.id == person_id))
    if not passwords.matches(stored, password):
        raise InvalidError((Fault("password", "This is not your password."),))


def change_password(
    session: Session,
    actor: ActorFacts,
    *,
    old: str,
    new: str,
    keep: str | None,
    now: datetime,
    rules: PasswordRules = USUAL,
) -> None:
    """Set the actor's own password and end their other sessions and links; ``keep`` is the token of this browser.

    Whoever has no password yet, or a second factor, proves first who they are, as for any other way to sign in.
    """
    require(actor, Permission.ACCOUNT_KEEP)
    person = _locked(session, actor.person_id)
    if person.password_hash is None or second_factor.ways(session, person.id).any:
        # With no password to repeat, or a second factor that says more than one, a found session must not do.
        require(actor, Permission.CREDENTIAL_CHANGE)
    if person.password_hash is not None and not passwords.matches(person.password_hash, old):
        raise InvalidError((Fault("old", "This is not your current password."),))
    faults = passwords.faults(new, about=telling(person.name, person.email), rules=rules)
    if faults:
        raise InvalidError(tuple(Fault("new", fault.message) for fault in faults))
    person.password_hash = passwords.hashed(new)
    credential_changes.changed(session, actor, person.id, Change.PASSWORD, now=now, keep=keep)


def set_zone(session: Session, actor: ActorFacts, zone: str, *, now: datetime) -> None:
    """Choose the zone in which the actor reads times."""
    require(actor, Permission.ACCOUNT_KEEP)
    if wrong := time_zones.faults(zone):
        raise InvalidError(tuple(wrong))
    _locked(session, actor.person_id).zone = zone
    audit.record(session, actor, "person.zone", f"user/{actor.person_id}", now=now)


def set_active(session: Session, actor: ActorFacts | None, person_id: UUID, *, active: bool, now: datetime) -> None:
    """Open or close an account; closing ends its sessions and one-time links at once.

    ``actor`` is ``None`` on the command line.
    """
    if actor is not None:
        require(actor, Permission.PERSON_INVITE)
    if actor is not None and person_id == actor.person_id:
        message = "Nobody closes their own account: ask another administrator."
        raise NotAllowedError(message)
    granting.lock_people(session, actor)
    person = _locked(session, person_id)
    if not active and any(grant.role is Role.ADMIN for grant in person.roles):
        granting.keep_an_admin(session, person_id)
        witnesses.tell(session, witnesses.REMOVED, person_id, by=actor.person_id if actor else None, now=now)
    person.active = active
    # Also when it is opened again: a sign-in may have been under way while it closed.
    sessions.end_all(session, person_id)
    if not active:
        credential_changes.void_links(session, person_id, now=now)
    audit.record(session, actor, "person.open" if active else "person.close", f"user/{person_id}", now=now)


def identity_faults(address: str, name: str, zone: str) -> list[Fault]:
    """What is wrong with who somebody is said to be."""
    faults = []
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        faults.append(Fault("email", "Write an e-mail address such as name@example.org."))
    if not name or len(name) > NAME_LIMIT:
        faults.append(Fault("name", f"Write the person's name, at most {NAME_LIMIT} characters."))
    return faults + time_zones.faults(zone)


def _locked(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFoundError
    return person
