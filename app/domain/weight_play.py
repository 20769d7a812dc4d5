"""Trying other weights: what every composite would be, and who would change places. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from app.domain.errors import Fault, InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.certainty import Question
    from app.domain.scoring import Score

HEAVIEST = 100


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate's composite by the blueprint's weights and by those tried; None where one has no composite."""

    target: str
    value: Fraction | None
    tried: Fraction | None


@dataclass(frozen=True, slots=True)
class Play:
    """The answer to other weights: ``question`` is the one with these weights.

    ``turned`` are pairs whose order is another now, the one who was ahead first; ``parted`` and ``joined`` are pairs
    who tied before, or tie now.
    """

    question: Question
    candidates: tuple[Tried, ...]
    turned: tuple[tuple[str, str], ...]
    parted: tuple[tuple[str, str], ...]
    joined: tuple[tuple[str, str], ...]

    @property
    def same(self) -> bool:
        """Whether everybody stands as before."""
        return not (self.turned or self.parted or self.joined)


def play(question: Question, weights: Mapping[str, int]) -> Play:
    """Weigh every candidate again; a dimension that ``weights`` leaves out keeps its own.

    :class:`InvalidError` for a weight below 0 or over 100, and where all are 0.
    """
    other = replace(
        question, weights=tuple(replace(w, weight=weights.get(w.dimension, w.weight)) for w in question.weights)
    )
    faults = [
        Fault(one.dimension, f"Write a whole number from 0 to {HEAVIEST}.")
        for one in other.weights
        if not 0 <= one.weight <= HEAVIEST
    ]
    if not any(one.weight for one in other.weights):
        faults.append(Fault("", "Give at least one dimension some weight."))
    if faults:
        raise InvalidError(tuple(faults))
    before, after = _values(question.scores(), question.best), _values(other.scores(), question.best)
    sign = 1 if question.best == "high" else -1
    candidates = tuple(
        Tried(target, None if one is None else sign * one, None if two is None else sign * two)
        for target, one, two in zip(question.targets, before, after, strict=True)
    )
    return Play(other, candidates, *_changes(question.targets, before, after))


def _values(scores: Sequence[Score], best: str) -> list[Fraction | None]:
    sign = 1 if best == "high" else -1
    return [None if score.value is None else sign * score.value for score in scores]


def _changes(
    targets: Sequence[str], before: Sequence[Fraction | None], after: Sequence[Fraction | None]
) -> tuple[tuple[tuple[str, str], ...], ...]:
    turned: list[tuple[str, str]] = []
    parted: list[tuple[str, str]] = []
    joined: list[tuple[str, str]] = []
    for one, other in combinations(range(len(targets)), 2):
        was, now = _ahead(before[one], before[other]), _ahead(after[one], after[other])
        if was is None or now is None or was == now:
            continue
        pair = (targets[one], targets[other]) if (was or now) > 0 else (targets[other], targets[one])
        (parted if was == 0 else joined if now == 0 else turned).append(pair)
    return tuple(turned), tuple(parted), tuple(joined)


def _ahead(one: Fraction | None, other: Fraction | None) -> int | None:
    if one is None or other is None:
        return None
    return (one > other) - (one < other)
