"""Reading the audit chain: verify it against itself and the live rows, export it, and list its events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.audit import Broken, Checkpoint, Link, Walk, payload_hash
from app.domain.permission import Permission
from app.models.audit import AuditEvent, AuditHead, AuditPayload
from app.models.person import Installation, Person
from app.queries import audit_apart
from app.queries.audit_rows import LiveRows

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_BATCH = 1_000
_COPIED = ("at", "actor", "action", "object")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Sound:
    """A chain that holds: how many events, the line that witnesses them, and which payloads were erased."""

    size: int
    checkpoint: str
    erased: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the audit page lists it; no payload. ``closed``: who it was and on what is not told yet."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    closed: bool = False


def verify(session: Session, checkpoint: Checkpoint | None = None) -> Sound | Broken:
    """Recompute the whole chain and compare it with its copies, its payloads, its head and the live sealed rows.

    Return the first fault by number; a live row that no event speaks of is reported under number 0. The session must
    not have asked anything yet, so that everything is read from one snapshot.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    walk, live = Walk(checkpoint), LiveRows(session)
    erased: list[int] = []
    for batch in _batches(session):
        sound, broken = _sound_part(walk, batch)
        # Rows before a broken event come first, and what a broken event tells is not to be trusted.
        broken = live.fault(sound) or broken
        if broken:
            return broken
        erased += [row.seq for row in sound if row.payload_seq is not None and row.payload is None]
    broken = _head_fault(session, walk) or walk.end() or live.end()
    return broken or Sound(walk.head.seq, walk.line(), tuple(erased))


def exported(session: Session) -> Iterator[str]:
    """Every event as one line of JSON, without payloads: enough to verify the chain elsewhere, and nothing personal."""
    for batch in _batches(session):
        for row in batch:
            event = {"seq": row.seq, "body": row.body, "prev": row.prev, "hash": row.hash}
            yield json.dumps(event, sort_keys=True, ensure_ascii=False)


def events(
    session: Session, actor: ActorFacts, *, before: int | None = None, action: str = "", limit: int = PAGE
) -> tuple[Event, ...]:
    """The newest events first, those below number ``before``, of actions that begin with ``action``.

    Seals of a kind that the reader still has to answer apart from are listed without who and on what.
    """
    require(actor, Permission.AUDIT_READ)
    statement = (
        select(AuditEvent.seq, AuditEvent.at, AuditEvent.actor, AuditEvent.action, AuditEvent.object)
        .order_by(AuditEvent.seq.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(AuditEvent.seq < before)
    if action:
        statement = statement.where(AuditEvent.action.startswith(action, autoescape=True))
    rows = session.execute(statement).all()
    names = _names(session, [row.actor for row in rows])
    closed = audit_apart.closed_actions(session, actor.person_id)
    return tuple(
        Event(r.seq, r.at, "", r.action, "", closed=True)
        if r.action in closed
        else Event(r.seq, r.at, names.get(r.actor, r.actor), r.action, r.object)
        for r in rows
    )


def _names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    ids = {UUID(actor.removeprefix("user/")) for actor in actors if actor.startswith("user/")}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {f"user/{person_id}": name for person_id, name in found}


def _batches(session: Session) -> Iterator[Sequence[Row[Any]]]:
    statement: Select[Any] = (
        select(
            *(getattr(AuditEvent, name) for name in ("seq", "body", "prev", "hash", *_COPIED)),
            AuditPayload.seq.label("payload_seq"),
            AuditPayload.salt,
            AuditPayload.body.label("payload"),
        )
        .outerjoin(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .order_by(AuditEvent.seq)
        .limit(_BATCH)
    )
    rows = session.execute(statement).all()
    while rows:
        yield rows
        rows = session.execute(statement.where(AuditEvent.seq > rows[-1].seq)).all()


def _sound_part(walk: Walk, batch: Sequence[Row[Any]]) -> tuple[list[Row[Any]], Broken | None]:
    """The events of a batch up to the first that does not hold, and what is wrong with that one."""
    sound: list[Row[Any]] = []
    for row in batch:
        broken = walk.step(Link(row.seq, row.body, row.prev, row.hash)) or _row_fault(row)
        if broken:
            return sound, broken
        sound.append(row)
    return sound, None


def _row_fault(row: Row[Any]) -> Broken | None:
    body = json.loads(row.body)
    for name in _COPIED:
        if getattr(row, name) != body[name]:
            return Broken(row.seq, f"its column {name!r} differs from its text")
    wrong = _payload_fault(row, body["payload"])
    return Broken(row.seq, wrong) if wrong else None


def _payload_fault(row: Row[Any], expected: str) -> str:
    if row.payload_seq is None:
        return "its payload is missing" if expected else ""
    if not expected:
        return "a payload was added to it"
    if row.salt is None and row.payload is None:
        return ""
    if row.salt is None or row.payload is None:
        return "its payload is half erased"
    return "" if payload_hash(row.salt, row.payload) == expected else "its payload does not match its hash"


def _head_fault(session: Session, walk: Walk) -> Broken | None:
    head = session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1)).one_or_none()
    last = walk.head
    if head is None:
        return Broken(last.seq, "the head row is missing") if last.seq else None
    if head.seq > last.seq:
        return Broken(last.seq + 1, f"event {last.seq + 1} is missing; the head says that there are {head.seq}")
    if (head.seq, head.hash) != (last.seq, last.hash):
        return Broken(last.seq, "the head row differs from the last event")
    instance = session.scalar(select(Installation.instance_id))
    if last.seq and str(instance) != walk.instance:
        return Broken(1, f"the chain began as instance {walk.instance}, this installation is {instance}")
    return None
