"""Checking a stretch of the audit chain: links, hashes, copied columns and payloads, a million events in seconds.

A long chain is cut into stretches that begin at multiples of a power of two, so that each can be checked apart and
their trees merge. The first event of a stretch is held against the hash that the event before it has stored; whether
that one is right is for the stretch before to say.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.audit import EVENT_DOMAIN, GENESIS, Broken, Head, payload_hash
from app.domain.audit_tree import Tree

STRETCH = 1 << 16
"""How many events a stretch has; a power of two."""
_COPIED = ("at", "actor", "action", "object")
_BARE, _END = '","payload":""}', '"}'
_HEX_DIGITS = 64
_FRAME = struct.Struct(">QQ").pack
"""The number of an event and the length of its text as they are hashed."""


class StoredEvent(NamedTuple):
    """An event as its row has it."""

    seq: int
    body: str
    prev: str
    hash: str
    at: str
    actor: str
    action: str
    object: str


EventRow = tuple[int, str, str, str, str, str, str, str]
"""A :class:`StoredEvent` as a driver gives it, which is a third faster to make."""
Payload = tuple[bytes | None, str | None]
"""Salt and text of an event's payload, both None once it was erased."""


@dataclass(slots=True)
class Stretch:
    """What was checked of a stretch so far: where it stands, its own tree, and what is wrong if anything.

    ``peaks_at`` has, for the sizes of the whole chain that were asked for, size and peaks of the stretch's tree then.
    ``erased`` are the events whose payload was erased.
    """

    head: Head
    sizes: tuple[int, ...] = ()
    tree: Tree = field(default_factory=Tree)
    peaks_at: dict[int, tuple[int, str]] = field(default_factory=dict)
    erased: list[int] = field(default_factory=list)
    broken: Broken | None = None

    def take(self, rows: Sequence[EventRow], payloads: Mapping[int, Payload]) -> None:
        """Check the next events, up to the first that does not hold; ``payloads`` are those there are, by number."""
        leaves = self._sound_leaves(rows, payloads)
        begun = self.head.seq
        for size in self.sizes:
            if begun < size <= begun + len(leaves):
                self.tree.extend(leaves[self.head.seq - begun : size - begun])
                self.peaks_at[size] = (self.tree.size, self.tree.peaks())
                self.head = Head(size, leaves[size - begun - 1].hex())
        self.tree.extend(leaves[self.head.seq - begun :])
        if leaves:
            self.head = Head(begun + len(leaves), leaves[-1].hex())

    def _sound_leaves(self, rows: Sequence[EventRow], payloads: Mapping[int, Payload]) -> list[bytes]:
        """The hashes of the events up to the first that does not hold."""
        seq, prev, last, leaves = self.head.seq, bytes.fromhex(self.head.hash), self.head.hash, []
        sha256, find = hashlib.sha256, payloads.get
        for row in rows:
            number, body, before, stored, at, actor, action, subject = row
            text = body.encode()
            seq += 1
            prev = sha256(EVENT_DOMAIN + prev + _FRAME(seq, len(text)) + text).digest()
            start = f'{{"action":"{action}","actor":"{actor}","at":"{at}","object":"{subject}","on_behalf_of":"'
            # Canonical JSON has one spelling, so text is compared. With an odd quote or a backslash the same text
            # could be cut in another way; then it is read as JSON.
            plain = body.startswith(start) and start.count('"') == _QUOTES and "\\" not in start
            sound = number == seq and before == last and stored == prev.hex()
            if not sound or not (plain or not _column_fault(row)) or not self._pays(seq, body, find(seq)):
                self.broken = Broken(seq, _fault(row, seq, last, prev.hex(), find(number)))
                break
            last = stored
            leaves.append(prev)
        return leaves

    def _pays(self, seq: int, body: str, payload: Payload | None) -> bool:
        """Whether the payload is the one that the body tells of."""
        if payload is None:
            return body.endswith(_BARE)
        salt, text = payload
        if salt is None and text is None:
            self.erased.append(seq)
            return not body.endswith(_BARE)
        return not _payload_fault(payload, _told(body))


_QUOTES = '{"action":"","actor":"","at":"","object":"","on_behalf_of":"'.count('"')


def before_first(sizes: Iterable[int] = ()) -> Stretch:
    """The stretch that begins with the first event."""
    return Stretch(Head(0, GENESIS.hex()), tuple(sizes))


def _fault(row: EventRow, expected: int, last: str, digest: str, payload: Payload | None) -> str:
    """What is wrong with an event that does not hold, the most telling first."""
    event = StoredEvent._make(row)
    if event.seq != expected:
        return f"event {expected} is missing; the next one found is {event.seq}"
    if event.prev != last:
        return "it does not link to the event before it"
    if event.hash != digest:
        return "its text does not match its hash"
    return _column_fault(row) or _payload_fault(payload, _told(event.body))


def _column_fault(row: EventRow) -> str:
    event = StoredEvent._make(row)
    try:
        body = json.loads(event.body)
        wrong = next((name for name in _COPIED if getattr(event, name) != body[name]), "")
    except (ValueError, LookupError, TypeError):
        return "its text is not that of an event"
    return f"its column {wrong!r} differs from its text" if wrong else ""


def _told(body: str) -> str:
    """The hash of the payload as the end of a body has it, empty without one."""
    return "" if body.endswith(_BARE) else body[-_HEX_DIGITS - len(_END) : -len(_END)]


def _payload_fault(payload: Payload | None, expected: str) -> str:
    if payload is None:
        return "its payload is missing" if expected else ""
    if not expected:
        return "a payload was added to it"
    salt, text = payload
    if salt is None and text is None:
        return ""
    if salt is None or text is None:
        return "its payload is half erased"
    return "" if payload_hash(salt, text) == expected else "its payload does not match its hash"
