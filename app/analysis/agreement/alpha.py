"""Krippendorff's alpha: agreement beyond chance for any number of raters, with holes, on four levels of measurement.

Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; (2004), Content Analysis, chapter 11.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.analysis.estimate import ALL_EQUAL, ONE_RATER, ONE_TARGET, UNPAIRED, Cards, Estimate, FloatArray, unknown

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
_CELLS = 5_000_000
"""Beyond this many values squared times units no interval is drawn."""
_A_BATCH = 64


def krippendorff_alpha(cards: Cards, level: Level, *, resamples: int = 1000, seed: int = 0) -> Estimate:
    """Alpha with a 95 % percentile interval over resampled units; ``resamples`` 0 leaves the interval out.

    alpha = 1 - (n - 1) sum o_ck d2_ck / sum n_c (n_k - [c = k]) d2_ck over the coincidences o of units with at least
    two ratings. Unknown with one rater or target, fewer than two such units, or a single value.
    """
    if len(np.unique(cards.rater)) < 2:
        return unknown(ONE_RATER)
    if len(np.unique(cards.target)) < 2:
        return unknown(ONE_TARGET)
    values, counts = _counts(cards)
    if len(counts) < 2:
        return unknown(UNPAIRED)
    coincidences = _coincidences(counts)
    value = _alpha(coincidences.sum(axis=0), values, level)
    if value is None:
        return unknown(ALL_EQUAL)
    if not resamples or len(values) ** 2 * len(counts) > _CELLS:
        return Estimate(value)
    low, high = _interval(coincidences, values, level, resamples, seed)
    return Estimate(value, low, high)


def _counts(cards: Cards) -> tuple[FloatArray, FloatArray]:
    """The values that occur in units with two ratings or more, and how often each unit has each."""
    paired = cards.per_target()[cards.target] >= 2
    values, which = np.unique(cards.score[paired], return_inverse=True)
    units, unit = np.unique(cards.target[paired], return_inverse=True)
    counts = np.zeros((len(units), len(values)))
    np.add.at(counts, (unit, which), 1)
    return values, counts


def _coincidences(counts: FloatArray) -> FloatArray:
    """What each unit adds to the table of coincidences: units x values x values."""
    pairs = counts[:, :, None] * counts[:, None, :]
    index = np.arange(counts.shape[1])
    pairs[:, index, index] -= counts
    table: FloatArray = pairs / (counts.sum(axis=1) - 1)[:, None, None]
    return table


def _alpha(table: FloatArray, values: FloatArray, level: Level) -> float | None:
    totals = table.sum(axis=1)
    apart = _distances(values, totals, level)
    expected = float((np.outer(totals, totals) * apart).sum())
    if expected <= 0:
        return None
    return float(1 - (totals.sum() - 1) * (table * apart).sum() / expected)


def _distances(values: FloatArray, totals: FloatArray, level: Level) -> FloatArray:
    """Squared distances between values; the diagonal is 0 on every level, so that equal pairs need no exception."""
    if level == "nominal":
        return np.not_equal.outer(values, values).astype(np.float64)
    if level == "interval":
        return np.asarray(np.subtract.outer(values, values) ** 2)
    if level == "ratio":
        above, below = np.subtract.outer(values, values), np.add.outer(values, values)
        shares = np.divide(above, below, out=np.zeros_like(above), where=below != 0)
        return np.asarray(shares**2)
    reached = np.cumsum(totals)
    between = np.abs(np.subtract.outer(reached, reached))
    # From c up to k, both ends counted, less half of either end.
    ends = np.minimum.outer(np.arange(len(totals)), np.arange(len(totals)))
    ordered = between + totals[ends] - np.add.outer(totals, totals) / 2
    np.fill_diagonal(ordered, 0)
    return np.asarray(ordered**2)


def _interval(
    coincidences: FloatArray, values: FloatArray, level: Level, resamples: int, seed: int
) -> tuple[float | None, float | None]:
    draws = np.random.default_rng(seed)
    units, flat = len(coincidences), coincidences.reshape(len(coincidences), -1)
    found: list[float] = []
    for first in range(0, resamples, _A_BATCH):
        chosen = draws.multinomial(units, np.full(units, 1 / units), size=min(_A_BATCH, resamples - first))
        tables = (chosen @ flat).reshape(-1, len(values), len(values))
        found += [value for table in tables if (value := _alpha(table, values, level)) is not None]
    if not found:
        return None, None
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)
