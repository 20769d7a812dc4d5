"""The Merkle tree over the audit chain (RFC 9162: leaves are prefixed 0x00, nodes 0x01), and proofs of one leaf.

A tree keeps one node for each full subtree, the largest first: its peaks. They are all that is needed to go on from
there, so a checkpoint of a million events costs what came since the last one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HASH_BYTES = 32


class Tree:
    """A tree that grows leaf by leaf."""

    def __init__(self) -> None:
        """Start without leaves."""
        self.size = 0
        self._stack: list[tuple[int, bytes]] = []

    @classmethod
    def at(cls, size: int, peaks: str) -> Tree:
        """The tree that had these peaks (hexadecimal) at this size; ``ValueError`` when they do not fit it."""
        nodes = bytes.fromhex(peaks)
        heights = [height for height in reversed(range(size.bit_length())) if size >> height & 1]
        if len(nodes) != _HASH_BYTES * len(heights):
            message = f"a tree of {size} events has {len(heights)} peaks"
            raise ValueError(message)
        tree = cls()
        tree.size = size
        tree._stack = [(h, nodes[n * _HASH_BYTES : (n + 1) * _HASH_BYTES]) for n, h in enumerate(heights)]
        return tree

    def add(self, event: bytes) -> None:
        """Append one event hash."""
        self._push(0, leaf(event))

    def extend(self, events: Sequence[bytes]) -> None:
        """Append many event hashes; whole subtrees are hashed at once, which is about twice as fast."""
        taken = 0
        while taken < len(events):
            # The largest subtree that may stand here: as many zeros as the size has, and no more than there is left.
            bits = self.size | (1 << ((len(events) - taken).bit_length() - 1))
            height = (bits ^ (bits - 1)).bit_length() - 1
            self._push(height, _subtree(events[taken : taken + (1 << height)]))
            taken += 1 << height

    def merge(self, other: Tree) -> None:
        """Append the leaves of another tree, where this one's size is a multiple of a power of two at least as big."""
        for height, node in other._stack:
            self._push(height, node)

    def peaks(self) -> str:
        """One node for each full subtree, the largest first, in hexadecimal."""
        return b"".join(node for _, node in self._stack).hex()

    def root(self) -> bytes:
        """The root over all leaves so far; the empty tree hashes nothing. More leaves may follow."""
        if not self._stack:
            return hashlib.sha256(b"").digest()
        *left, (_, root) = self._stack
        for _, node in reversed(left):
            root = hashlib.sha256(b"\x01" + node + root).digest()
        return root

    def _push(self, height: int, node: bytes) -> None:
        self.size += 1 << height
        while self._stack and self._stack[-1][0] == height:
            node = hashlib.sha256(b"\x01" + self._stack.pop()[1] + node).digest()
            height += 1
        self._stack.append((height, node))


@dataclass(frozen=True, slots=True)
class Step:
    """One neighbour on the way from a leaf to the root, and whether it stands to the left."""

    left: bool
    node: bytes


def leaf(event: bytes) -> bytes:
    """The leaf of an event hash."""
    return hashlib.sha256(b"\x00" + event).digest()


def path(events: Sequence[bytes], place: int) -> tuple[Step, ...]:
    """The way from the event at ``place`` (from 0) up to the root over all of these event hashes."""
    level, steps = [leaf(one) for one in events], []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            steps.append(Step(left=place % 2 == 1, node=level[neighbour]))
        level, place = _above(level), place // 2
    return tuple(steps)


def root_by(event: bytes, steps: Iterable[Step]) -> bytes:
    """The root that a way leads to from an event hash."""
    node = leaf(event)
    for step in steps:
        node = hashlib.sha256(b"\x01" + (step.node + node if step.left else node + step.node)).digest()
    return node


def _subtree(events: Sequence[bytes]) -> bytes:
    level = [hashlib.sha256(b"\x00" + event).digest() for event in events]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The level above; a node without a neighbour rises as it is, which is how RFC 9162 splits."""
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return [*above, level[-1]] if len(level) % 2 else above
