"""Verifying the audit chain: against itself, its payloads, its head, its checkpoints and the live sealed rows."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.domain.audit import Broken, Checkpoint, Head, checkpoint
from app.domain.audit_part import STRETCH
from app.domain.audit_tree import Tree
from app.formats.audit_key import signed_by
from app.models import chain
from app.models.audit import AuditCheckpoint, AuditEvent, AuditHead
from app.queries.audit_rows import LiveRows
from app.queries.audit_stretch import Checked, check, check_apart, snapshot

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MANY = 4 * STRETCH
"""From how many events on a chain is checked by several processes."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The installation's key as a verifier knows it, in hexadecimal."""

    key_id: str
    public: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A chain that holds: how many events, the line that witnesses them, and which payloads were erased.

    ``signed`` counts kept checkpoints whose signature was checked, ``unsigned`` those of keys that were not given.
    """

    size: int
    checkpoint: str
    erased: tuple[int, ...]
    signed: int = 0
    unsigned: int = 0


@dataclass(slots=True)
class _Whole:
    """What the stretches come to together. ``roots`` has the root at each size that was asked for."""

    head: Head
    tree: Tree
    roots: dict[int, str]
    erased: list[int]


def verify(
    session: Session,
    witness: Checkpoint | None = None,
    *,
    key: PublicKey | None = None,
    url: str = "",
    without_head: bool = False,
) -> Sound | Broken:
    """Recompute the whole chain and compare it with all that it must agree with.

    Return the first fault by number; a live row that no event speaks of is reported under number 0. The session must
    not have asked anything yet, so that everything is read from one snapshot. With the database's ``url`` a long
    chain is checked by several processes. ``without_head`` leaves the head row out, for mending it.
    """
    snapshot(session)
    kept = session.execute(select(AuditCheckpoint).order_by(AuditCheckpoint.size)).scalars().all()
    sizes = sorted({one.size for one in kept} | ({witness.size} if witness else set()))
    last = session.scalar(select(func.max(AuditEvent.seq))) or 0
    whole, live = _Whole(Head(0, ""), Tree(), {0: Tree().root().hex()}, []), LiveRows()
    for part in _parts(session, last, sizes, url):
        _join(whole, part)
        live.join(part.live)
        if part.stretch.broken:
            return part.stretch.broken
    instance = chain.instance_of(session)
    broken = (
        (None if without_head else _head_fault(session, whole))
        or _first_fault(session, whole, instance)
        or _kept_fault(kept, whole, instance, key)
        or (_witness_fault(witness, whole, instance) if witness else None)
        or live.end(session)
    )
    return broken or _sound(whole, instance, kept, key)


def exported(session: Session) -> Generator[str]:
    """Every event as one line of JSON, without payloads: enough to verify the chain elsewhere, and nothing personal."""
    statement = select(AuditEvent.seq, AuditEvent.body, AuditEvent.prev, AuditEvent.hash).order_by(AuditEvent.seq)
    # Closed at once when the reader stops half way: PostgreSQL keeps a cursor open for it.
    with session.execute(statement.execution_options(yield_per=1_000)) as rows:
        for row in rows:
            event = {"seq": row.seq, "body": row.body, "prev": row.prev, "hash": row.hash}
            yield json.dumps(event, sort_keys=True, ensure_ascii=False)


def _parts(session: Session, last: int, sizes: Sequence[int], url: str) -> Iterator[Checked]:
    if not url or last < MANY:
        yield check(session, 0, last, sizes)
        return
    waiting = deque(enumerate((low, min(low + STRETCH, last)) for low in range(0, last, STRETCH)))
    # A new interpreter for each: a copy of this one would share its open connection.
    context, others = multiprocessing.get_context("spawn"), max((os.cpu_count() or 1) - 1, 1)
    with ProcessPoolExecutor(max_workers=others, mp_context=context) as pool:
        own: dict[int, Checked] = {}
        given: dict[int, Future[Checked]] = {}
        try:
            for place in range(len(waiting)):
                while place not in own and not (place in given and given[place].done()) and waiting:
                    # One more than they can do now, so that none of them waits while this one checks a stretch too.
                    for _ in range(min(others + 1 - sum(not one.done() for one in given.values()), len(waiting))):
                        number, bounds = waiting.popleft()
                        given[number] = pool.submit(check_apart, url, *bounds, _within(sizes, *bounds))
                    if waiting:
                        number, bounds = waiting.popleft()
                        own[number] = check(session, *bounds, _within(sizes, *bounds))
                yield own.pop(place) if place in own else given.pop(place).result()
        finally:
            pool.shutdown(cancel_futures=True)


def _within(sizes: Iterable[int], low: int, high: int) -> tuple[int, ...]:
    return tuple(size for size in sizes if low < size <= high)


def _join(whole: _Whole, part: Checked) -> None:
    stretch = part.stretch
    for size, (own, peaks) in stretch.peaks_at.items():
        then = Tree.at(whole.tree.size, whole.tree.peaks())
        then.merge(Tree.at(own, peaks))
        whole.roots[size] = then.root().hex()
    whole.tree.merge(stretch.tree)
    whole.head = stretch.head
    whole.erased += stretch.erased


def _head_fault(session: Session, whole: _Whole) -> Broken | None:
    head = session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1)).one_or_none()
    last = whole.head
    if head is None:
        return Broken(last.seq, "the head row is missing") if last.seq else None
    if head.seq > last.seq:
        return Broken(last.seq + 1, f"event {last.seq + 1} is missing; the head says that there are {head.seq}")
    if last.seq and (head.seq, head.hash) != (last.seq, last.hash):
        return Broken(last.seq, "the head row differs from the last event")
    return None


def _first_fault(session: Session, whole: _Whole, instance: str) -> Broken | None:
    if not whole.head.seq:
        return None
    begun = session.scalar(select(AuditEvent.object).where(AuditEvent.seq == 1)) or ""
    began = begun.removeprefix("instance/")
    if began != instance:
        return Broken(1, f"the chain began as instance {began}, this installation is {instance}")
    return None


def _witness_fault(witness: Checkpoint, whole: _Whole, instance: str) -> Broken | None:
    if whole.head.seq and witness.instance != instance:
        return Broken(1, f"the checkpoint is of instance {witness.instance}, this chain is of {instance}")
    return _size_fault(witness.size, witness.root, whole)


def _size_fault(size: int, root: str, whole: _Whole) -> Broken | None:
    if whole.head.seq < size:
        cut = f"the chain ends at event {whole.head.seq}, but the checkpoint saw {size} events"
        return Broken(whole.head.seq + 1, cut)
    if whole.roots[size] != root:
        return Broken(size, f"the first {size} events are not those that the checkpoint saw")
    return None


def _kept_fault(kept: Iterable[AuditCheckpoint], whole: _Whole, instance: str, key: PublicKey | None) -> Broken | None:
    for one in kept:
        broken = _size_fault(one.size, one.root, whole)
        if broken:
            return broken
        if _root_of(one) != one.root:
            return Broken(one.size, "the kept checkpoint contradicts itself")
        line = checkpoint(instance, one.size, bytes.fromhex(one.root))
        if key and key.key_id == one.key_id and not signed_by(key.public, line, one.signature):
            return Broken(one.size, "the signature of the kept checkpoint is not of this installation's key")
    return None


def _root_of(kept: AuditCheckpoint) -> str:
    try:
        return Tree.at(kept.size, kept.peaks).root().hex()
    except ValueError:
        return ""


def _sound(whole: _Whole, instance: str, kept: Sequence[AuditCheckpoint], key: PublicKey | None) -> Sound:
    line = checkpoint(instance, whole.tree.size, whole.tree.root()) if whole.tree.size else ""
    ours = sum(key is not None and one.key_id == key.key_id for one in kept)
    return Sound(whole.head.seq, line, tuple(whole.erased), ours, len(kept) - ours)
