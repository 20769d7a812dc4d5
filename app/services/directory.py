"""Accounts as the company's own directory has them: the same list twice changes nothing the second time.

A line is known by its external id, else by its address. Whoever is no longer active there is out at once. Roles are
never taken from here: new people are employees, and everything beyond that is given by people.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.errors import ConflictError, Fault, InvalidError
from app.domain.permission import Role
from app.models.credentials import DirectoryEntry
from app.models.person import Person
from app.services import accounts, audit, credential_changes
from app.services.credential_changes import Change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.formats.directory_file import DirectoryLine


@dataclass(slots=True)
class Outcome:
    """Whose accounts were ``added``, ``changed``, ``closed`` or ``opened``; ``same`` counts those left as they were."""

    added: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    closed: list[UUID] = field(default_factory=list)
    opened: list[UUID] = field(default_factory=list)
    same: int = 0


def follow(session: Session, lines: Sequence[DirectoryLine], *, now: datetime) -> Outcome:
    """Bring the accounts to what the directory says; nothing at all changes when one line cannot be followed.

    :class:`InvalidError` names each such line. Nobody who stands in no line is touched.
    """
    outcome, faults = Outcome(), []
    for line in lines:
        try:
            with session.begin_nested():
                _follow_one(session, line, outcome, now=now)
        except (InvalidError, ConflictError) as error:
            faults.append(Fault("file", f"line {line.line}: {error}"))
    if faults:
        raise InvalidError(tuple(faults))
    return outcome


def _follow_one(session: Session, line: DirectoryLine, outcome: Outcome, *, now: datetime) -> None:
    person = _known(session, line)
    if person is None:
        if line.active:
            outcome.added.append(_add(session, line, now=now))
        else:
            outcome.same += 1
        return
    _remember(session, line, person.id, now=now)
    differs = _change(session, line, person, now=now)
    if person.active != line.active:
        accounts.set_active(session, None, person.id, active=line.active, now=now)
        (outcome.opened if line.active else outcome.closed).append(person.id)
    elif differs:
        outcome.changed.append(person.id)
    else:
        outcome.same += 1


def _known(session: Session, line: DirectoryLine) -> Person | None:
    if line.external_id:
        entry = session.get(DirectoryEntry, line.external_id)
        if entry is not None:
            return session.get_one(Person, entry.person_id, with_for_update=True)
    return session.scalar(select(Person).where(Person.email == line.email).with_for_update())


def _add(session: Session, line: DirectoryLine, *, now: datetime) -> UUID:
    person_id = accounts.create_person(
        session, None, email=line.email, name=line.name, password=None, roles=[Role.EMPLOYEE], now=now,
        zone=line.zone or "UTC",
    )  # fmt: skip
    _remember(session, line, person_id, now=now)
    return person_id


def _remember(session: Session, line: DirectoryLine, person_id: UUID, *, now: datetime) -> None:
    if not line.external_id:
        return
    kept = session.scalar(select(DirectoryEntry).where(DirectoryEntry.person_id == person_id))
    if kept is not None and kept.external_id != line.external_id:
        message = f"{line.email} is known by another external id already"
        raise ConflictError(message)
    if kept is None:
        session.add(DirectoryEntry(external_id=line.external_id, person_id=person_id, read_at=now))
    else:
        kept.read_at = now


def _change(session: Session, line: DirectoryLine, person: Person, *, now: datetime) -> bool:
    name, zone, before = line.name or person.name, line.zone or person.zone, person.email
    if (line.email, name, zone) == (before, person.name, person.zone):
        return False
    faults = accounts.identity_faults(line.email, name, zone)
    taken = select(Person.id).where(Person.email == line.email, Person.id != person.id)
    if session.scalar(taken) is not None:
        faults.append(Fault("email", f"Somebody else has an account with the address {line.email}."))
    if faults:
        raise InvalidError(tuple(faults))
    person.email, person.name, person.zone = line.email, name, zone
    session.flush()
    if line.email != before:
        credential_changes.changed(session, None, person.id, Change.ADDRESS, now=now, also=before)
    said = {"email": line.email, "name": name, "zone": zone}
    audit.record(session, None, "person.follow_directory", f"user/{person.id}", now=now, payload=said)
    return True
