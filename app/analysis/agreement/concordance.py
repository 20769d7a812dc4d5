"""Plain agreement: Kendall's W on orders, shares of equal ratings, and agreement on one target alone (rwg).

Sources: Kendall & Babington Smith (1939), Annals of Mathematical Statistics 10, 275-287; James, Demaree & Wolf (1984),
Journal of Applied Psychology 69, 85-98.
"""

from __future__ import annotations

import numpy as np

from app.analysis.estimate import ALL_EQUAL, ONE_RATER, ONE_TARGET, UNPAIRED, Cards, Estimate, FloatArray, unknown


def kendall_w(scores: FloatArray) -> tuple[Estimate, Estimate]:
    """W of a complete table, n targets x k raters: as it is, and corrected for ties. :class:`ValueError` with holes.

    W = 12 S / (k^2 (n^3 - n)), S the sum of squared deviations of the rank sums; the correction takes k times the sum
    of t^3 - t over ties from the denominator. Unknown with one rater or target, or where everybody ties everywhere.
    """
    if scores.ndim != 2 or not np.isfinite(scores).all():
        message = "a table of targets by raters without holes"
        raise ValueError(message)
    n, k = scores.shape
    if k < 2 or n < 2:
        none = unknown(ONE_RATER if k < 2 else ONE_TARGET)
        return none, none
    ranks = np.column_stack([_ranks(scores[:, rater]) for rater in range(k)])
    sums = ranks.sum(axis=1)
    apart = float(((sums - sums.mean()) ** 2).sum())
    most = k**2 * (n**3 - n)
    ties = sum(_ties(scores[:, rater]) for rater in range(k))
    if most - k * ties <= 0:
        return unknown(ALL_EQUAL), unknown(ALL_EQUAL)
    return Estimate(12 * apart / most), Estimate(12 * apart / (most - k * ties))


def percent_agreement(cards: Cards, *, within: float = 0.0) -> Estimate:
    """The share of targets with two ratings or more whose highest and lowest are at most ``within`` apart."""
    sizes = cards.per_target()
    low, high = np.full(cards.n_targets, np.inf), np.full(cards.n_targets, -np.inf)
    np.minimum.at(low, cards.target, cards.score)
    np.maximum.at(high, cards.target, cards.score)
    paired = sizes >= 2
    if not paired.any():
        return unknown(UNPAIRED)
    return Estimate(float((high[paired] - low[paired] <= within + 1e-12).mean()))


def rwg(scores: FloatArray, null_variance: float) -> Estimate:
    """Agreement on one target: 1 - s2 / ``null_variance`` (in squared scale points), at least 0; needs two ratings.

    The null variance of A equally likely points ``step`` apart is step^2 (A^2 - 1) / 12.
    """
    if null_variance <= 0:
        message = "the null variance is above 0"
        raise ValueError(message)
    if len(scores) < 2:
        return unknown(ONE_RATER)
    return Estimate(max(0.0, 1 - float(scores.var(ddof=1)) / null_variance))


def rwg_j(scores: FloatArray, null_variance: float) -> Estimate:
    """The same over several dimensions, raters x dimensions: J (1 - q) / (J (1 - q) + q), q the mean variance ratio."""
    if null_variance <= 0:
        message = "the null variance is above 0"
        raise ValueError(message)
    if len(scores) < 2:
        return unknown(ONE_RATER)
    items = scores.shape[1]
    ratio = float(scores.var(axis=0, ddof=1).mean()) / null_variance
    return Estimate(max(0.0, items * (1 - ratio) / (items * (1 - ratio) + ratio)) if ratio < 1 else 0.0)


def null_variance(points: int, step: float = 1.0) -> float:
    """The variance of a scale of ``points`` equally likely points, ``step`` apart."""
    return step**2 * (points**2 - 1) / 12


def _ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1; those who tie share their mean rank."""
    _, which, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    return np.asarray((ends - (sizes - 1) / 2)[which], dtype=np.float64)


def _ties(values: FloatArray) -> float:
    sizes = np.unique(values, return_counts=True)[1]
    return float((sizes**3 - sizes).sum())
