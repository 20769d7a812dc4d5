"""What one rater's own cards say to that rater: strictness, use of the scale, halo, fit, drift, order in the day.

Meant for the person alone. Every bar is a 90 % interval and wide: after n cards strictness has a standard error of
about sqrt(2 / n) target deviations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from app.analysis.components import Components
from app.analysis.estimate import Cards, Estimate, FloatArray, IntArray, unknown
from app.analysis.quantiles import t_quantile
from app.analysis.ranking import Z90

LEAST_CARDS, LEAST_IN_ORDER, LEAST_IN_PAIR = 10, 30, 3
NO_TIMES = "when cards were written is not known"
NO_DIMENSIONS = "no dimensions that vary together can be compared"
NO_REST = "nothing is left to chance"
SAME_ORDER = "no day with a card before another"
DAY = 86_400
_WEIGHT = 0.2
DRIFT_LIMIT = 3 * math.sqrt(_WEIGHT / (2 - _WEIGHT))
"""Beyond this the running mean has left what chance alone does: three deviations of an EWMA with weight 0.2."""


@dataclass(frozen=True, slots=True)
class RaterMirror:
    """One rater's reflection; estimates say why where there is nothing to tell.

    ``effect`` is in scale points, positive is generous. ``spread`` is the deviation of the rater's cards over what
    targets and chance would give, 1 being usual. ``halo`` is the mean correlation of dimensions within the rater's
    cards less that of the other raters. ``fit`` is the mean squared residual over its variance, 1 being usual.
    ``drift`` runs along the rater's cards by time, in deviations, and is empty without times. ``order`` is the change
    of a card, in scale points, for each point by which the day's earlier cards were higher.
    """

    n: int
    effect: Estimate
    spread: Estimate
    halo: Estimate
    fit: Estimate
    drift: tuple[float, ...]
    order: Estimate

    @property
    def drifted(self) -> bool:
        """Whether the running mean of the residuals left its limits anywhere."""
        return any(abs(one) > DRIFT_LIMIT for one in self.drift)


def residuals(cards: Cards, standings: FloatArray, effects: FloatArray) -> FloatArray:
    """What is left of each card, in scale points, after its target's standing and its rater's effect."""
    return np.asarray(cards.score - standings[cards.target] - effects[cards.rater], dtype=np.float64)


def mirror(
    cards: Cards,
    residuals: FloatArray,
    times: IntArray | None = None,
    *,
    rater: int,
    components: Components,
    effect: float,
    deviation: float | None = None,
    ratings: FloatArray | None = None,
) -> RaterMirror:
    """Reflect the cards of ``rater``, from ten on; below that every estimate is unknown.

    ``cards`` are everybody's, and ``residuals`` and ``times`` have one entry a card. Times are whole seconds whose days
    begin at multiples of 86,400. ``effect`` and its ``deviation`` are of that rater, ``components`` of the same fit.
    ``ratings`` is cards x dimensions in scale points, NaN where a dimension was not assessed, for halo. Spread is the
    deviation of the cards over sqrt(va + ve), fit the mean squared residual over ve, drift :func:`ewma` of residuals
    over sqrt(ve), order the slope of :class:`RaterMirror`.
    """
    mine = cards.rater == rater
    n = int(mine.sum())
    if n < LEAST_CARDS:
        none = unknown(f"{n} cards; from {LEAST_CARDS} on there is something to see")
        return RaterMirror(n, none, none, none, none, (), none)
    rest = residuals[mine]
    return RaterMirror(
        n,
        _strictness(float(effect), deviation),
        _spread(cards.score[mine], components),
        _halo(ratings, cards, rater),
        Estimate(float((rest**2).mean()) / components.residual) if components.residual > 0 else unknown(NO_REST),
        () if times is None else _drift(rest[_by_time(times[mine])], components),
        unknown(NO_TIMES) if times is None else _order(cards.score[mine], rest, times[mine]),
    )


def _strictness(effect: float, deviation: float | None) -> Estimate:
    if deviation is None:
        return Estimate(effect)
    half = float(Z90 * deviation)
    return Estimate(effect, effect - half, effect + half)


def ewma(values: FloatArray, weight: float = _WEIGHT) -> tuple[float, ...]:
    """The exponentially weighted running mean from 0: z = weight x + (1 - weight) z."""
    found: list[float] = []
    for value in values:
        found.append(weight * float(value) + (1 - weight) * (found[-1] if found else 0.0))
    return tuple(found)


def _by_time(times: IntArray) -> IntArray:
    return np.argsort(times, kind="stable")


def _spread(scores: FloatArray, components: Components) -> Estimate:
    usual = components.target + components.residual
    return Estimate(float(scores.std(ddof=1)) / math.sqrt(usual)) if usual > 0 else unknown(NO_REST)


def _halo(ratings: FloatArray | None, cards: Cards, rater: int) -> Estimate:
    """Raters with fewer than ten cards are no measure for others."""
    if ratings is None:
        return unknown(NO_DIMENSIONS)
    counts = cards.per_rater()
    own = _together(ratings[cards.rater == rater])
    usual = [
        found
        for other in np.flatnonzero(counts >= LEAST_CARDS)
        if other != rater and (found := _together(ratings[cards.rater == other])) is not None
    ]
    if own is None or not usual:
        return unknown(NO_DIMENSIONS)
    return Estimate(own - sum(usual) / len(usual))


def _together(ratings: FloatArray) -> float | None:
    """The mean correlation over pairs of dimensions that vary; None without such a pair."""
    found = []
    for one, other in combinations(range(ratings.shape[1]), 2):
        pair = ratings[:, [one, other]]
        pair = pair[np.isfinite(pair).all(axis=1)]
        if len(pair) >= LEAST_IN_PAIR and bool((np.ptp(pair, axis=0) > 0).all()):
            found.append(float(np.atleast_2d(np.corrcoef(pair.T))[0, 1]))
    return sum(found) / len(found) if found else None


def _drift(rest: FloatArray, components: Components) -> tuple[float, ...]:
    return ewma(rest / math.sqrt(components.residual)) if components.residual > 0 else ()


def _order(scores: FloatArray, rest: FloatArray, times: IntArray) -> Estimate:
    """The slope of the residual on the mean of the day's earlier cards, by least squares."""
    earlier, after = _earlier(scores, rest, times)
    n = len(earlier)
    if n < LEAST_IN_ORDER:
        cards = "1 card" if n == 1 else f"{n} cards"
        return unknown(f"{cards} came after another one of their day; from {LEAST_IN_ORDER} on there is a slope")
    away = earlier - earlier.mean()
    squares = float(away @ away)
    if squares <= 0:
        return unknown(SAME_ORDER)
    slope = float(away @ after) / squares
    left = after - after.mean() - slope * away
    half = t_quantile(0.95, n - 2) * math.sqrt(float(left @ left) / (n - 2) / squares)
    return Estimate(slope, slope - half, slope + half)


def _earlier(scores: FloatArray, rest: FloatArray, times: IntArray) -> tuple[FloatArray, FloatArray]:
    """For each card that follows others of its day: their mean, and the card's residual."""
    means: list[float] = []
    after: list[float] = []
    day, before = -1, list[float]()
    for place in _by_time(times):
        if (today := int(times[place]) // DAY) != day:
            day, before = today, []
        if before:
            means.append(sum(before) / len(before))
            after.append(float(rest[place]))
        before.append(float(scores[place]))
    return np.array(means), np.array(after)
