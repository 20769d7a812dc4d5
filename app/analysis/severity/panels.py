"""Who can be compared with whom: connected parts of the graph of targets and raters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.estimate import Cards, IntArray


@dataclass(frozen=True, slots=True)
class Panels:
    """The parts, largest first by targets, raters and first target; ``sizes`` holds (targets, raters) of each.

    ``of_target`` and ``of_rater`` hold the number of the part that each is in, -1 for those without a card.
    """

    sizes: tuple[tuple[int, int], ...]
    of_target: IntArray
    of_rater: IntArray

    @property
    def connected(self) -> bool:
        """Whether everybody is tied to everybody by somebody in common."""
        return len(self.sizes) == 1


def panels(cards: Cards) -> Panels:
    """The connected components of the graph in which a card ties its target to its rater."""
    root = list(range(cards.n_targets + cards.n_raters))
    for target, rater in set(zip(cards.target.tolist(), cards.rater.tolist(), strict=True)):
        one, other = _root(root, target), _root(root, cards.n_targets + rater)
        root[max(one, other)] = min(one, other)
    found = np.array([_root(root, node) for node in range(len(root))], dtype=np.int64)
    seen = np.concatenate([cards.per_target(), cards.per_rater()]) > 0
    return _numbered(found, seen, cards.n_targets)


def _numbered(found: IntArray, seen: np.ndarray[tuple[int], np.dtype[np.bool_]], n_targets: int) -> Panels:
    parts = []
    for root in np.unique(found[seen]):
        mine = seen & (found == root)
        parts.append((int(mine[:n_targets].sum()), int(mine[n_targets:].sum()), int(root)))
    parts.sort(key=lambda part: (-part[0], -part[1], part[2]))
    number = np.full(len(found), -1, dtype=np.int64)
    for place, (_, _, root) in enumerate(parts):
        number[seen & (found == root)] = place
    return Panels(tuple(part[:2] for part in parts), number[:n_targets], number[n_targets:])


def _root(root: list[int], node: int) -> int:
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node
