"""The audit chain: every change of a fact leaves a link in the same transaction.

Services call :func:`record`, which only notes the event on the session. Just before the commit everything is flushed,
the head row is locked as the very last lock, and the noted events are chained on. A rollback drops them, and a
savepoint that is rolled back drops those noted since it began, so the chain has neither holes nor ghosts.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, event, insert, update
from sqlalchemy.orm import Session, SessionTransaction

from app.domain import audit
from app.models import chain
from app.models.audit import AuditEvent, AuditHead, AuditPayload
from app.services import installation

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.permission import ActorFacts

SYSTEM, OPERATOR = "system", "operator"
"""Who acts where nobody is signed in: the program by itself, or somebody at the machine's own command line."""
SALT_BYTES = 16
_NOTED, _MARKS, _SALTS = "audit.noted", "audit.marks", "audit.salts"


_AT_THE_MACHINE: ContextVar[str | None] = ContextVar("at_the_machine", default=None)


@contextmanager
def at_the_machine(account: str) -> Iterator[None]:
    """What is done meanwhile is the operator's; ``account`` is the machine's own, and stays in the erasable payload."""
    before = _AT_THE_MACHINE.set(account)
    try:
        yield
    finally:
        _AT_THE_MACHINE.reset(before)


@dataclass(frozen=True, slots=True)
class _Noted:
    """An event that waits for the commit."""

    action: str
    actor: str
    subject: str
    on_behalf_of: str
    at: datetime
    payload: str | None


def record(
    session: Session,
    actor: ActorFacts | None,
    action: str,
    subject: str,
    *,
    now: datetime,
    payload: Mapping[str, object] | None = None,
    on_behalf_of: str = "",
) -> None:
    """Note one act for the chain: ``action`` such as ``scorecard.seal``, ``subject`` such as ``scorecard/<id>``.

    ``actor`` is ``None`` for the program itself, or for its operator (:func:`at_the_machine`). Names, notes and ratings
    go into ``payload`` only (texts, integers, lists and maps of them): it can be erased later while the chain holds.
    """
    who = f"user/{actor.person_id}" if actor else SYSTEM
    account = _AT_THE_MACHINE.get()
    if actor is None and account is not None:
        who, payload = OPERATOR, {**(payload or {}), "machine_account": account}
    text = None if payload is None else audit.canonical(dict(payload))
    noted: list[_Noted] = session.info.setdefault(_NOTED, [])
    noted.append(_Noted(action, who, subject, on_behalf_of, now, text))


def draw_salts_from(session: Session, source: Callable[[], bytes]) -> None:
    """Take the salts of this session's payloads from ``source`` (16 bytes each), for data that must come out alike."""
    session.info[_SALTS] = source


def checkpoint(session: Session) -> str:
    """The line that witnesses every event committed so far; what this transaction noted is not yet among them."""
    return chain.checkpoint(session)


def mend_head(session: Session, *, now: datetime) -> int:
    """Put the head row back to the last event and note that; the caller has verified the events. Its number."""
    last = chain.last_of(session)
    session.execute(delete(AuditHead))
    session.execute(insert(AuditHead).values(id=1, seq=last.seq, hash=last.hash))
    record(session, None, "audit.mend", "audit/head", now=now)
    return last.seq


def _append(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_NOTED):
        return
    session.flush()
    noted: list[_Noted] = session.info.pop(_NOTED)
    head = chain.lock_head(session)
    if head.seq == 0:
        instance = installation.ensure(session).instance_id
        noted.insert(0, _Noted("chain.begin", SYSTEM, f"instance/{instance}", "", noted[0].at, None))
    _chain_on(session, head, noted)


def _chain_on(session: Session, head: audit.Head, noted: list[_Noted]) -> None:
    salts: Callable[[], bytes] = session.info.get(_SALTS, _random_salt)
    events, payloads = [], []
    for item in noted:
        sealed = ""
        if item.payload is not None:
            salt = salts()
            sealed = audit.payload_hash(salt, item.payload)
            payloads.append({"seq": head.seq + 1, "salt": salt, "body": item.payload})
        row, head = _linked(head, item, sealed)
        events.append(row)
    session.execute(insert(AuditEvent), events)
    if payloads:
        session.execute(insert(AuditPayload), payloads)
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=head.seq, hash=head.hash))


def _linked(head: audit.Head, item: _Noted, sealed: str) -> tuple[dict[str, object], audit.Head]:
    body = audit.event_body(
        action=item.action,
        actor=item.actor,
        at=item.at,
        subject=item.subject,
        on_behalf_of=item.on_behalf_of,
        payload=sealed,
    )
    seq = head.seq + 1
    digest = audit.event_hash(bytes.fromhex(head.hash), seq, body).hex()
    row: dict[str, object] = {
        "seq": seq,
        "body": body,
        "prev": head.hash,
        "hash": digest,
        "at": audit.timestamp(item.at),
        "actor": item.actor,
        "action": item.action,
        "object": item.subject,
    }
    return row, audit.Head(seq, digest)


def _random_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        marks: dict[SessionTransaction, int] = session.info.setdefault(_MARKS, {})
        marks[transaction] = len(session.info.get(_NOTED, ()))


def _drop(session: Session, transaction: SessionTransaction) -> None:
    noted: list[_Noted] = session.info.get(_NOTED, [])
    del noted[session.info.get(_MARKS, {}).get(transaction, 0) if transaction.nested else 0 :]


def _forget_marks(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_MARKS, None)


event.listen(Session, "before_commit", _append)
event.listen(Session, "after_transaction_create", _mark)
event.listen(Session, "after_soft_rollback", _drop)
event.listen(Session, "after_transaction_end", _forget_marks)
