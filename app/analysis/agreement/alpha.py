"""Krippendorff's alpha: agreement beyond chance for any number of raters, with holes, on four levels of measurement.

Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; (2004), Content Analysis, chapter 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.analysis.estimate import (
    ALL_EQUAL,
    ONE_RATER,
    ONE_TARGET,
    UNPAIRED,
    Cards,
    Estimate,
    FloatArray,
    IntArray,
    unknown,
)

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
CELLS = 5_000_000
"""Beyond this many values squared times units no interval is drawn, and no table is made."""
_MOST_RATIO_VALUES = 20_000
_A_BATCH = 64
TOO_MANY_VALUES = "too many different values"


def krippendorff_alpha(cards: Cards, level: Level, *, resamples: int = 1000, seed: int = 0) -> Estimate:
    """Alpha with a 95 % percentile interval over resampled units; ``resamples`` 0 leaves the interval out.

    alpha = 1 - (n - 1) sum o_ck d2_ck / sum n_c (n_k - [c = k]) d2_ck over the coincidences o of units with at least
    two ratings. Unknown with one rater or target, fewer than two such units, or a single value. No interval beyond
    ``CELLS``; on the ratio level nothing beyond 20,000 different values.
    """
    paired = _paired(cards)
    why = _cannot_tell(cards, paired)
    if why is not None:
        return unknown(why)
    if len(paired.values) ** 2 * paired.units > CELLS:
        return _without_table(paired, level)
    table = _coincidences(paired)
    value = _alpha(table.sum(axis=0), paired.values, level)
    if value is None:
        return unknown(ALL_EQUAL)
    low, high = _interval(table, paired.values, level, resamples, seed) if resamples else (None, None)
    return Estimate(value, low, high)


@dataclass(frozen=True, slots=True)
class _Paired:
    """Ratings of units with two or more: the unit and the value of each, as codes; and the values in order."""

    unit: IntArray
    which: IntArray
    values: FloatArray
    units: int

    @property
    def sizes(self) -> FloatArray:
        """How many ratings each unit has."""
        return np.bincount(self.unit, minlength=self.units).astype(np.float64)


def _cannot_tell(cards: Cards, paired: _Paired) -> str | None:
    if len(np.unique(cards.rater)) < 2:
        return ONE_RATER
    if len(np.unique(cards.target)) < 2:
        return ONE_TARGET
    if paired.units < 2:
        return UNPAIRED
    return ALL_EQUAL if len(paired.values) < 2 else None


def _paired(cards: Cards) -> _Paired:
    kept = cards.per_target()[cards.target] >= 2
    values, which = np.unique(cards.score[kept], return_inverse=True)
    units, unit = np.unique(cards.target[kept], return_inverse=True)
    return _Paired(unit, which, values, len(units))


def _coincidences(paired: _Paired) -> FloatArray:
    """What each unit adds to the table of coincidences: units x values x values."""
    counts = np.zeros((paired.units, len(paired.values)))
    np.add.at(counts, (paired.unit, paired.which), 1)
    pairs = counts[:, :, None] * counts[:, None, :]
    index = np.arange(counts.shape[1])
    pairs[:, index, index] -= counts
    return np.asarray(pairs / (paired.sizes - 1)[:, None, None])


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
    if level == "ratio":
        return _ratio_distances(values, values)
    places = values if level == "interval" else _middle_ranks(totals)
    return np.asarray(np.subtract.outer(places, places) ** 2)


def _ratio_distances(rows: FloatArray, columns: FloatArray) -> FloatArray:
    above, below = np.subtract.outer(rows, columns), np.add.outer(rows, columns)
    shares = np.divide(above, below, out=np.zeros_like(above), where=below != 0)
    return np.asarray(shares**2)


def _middle_ranks(totals: FloatArray) -> FloatArray:
    """Places of values on the ordinal level: what lies between two of them is the difference of their middle ranks."""
    return np.asarray(np.cumsum(totals) - totals / 2)


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


def _without_table(paired: _Paired, level: Level) -> Estimate:
    """The same value from sums over units, for so many values that a table of them would not fit."""
    totals = np.bincount(paired.which, minlength=len(paired.values)).astype(np.float64)
    if level == "nominal":
        observed, expected = _nominal_sums(paired, totals)
    elif level == "ratio":
        if len(paired.values) > _MOST_RATIO_VALUES:
            return unknown(TOO_MANY_VALUES)
        observed, expected = _ratio_sums(paired, totals)
    else:
        places = paired.values if level == "interval" else _middle_ranks(totals)
        observed, expected = _squared_sums(paired, places[paired.which])
    return Estimate(1 - (len(paired.which) - 1) * observed / expected)


def _squared_sums(paired: _Paired, placed: FloatArray) -> tuple[float, float]:
    placed = placed - placed.mean()
    sums = np.bincount(paired.unit, placed, minlength=paired.units)
    squares = np.bincount(paired.unit, placed**2, minlength=paired.units)
    observed = float((2 * (paired.sizes * squares - sums**2) / (paired.sizes - 1)).sum())
    return observed, 2 * (len(placed) * float((placed**2).sum()) - float(placed.sum()) ** 2)


def _nominal_sums(paired: _Paired, totals: FloatArray) -> tuple[float, float]:
    same = paired.unit * len(totals) + paired.which
    cells, counts = np.unique(same, return_counts=True)
    alike = np.bincount(cells // len(totals), counts.astype(np.float64) ** 2, minlength=paired.units)
    observed = float(((paired.sizes**2 - alike) / (paired.sizes - 1)).sum())
    return observed, float(totals.sum() ** 2 - (totals**2).sum())


def _ratio_sums(paired: _Paired, totals: FloatArray) -> tuple[float, float]:
    order = np.argsort(paired.unit, kind="stable")
    ends = np.cumsum(paired.sizes).astype(np.int64)
    observed = 0.0
    for mine in np.split(paired.values[paired.which[order]], ends[:-1]):
        observed += float(_ratio_distances(mine, mine).sum()) / (len(mine) - 1)
    expected = 0.0
    for first in range(0, len(totals), 1000):
        rows = slice(first, first + 1000)
        expected += float(totals[rows] @ _ratio_distances(paired.values[rows], paired.values) @ totals)
    return observed, expected
