"""The arithmetic of the audit chain: how an event is written down, linked to the one before, and checked.

Bodies are canonical JSON of strings and integers. A body carries ids, the action and the hash of a payload; names,
notes and ratings lie in the payload, which can be erased without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.audit_tree import Tree

GENESIS = bytes(32)
EVENT_DOMAIN = b"\x00plumbline/audit/v1\x00"
_LINE = re.compile(r"plumbline-audit/v1 (?P<instance>[0-9a-fA-F-]{36}) (?P<size>[0-9]{1,18}) (?P<root>[0-9a-fA-F]{64})")
PAYLOAD_DOMAIN = b"\x00plumbline/payload/v1\x00"


@dataclass(frozen=True, slots=True)
class Link:
    """One stored event as the verifier reads it; hashes are lower-case hexadecimal."""

    seq: int
    body: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the number and the hash of its last event (0 and zeros before the first)."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where a chain does not hold, and what is wrong there."""

    seq: int
    what: str


def timestamp(moment: datetime) -> str:
    """The 27-character UTC text that is hashed: ``2026-11-22T00:00:00.000000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces; the same content always gives the same text."""
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def event_body(
    *,
    action: str,
    actor: str,
    at: datetime,
    subject: str,
    on_behalf_of: str = "",
    payload: str = "",
) -> str:
    """The canonical text of an event; ``payload`` is the hexadecimal hash of its payload, or empty."""
    return canonical(
        {
            "action": action,
            "actor": actor,
            "at": timestamp(at),
            "object": subject,
            "on_behalf_of": on_behalf_of,
            "payload": payload,
        }
    )


def payload_hash(salt: bytes, payload: str) -> str:
    """Hash of a payload under its 16-byte salt, so that a short text cannot be guessed from its hash."""
    text = payload.encode()
    return hashlib.sha256(PAYLOAD_DOMAIN + salt + len(text).to_bytes(8, "big") + text).hexdigest()


def event_hash(prev: bytes, seq: int, body: str) -> bytes:
    """Hash of an event: the hash before it, its number and its body."""
    text = body.encode()
    return hashlib.sha256(EVENT_DOMAIN + prev + seq.to_bytes(8, "big") + len(text).to_bytes(8, "big") + text).digest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A line kept outside the database: how many events there were, and the root over them."""

    instance: str
    size: int
    root: str


def checkpoint(instance: str, size: int, root: bytes) -> str:
    """The one line that is printed on a decision: whoever keeps the paper can prove a later edit."""
    return f"plumbline-audit/v1 {instance} {size} {root.hex()}"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a printed line back; raise ``ValueError`` when it is not one."""
    match = _LINE.fullmatch(" ".join(text.split()))
    if match is None:
        message = "a checkpoint reads: plumbline-audit/v1 INSTANCE SIZE ROOT, as printed on a decision"
        raise ValueError(message)
    return Checkpoint(match["instance"].lower(), int(match["size"]), match["root"].lower())


class Walk:
    """Checks a chain link by link, in order, against itself and against a checkpoint kept elsewhere."""

    def __init__(self, witness: Checkpoint | None = None) -> None:
        """Start before the first event."""
        self.head = Head(0, GENESIS.hex())
        self.instance = ""
        self._witness = witness
        self._tree = Tree()
        self._root_then = self._tree.root().hex()

    def step(self, link: Link) -> Broken | None:
        """Take the next event; return what is wrong with it, if anything."""
        expected = self.head.seq + 1
        if link.seq != expected:
            return Broken(expected, f"event {expected} is missing; the next one found is {link.seq}")
        if link.prev != self.head.hash:
            return Broken(link.seq, "it does not link to the event before it")
        digest = event_hash(bytes.fromhex(self.head.hash), link.seq, link.body)
        if link.hash != digest.hex():
            return Broken(link.seq, "its text does not match its hash")
        self.head = Head(link.seq, link.hash)
        self._tree.add(digest)
        if link.seq == 1:
            self.instance = str(json.loads(link.body)["object"]).removeprefix("instance/")
        if self._witness and link.seq == self._witness.size:
            self._root_then = self._tree.root().hex()
        return None

    def end(self) -> Broken | None:
        """What the checkpoint contradicts, once every event was taken."""
        witness = self._witness
        if witness is None:
            return None
        if self.instance and witness.instance != self.instance:
            return Broken(1, f"the checkpoint is of instance {witness.instance}, this chain is of {self.instance}")
        if self.head.seq < witness.size:
            cut = f"the chain ends at event {self.head.seq}, but the checkpoint saw {witness.size} events"
            return Broken(self.head.seq + 1, cut)
        if self._root_then != witness.root:
            return Broken(witness.size, f"the first {witness.size} events are not those that the checkpoint saw")
        return None

    def line(self) -> str:
        """The checkpoint of every event taken; empty before the first."""
        return checkpoint(self.instance, self._tree.size, self._tree.root()) if self._tree.size else ""
