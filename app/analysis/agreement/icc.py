"""Intraclass correlations: how much of what differs between ratings is the targets.

Sources: Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428; McGraw & Wong (1996), Psychological Methods 1,
30-46. The interval of ICC2k is the Spearman-Brown step of ICC2's limits; another one is in print.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.components import Components
from app.analysis.estimate import (
    ALL_EQUAL,
    ONE_RATER,
    ONE_TARGET,
    UNPAIRED,
    Cards,
    Estimate,
    FloatArray,
    unknown,
)

NAMES = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Mean squares between targets, within targets, between raters, and of the rest."""

    bms: float
    wms: float
    jms: float
    ems: float


@dataclass(frozen=True, slots=True)
class Icc:
    """The six coefficients; ``mean_squares`` is None where they come from variance components."""

    icc1: Estimate
    icc2: Estimate
    icc3: Estimate
    icc1k: Estimate
    icc2k: Estimate
    icc3k: Estimate
    mean_squares: MeanSquares | None = None

    def named(self) -> dict[str, Estimate]:
        """The coefficients by their usual names."""
        return dict(zip(NAMES, (self.icc1, self.icc2, self.icc3, self.icc1k, self.icc2k, self.icc3k), strict=True))


def no_icc(why: str) -> Icc:
    """All six cannot be told, for one reason."""
    none = unknown(why)
    return Icc(none, none, none, none, none, none)


def icc(scores: FloatArray, *, confidence: float = 0.95) -> Icc:
    """The six coefficients of a complete table, n targets x k raters, with F-based intervals.

    From the mean squares of :class:`MeanSquares`: ICC1 = (B - W) / (B + (k - 1) W); ICC2 = (B - E) / (B + (k - 1) E +
    k (J - E) / n); ICC3 = (B - E) / (B + (k - 1) E); of the mean of k ratings (B - W) / B, (B - E) / (B + (J - E) / n)
    and (B - E) / B. None has a unit.

    Negative values are returned as they are. Without residual variation ICC3 is 1 and nothing has an interval. Unknown
    with one rater or target, and where all ratings are equal.
    :class:`ValueError` when the table has holes.
    """
    if scores.ndim != 2 or not np.isfinite(scores).all():
        message = "a table of targets by raters without holes"
        raise ValueError(message)
    n, k = scores.shape
    if k < 2:
        return no_icc(ONE_RATER)
    if n < 2:
        return no_icc(ONE_TARGET)
    squares = mean_squares(scores)
    if squares.bms <= _TINY and squares.wms <= _TINY:
        return no_icc(ALL_EQUAL)
    return _with_intervals(squares, n, k, (1 + confidence) / 2)


def mean_squares(scores: FloatArray) -> MeanSquares:
    """The mean squares of a complete table, targets x raters, each side at least two."""
    n, k = scores.shape
    grand = scores.mean()
    by_target, by_rater = scores.mean(axis=1), scores.mean(axis=0)
    between = k * ((by_target - grand) ** 2).sum()
    raters = n * ((by_rater - grand) ** 2).sum()
    within = ((scores - by_target[:, None]) ** 2).sum()
    rest = ((scores - by_target[:, None] - by_rater[None, :] + grand) ** 2).sum()
    return MeanSquares(
        float(between / (n - 1)), float(within / (n * (k - 1))), float(raters / (k - 1)),
        float(rest / ((n - 1) * (k - 1))),
    )  # fmt: skip


def icc_from_components(found: Components, k: float) -> Icc:
    """Coefficients of a table with holes, for ``k`` ratings a target (their harmonic mean); without intervals.

    ICC2 = va / (va + vb + ve), ICC3 = va / (va + ve), and for the mean of k ratings with vb and ve over k.
    ICC1 and its step need one-way mean squares (:func:`icc1_unbalanced`), so both are left unknown here.
    """
    a, b, e = found.target, found.rater, found.residual
    if a + b + e <= _TINY:
        return no_icc(ALL_EQUAL)
    return Icc(
        unknown(UNPAIRED), _ratio(a, b + e), _ratio(a, e),
        unknown(UNPAIRED), _ratio(a, (b + e) / k), _ratio(a, e / k),
    )  # fmt: skip


def icc1_unbalanced(cards: Cards) -> tuple[Estimate, float]:
    """ICC1 where targets have different numbers of ratings, and the n0 that it rests on; no interval.

    n0 = (N - sum of squared group sizes / N) / (n - 1), which is not the mean group size.
    """
    sizes = cards.per_target()
    seen = sizes > 0
    n, total = int(seen.sum()), len(cards)
    if n < 2 or total <= n:
        return unknown(ONE_TARGET if n < 2 else UNPAIRED), float("nan")
    n0 = (total - float((sizes**2).sum()) / total) / (n - 1)
    means = np.bincount(cards.target, cards.score, minlength=cards.n_targets)[seen] / sizes[seen]
    spread = np.zeros(cards.n_targets)
    spread[seen] = means
    bms = float((sizes[seen] * (means - cards.score.mean()) ** 2).sum() / (n - 1))
    wms = float(((cards.score - spread[cards.target]) ** 2).sum() / (total - n))
    below = bms + (n0 - 1) * wms
    if below <= _TINY:
        return unknown(ALL_EQUAL), n0
    return Estimate((bms - wms) / below), n0


def stepped(value: float, k: float) -> float:
    """The Spearman-Brown step: the reliability of the mean of ``k`` ratings, of which one has reliability ``value``.

    k r / (1 + (k - 1) r); NaN from -1 / (k - 1) downward, where no mean of ``k`` ratings can be.
    """
    return _over(k * value, 1 + (k - 1) * value)


def _with_intervals(s: MeanSquares, n: int, k: int, q: float) -> Icc:
    rest_free = s.ems <= _TINY * max(s.bms, 1)
    within_free = s.wms <= _TINY * max(s.bms, 1)
    icc1 = _one_way(s.bms, s.wms, k)
    perfect = rest_free and s.bms > _TINY
    icc3 = 1.0 if perfect else _one_way(s.bms, s.ems, k)
    icc2 = _over(s.bms - s.ems, s.bms + (k - 1) * s.ems + k * (s.jms - s.ems) / n)
    whole2 = _over(s.bms - s.ems, s.bms + (s.jms - s.ems) / n)
    values = (icc1, icc2, icc3, _averaged(s.bms, s.wms), whole2, 1.0 if perfect else _averaged(s.bms, s.ems))
    if rest_free or within_free or s.bms <= _TINY:
        return _six([_plain(value) for value in values], s)
    one, one_k = _f_limits(s.bms / s.wms, n - 1, n * (k - 1), k, q)
    three, three_k = _f_limits(s.bms / s.ems, n - 1, (n - 1) * (k - 1), k, q)
    two = _limits_of_icc2(s, icc2, n, k, q)
    limits = (one, two, three, one_k, (stepped(two[0], k), stepped(two[1], k)), three_k)
    return _six([_plain(value, ends) for value, ends in zip(values, limits, strict=True)], s)


def _six(found: list[Estimate], squares: MeanSquares) -> Icc:
    one, two, three, one_k, two_k, three_k = found
    return Icc(one, two, three, one_k, two_k, three_k, squares)


def _f_limits(f: float, above: int, below: int, k: int, q: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Limits of the single and of the averaged coefficient from an F ratio and its degrees of freedom."""
    from scipy.stats import f as fisher

    low = f / float(fisher.ppf(q, above, below))
    high = f * float(fisher.ppf(q, below, above))
    return ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1)), (1 - 1 / low, 1 - 1 / high)


def _limits_of_icc2(s: MeanSquares, r: float, n: int, k: int, q: float) -> tuple[float, float]:
    from scipy.stats import f as fisher

    g, h = s.jms / s.ems, n * (1 + (k - 1) * r) - k * r
    v = (k - 1) * (n - 1) * (k * r * g + h) ** 2 / ((n - 1) * k**2 * r**2 * g**2 + h**2)
    first, second = float(fisher.ppf(q, n - 1, v)), float(fisher.ppf(q, v, n - 1))
    d = k * s.jms + (k * n - k - n) * s.ems
    low = n * (s.bms - first * s.ems) / (first * d + n * s.bms)
    high = n * (second * s.bms - s.ems) / (d + n * second * s.bms)
    return low, high


def _one_way(between: float, within: float, k: int) -> float:
    return _over(between - within, between + (k - 1) * within)


def _averaged(between: float, within: float) -> float:
    return _over(between - within, between)


def _over(part: float, whole: float) -> float:
    """A share; NaN, which no estimate takes, of a whole that is nothing or less."""
    return part / whole if whole > _TINY else float("nan")


def _ratio(part: float, rest: float) -> Estimate:
    return Estimate(part / (part + rest)) if part + rest > _TINY else unknown(ALL_EQUAL)


def _plain(value: float, ends: tuple[float, float] = (np.nan, np.nan)) -> Estimate:
    """An estimate with its limits, where value and limits are numbers."""
    if not np.isfinite(value):
        return unknown(ALL_EQUAL)
    return Estimate(value, *ends) if np.isfinite(ends).all() else Estimate(value)
