"""Finds which item of an older list became which item of a newer one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

ALIKE = 0.5
"""From this share of common words on, two texts are the same one reworded."""

MOST_COMPARISONS = 10_000
"""Above this many pairs of texts left over, only their places are compared."""


@dataclass(frozen=True, slots=True)
class Key:
    """What an item is known by: its id, when it has one, and its text."""

    id: Hashable | None
    text: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """Indexes into both lists: `pairs` in the newer order, what is gone, what is new, and the pairs that moved."""

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]
    moved: frozenset[tuple[int, int]]


def pair(before: Sequence[Key], after: Sequence[Key]) -> Pairing:
    """Pair by id, else by the same text; where one of the two has no id, also by a text much alike or the same place.

    Every index of both lists is in exactly one of pairs, removed and added.
    """
    pairs = _equal(range(len(before)), range(len(after)), [key.id for key in before], [key.id for key in after])
    for step in (_same_text, _alike, _same_place):
        left = [index for index in range(len(before)) if index not in pairs]
        right = [index for index in range(len(after)) if index not in set(pairs.values())]
        pairs |= step(before, after, left, right)
    ordered = tuple(sorted(pairs.items(), key=lambda one: one[1]))
    taken = set(pairs.values())
    return Pairing(
        pairs=ordered,
        removed=tuple(index for index in range(len(before)) if index not in pairs),
        added=tuple(index for index in range(len(after)) if index not in taken),
        moved=frozenset(ordered) - _steady(ordered),
    )


def alike(before: str, after: str) -> bool:
    """Return whether two texts have so many words in common that one is the other reworded."""
    return _share(Counter(before.split()), Counter(after.split())) >= ALIKE


def _equal(
    left: Iterable[int], right: Iterable[int], before: Sequence[Hashable | None], after: Sequence[Hashable | None]
) -> dict[int, int]:
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for index in right:
        waiting[after[index]].append(index)
    known = [index for index in left if before[index] is not None]
    return {index: waiting[before[index]].popleft() for index in known if waiting[before[index]]}


def _same_text(before: Sequence[Key], after: Sequence[Key], left: list[int], right: list[int]) -> dict[int, int]:
    return _equal(left, right, [key.text for key in before], [key.text for key in after])


def _alike(before: Sequence[Key], after: Sequence[Key], left: list[int], right: list[int]) -> dict[int, int]:
    if len(left) * len(right) > MOST_COMPARISONS:
        return {}
    words = [Counter(key.text.split()) for key in before], [Counter(key.text.split()) for key in after]
    shares = (
        (-_share(words[0][one], words[1][other]), one, other)
        for one, other in product(left, right)
        if None in {before[one].id, after[other].id}
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, other in sorted(found for found in shares if -found[0] >= ALIKE):
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)
    return pairs


def _same_place(before: Sequence[Key], after: Sequence[Key], left: list[int], right: list[int]) -> dict[int, int]:
    """Take what stands at one place of two lists of one length for reworded, unless its id says otherwise."""
    if len(before) != len(after):
        return {}
    free = set(right)
    return {index: index for index in left if index in free and None in {before[index].id, after[index].id}}


def _share(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of words that two texts have in common, from 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _steady(pairs: tuple[tuple[int, int], ...]) -> frozenset[tuple[int, int]]:
    """Return the longest run of pairs that kept their order: the fewest others are then said to have moved."""
    tails: list[int] = []
    ends: list[int] = []
    behind: list[int | None] = []
    for index, (old, _) in enumerate(pairs):
        at = bisect_left(tails, old)
        behind.append(ends[at - 1] if at else None)
        tails[at:] = [old, *tails[at + 1 :]]
        ends[at:] = [index, *ends[at + 1 :]]
    run = set()
    here = ends[-1] if ends else None
    while here is not None:
        run.add(pairs[here])
        here = behind[here]
    return frozenset(run)
