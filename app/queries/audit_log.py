"""Listing the audit chain: who did what, when and on what, newest first, as narrowed by the reader."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, or_, select, union

from app.domain.access import require
from app.domain.audit_words import KINDS
from app.domain.permission import Permission
from app.models.audit import AuditEvent, AuditPayload
from app.models.person import Person
from app.queries import audit_apart
from app.queries import audit_related as related

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PAGE = 50
MOST_PEOPLE = 200
_SYSTEM = "system"
_UNNAMED = (_SYSTEM, "operator")
"""Who acts without an account: the program, and whoever sits at its machine."""
_OWN = frozenset({"session.begin", "session.prove", "session.end"})
"""What the chain has under the program, because nobody is signed in yet or any more, and somebody did themselves."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a reader looks for; empty fields leave everything in.

    ``action``: how it begins; ``person``: part of a name or e-mail of who did it or whose account it is on, ``system``
    or ``operator``; ``subject``: an object such as ``scorecard/ID``, an ID, or the address of a page, with what belongs
    to it; ``since`` and ``until``: days in UTC, both included.
    """

    action: str = ""
    person: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the audit page lists it; no payload. ``closed``: who it was and on what is not told yet.

    ``actor``: who did it by name; of signing in and out whoever it was, though the chain has the program there.
    ``about``: the name of the person whose account it is on, which decision a printed file holds, or an empty text.
    """

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    closed: bool = False
    about: str = ""


def events(
    session: Session,
    actor: ActorFacts,
    *,
    before: int | None = None,
    action: str = "",
    narrowing: Narrowing | None = None,
    limit: int = PAGE,
) -> tuple[Event, ...]:
    """The newest events first, those below number ``before``, of actions that begin with ``action``.

    Seals of a kind that the reader still has to answer apart from are listed without who and on what, and not at all
    where somebody looks for a person or an object: what is found would tell.
    """
    require(actor, Permission.AUDIT_READ)
    wanted = narrowing or Narrowing(action=action)
    closed = audit_apart.closed_actions(session, actor.person_id)
    statement = _narrowed(session, wanted, closed).order_by(AuditEvent.seq.desc()).limit(limit)
    if before is not None:
        statement = statement.where(AuditEvent.seq < before)
    rows = session.execute(_with_print(statement)).all()
    names = _names(session, [text for row in rows for text in (row.actor, row.object)])
    return tuple(
        Event(r.seq, r.at, "", r.action, "", closed=True)
        if r.action in closed
        else Event(r.seq, r.at, _who(r, names), r.action, r.object, about=names.get(r.object, _held(r.body)))
        for r in rows
    )


def _who(row: Row[Any], names: dict[str, str]) -> str:
    who: str = row.object if row.actor == _SYSTEM and row.action in _OWN else row.actor
    return names.get(who, who)


def _with_print(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """With the payloads of prints, whose objects are digests of files, and of nothing else."""
    printed = (AuditPayload.seq == AuditEvent.seq) & (AuditEvent.action == "decision.print")
    return statement.outerjoin(AuditPayload, printed).add_columns(AuditPayload.body)


def _held(payload: str | None) -> str:
    """Which decision a printed file holds, as the object that its other events name."""
    return f"decision/{json.loads(payload)['decision']}" if payload else ""


def answers_apart(session: Session, actor: ActorFacts) -> bool:
    """Whether the reader still has to answer apart from others, so that the whole chain is not for them yet."""
    require(actor, Permission.AUDIT_READ)
    return bool(audit_apart.closed_actions(session, actor.person_id))


def subjects_of(text: str) -> tuple[str, ...]:
    """The objects that a typed text can mean: of every kind where only an ID or an address is given."""
    kind, slash, rest = text.strip().partition("/")
    if slash and kind in KINDS:
        return (f"{kind}/{rest}",)
    thing = _id_in(text)
    return tuple(f"{kind}/{thing}" for kind in sorted(KINDS)) if thing else (text.strip(),)


def _id_in(text: str) -> UUID | None:
    """The ID that a text is, or the last one in an address."""
    found = [part for part in re.split(r"[/?#]", text) if _is_id(part)]
    return UUID(found[-1].strip()) if found else None


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text.strip()))
    except ValueError:
        return False


def _narrowed(session: Session, wanted: Narrowing, closed: frozenset[str]) -> Select[*tuple[Any, ...]]:
    statement = select(AuditEvent.seq, AuditEvent.at, AuditEvent.actor, AuditEvent.action, AuditEvent.object)
    if wanted.action:
        statement = statement.where(AuditEvent.action.startswith(wanted.action, autoescape=True))
    if wanted.person:
        statement = statement.where(_by_or_about(_actors(session, wanted.person)))
    if wanted.subject:
        statement = statement.where(_about(session, wanted.subject))
    if closed and (wanted.person or wanted.subject):
        statement = statement.where(AuditEvent.action.not_in(closed))
    if wanted.since:
        statement = statement.where(AuditEvent.at >= wanted.since.isoformat())
    if wanted.until:
        statement = statement.where(AuditEvent.at < (wanted.until + timedelta(days=1)).isoformat())
    return statement


def _about(session: Session, text: str) -> ColumnElement[bool]:
    """Events that name the object, and those of what belongs to it."""
    named = AuditEvent.object.in_(subjects_of(text))
    thing = _id_in(text)
    if thing is None:
        return named
    # One question after the other, as below.
    return AuditEvent.seq.in_(union(select(AuditEvent.seq).where(named), *related.events_of(session, thing)))


def _by_or_about(actors: Sequence[str]) -> ColumnElement[bool]:
    """What these did, and what was done to their accounts: nobody acts yet while they sign in."""
    if set(actors) <= set(_UNNAMED):
        own = (AuditEvent.actor == _SYSTEM) & AuditEvent.action.in_(sorted(_OWN))
        return AuditEvent.actor.in_(actors) & ~own
    # One question after the other, because each is answered by its own index; joined by OR neither would be used.
    did = select(AuditEvent.seq).where(AuditEvent.actor.in_(actors))
    return AuditEvent.seq.in_(union(did, select(AuditEvent.seq).where(AuditEvent.object.in_(actors))))


def _actors(session: Session, text: str) -> list[str]:
    if text.strip().lower() in _UNNAMED:
        return [text.strip().lower()]
    part = text.strip().lower()
    found = session.scalars(
        select(Person.id)
        .where(
            or_(func.lower(Person.name).contains(part, autoescape=True), Person.email.contains(part, autoescape=True))
        )
        .order_by(Person.name)
        .limit(MOST_PEOPLE)
    )
    return [f"user/{person_id}" for person_id in found]


def _names(session: Session, texts: Sequence[str]) -> dict[str, str]:
    people = {text.removeprefix("user/") for text in texts if text.startswith("user/")}
    ids = {UUID(person) for person in people if _is_id(person)}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {f"user/{person_id}": name for person_id, name in found}
