"""Ratings on several dimensions as one value a card, so that cards of many openings can be laid together."""

from __future__ import annotations

from collections import defaultdict
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.analysis.estimate import Cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Given(NamedTuple):
    """One rating: who was rated, by whom and on what, as codes from 0, and a whole number of scale points."""

    target: int
    rater: int
    dimension: int
    value: int


def pooled(ratings: Sequence[Given], n_targets: int, n_raters: int) -> Cards:
    """One card a target and rater: g + mean over its ratings of (y - m_d), in scale points.

    m_d is the mean of all ratings on dimension d and g the mean of the m_d. The sums are of whole numbers over one
    common denominator, so each score is the exact fraction rounded once. Cards stand by target, then by rater.
    """
    sums, sizes = _by_dimension(ratings)
    whole = lcm(*sizes.values()) if sizes else 1
    means = {dimension: total * (whole // sizes[dimension]) for dimension, total in sums.items()}
    away: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for one in ratings:
        held = away[one.target, one.rater]
        held[0] += one.value * whole - means[one.dimension]
        held[1] += 1
    middle, n = sum(means.values()), len(means)
    keys = sorted(away)
    scores = [(middle * away[key][1] + n * away[key][0]) / (n * away[key][1] * whole) for key in keys]
    return Cards(
        _codes(target for target, _ in keys), _codes(rater for _, rater in keys), np.array(scores, dtype=np.float64),
        n_targets, n_raters,
    )  # fmt: skip


def _by_dimension(ratings: Sequence[Given]) -> tuple[dict[int, int], dict[int, int]]:
    sums: dict[int, int] = defaultdict(int)
    sizes: dict[int, int] = defaultdict(int)
    for one in ratings:
        sums[one.dimension] += one.value
        sizes[one.dimension] += 1
    return sums, sizes


def _codes(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(values, dtype=np.int64)
