"""One stretch of the audit chain against its rows: read raw from the driver, because a million rows have to pass."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select, text

from app.domain.audit import GENESIS, Broken, Head
from app.domain.audit_part import EventRow, Payload, Stretch
from app.models.audit import AuditEvent, AuditPayload
from app.models.engine import make_engine, reading
from app.queries.audit_rows import LiveRows

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_BATCH = 5_000
_ROWS_AT_ONCE = 1_000
"""How many sealed rows are compared at once: asking costs more than comparing."""
_UNREADABLE = "a text of it, or of an event soon after, is damaged and cannot be read"


@dataclass(slots=True)
class Checked:
    """What a stretch came to, and what its events said of the rows that are sealed."""

    stretch: Stretch
    live: LiveRows


def snapshot(session: Session) -> None:
    """Read everything that follows from one state of the database; nothing may have been asked before."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        # While other processes check, this one waits inside its transaction.
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def check(session: Session, after: int, last: int, sizes: Sequence[int]) -> Checked:
    """Check the events with numbers above ``after`` up to ``last``; ``sizes`` are remembered for checkpoints."""
    stretch, live = Stretch(_head_at(session, after), tuple(sizes)), LiveRows()
    try:
        with _nothing_collected():
            for rows, payloads in _batches(session, after, last):
                _take(session, stretch, live, rows, payloads)
                if stretch.broken:
                    break
            else:
                stretch.broken = live.compare(session)
    except sqlite3.OperationalError as error:
        # The driver's own, because rows are read past SQLAlchemy: one flipped bit can leave a text that is none.
        if not str(error).startswith("Could not decode"):
            raise
        stretch.broken = live.compare(session) or Broken(stretch.head.seq + 1, _UNREADABLE)
    return Checked(stretch, live)


def _take(
    session: Session, stretch: Stretch, live: LiveRows, rows: Sequence[EventRow], payloads: Mapping[int, Payload]
) -> None:
    begun = stretch.head.seq
    stretch.take(rows, payloads)
    # Rows before a broken event come first, and what a broken event tells is not to be trusted.
    stretch.broken = live.take(rows[: stretch.head.seq - begun], payloads) or stretch.broken
    if stretch.broken or live.waiting >= _ROWS_AT_ONCE:
        stretch.broken = live.compare(session) or stretch.broken


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Look for no cycles meanwhile: among millions of rows that refer to nothing it takes a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def check_apart(url: str, after: int, last: int, sizes: Sequence[int]) -> Checked:
    """The same in a process of its own, on a connection of its own."""
    with reading(_engine(url)) as session:
        snapshot(session)
        return check(session, after, last, sizes)


_engine = cache(make_engine)
"""Kept until the process ends, which is when the chain is checked."""


def _head_at(session: Session, seq: int) -> Head:
    """What the event before a stretch says its hash is; whether that is true, the stretch before finds out."""
    stored = session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == seq)) if seq else None
    try:
        return Head(seq, bytes.fromhex(stored or "").hex() or GENESIS.hex())
    except ValueError:
        return Head(seq, GENESIS.hex())


def _batches(session: Session, after: int, last: int) -> Iterator[tuple[list[EventRow], dict[int, Payload]]]:
    while after < last:
        rows = _tuples(session, _EVENTS.where(AuditEvent.seq > after, AuditEvent.seq <= last).limit(_BATCH))
        if not rows:
            return
        upto = rows[-1][0]
        payloads = _tuples(session, _PAYLOADS.where(AuditPayload.seq > after, AuditPayload.seq <= upto))
        yield rows, {seq: (salt, body) for seq, salt, body in payloads}
        after = upto


def _tuples(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Any]:
    """The driver's own tuples: a row object for each would cost as much as the check."""
    answer = session.connection().execute(statement)
    found: list[Any] = cast("Any", answer.cursor).fetchall()
    answer.close()
    return found


_EVENTS = select(
    AuditEvent.seq, AuditEvent.body, AuditEvent.prev, AuditEvent.hash, AuditEvent.at, AuditEvent.actor,
    AuditEvent.action, AuditEvent.object,
).order_by(AuditEvent.seq)  # fmt: skip
_PAYLOADS = select(AuditPayload.seq, AuditPayload.salt, AuditPayload.body)
