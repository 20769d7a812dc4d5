"""A diagnostic for large programmes: the many-facet Rasch model. No score of a page or a decision comes from it.

Source: Linacre (1989), Many-Facet Rasch Measurement. Joint maximum likelihood is known to stretch estimates when
targets have few ratings, which is one reason why it is not the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.estimate import ALL_EQUAL, ONE_RATER, ONE_TARGET, Cards, FloatArray, IntArray
from app.analysis.severity.adjusting import UNCONNECTED
from app.analysis.severity.panels import panels

UNUSED_POINT = "a point of the scale that nobody gave"
UNSETTLED = "too few ratings to place everybody"
_FARTHEST = 15.0
"""Logits beyond which an estimate is on its way to infinity: nothing in the ratings holds it."""


@dataclass(frozen=True, slots=True)
class Facet:
    """Estimates of one facet in logits with standard errors; ``codes`` are those who have one, ``extreme`` the rest.

    Somebody with nothing but lowest or nothing but highest ratings has no estimate.
    """

    codes: IntArray
    values: FloatArray
    errors: FloatArray
    extreme: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rasch:
    """Targets and dimensions are centred at 0, raters are free; positive raters are strict, dimensions hard.

    ``thresholds`` lead from each point to the next and sum to 0; ``n`` ratings were left after the extreme ones.
    """

    targets: Facet
    raters: Facet
    dimensions: Facet
    thresholds: FloatArray
    n: int


def rasch(target: IntArray, rater: IntArray, dimension: IntArray, score: IntArray, *, iterations: int = 4_000) -> Rasch:
    """Fit ln(P_k / P_k-1) = B_target - C_rater - D_dimension - F_k to whole ratings, by joint maximum likelihood.

    One entry a rating, codes from 0. :class:`ValueError` says why nothing can be fitted: one rater or target, all
    ratings equal, panels with nobody in common, a point between lowest and highest that nobody gave, or estimates that
    the ratings do not hold anywhere.
    """
    codes = np.stack([target, rater, dimension])
    kept = _without_extremes(codes, score)
    _refuse(codes[:, kept], score[kept])
    level = score[kept] - score[kept].min()
    facets = [np.unique(one, return_inverse=True) for one in codes[:, kept]]
    fit = _Fit([places for _, places in facets], [len(known) for known, _ in facets], level)
    solved, errors = fit.maximised(iterations)
    everybody = [np.unique(one) for one in codes]
    named = [
        Facet(known, values, se, tuple(int(one) for one in np.setdiff1d(whole, known)))
        for (known, _), values, se, whole in zip(facets, solved, errors, everybody, strict=False)
    ]
    return Rasch(named[0], named[1], named[2], solved[3], len(level))


def _without_extremes(codes: IntArray, score: IntArray) -> IntArray:
    """Places of the ratings that are left when whoever has only lowest or only highest ones is gone, again and again.

    Lowest and highest are those of all the ratings, as the scale stands.
    """
    low, high = score.min(), score.max()
    kept = np.arange(len(score))
    while True:
        gone = np.zeros(len(kept), dtype=np.bool_)
        for one in codes[:, kept]:
            ratings = np.bincount(one)
            for end in (low, high):
                gone |= (np.bincount(one, score[kept] == end) == ratings)[one]
        if not gone.any():
            return kept
        kept = kept[~gone]


def _refuse(codes: IntArray, score: IntArray) -> None:
    why = None
    if len(score) == 0 or np.ptp(score) == 0:
        why = ALL_EQUAL
    elif len(np.unique(codes[1])) < 2:
        why = ONE_RATER
    elif len(np.unique(codes[0])) < 2:
        why = ONE_TARGET
    elif len(np.unique(score)) <= np.ptp(score):
        why = UNUSED_POINT
    elif not panels(
        Cards(codes[0], codes[1], score.astype(np.float64), *(int(one.max()) + 1 for one in codes[:2]))
    ).connected:
        why = UNCONNECTED
    if why is not None:
        raise ValueError(why)


class _Fit:
    """The joint likelihood of all parameters; the ends of the scale come from the ratings that are left."""

    def __init__(self, places: list[IntArray], sizes: list[int], level: IntArray) -> None:
        self.places, self.level = places, level
        self.points = int(level.max()) + 1
        self.ends = np.cumsum([*sizes, self.points - 1])
        self.signs = (1.0, -1.0, -1.0)

    def maximised(self, iterations: int) -> tuple[list[FloatArray], list[FloatArray]]:
        from scipy.optimize import minimize

        start = np.zeros(int(self.ends[-1]))
        found = minimize(
            self._lost, start, (), "L-BFGS-B", jac=True,
            options={"maxiter": iterations, "maxfun": 10 * iterations, "ftol": 1e-15, "gtol": 1e-9},
        )  # fmt: skip
        targets, raters, dimensions, thresholds = np.split(np.asarray(found.x), self.ends[:-1])
        if max(float(np.ptp(one)) for one in (targets, raters, dimensions, thresholds)) > _FARTHEST:
            raise ValueError(UNSETTLED)
        raters = raters - targets.mean() + dimensions.mean() + thresholds.mean()
        centred = [targets - targets.mean(), raters, dimensions - dimensions.mean(), thresholds - thresholds.mean()]
        return centred, self._errors(np.asarray(found.x))

    def _logs(self, given: FloatArray) -> FloatArray:
        """The logarithm of how likely each point is for each rating, ratings x points."""
        parts = np.split(given, self.ends[:-1])
        ability = sum(
            (sign * part[at] for sign, part, at in zip(self.signs, parts, self.places, strict=False)), np.zeros(1)
        )
        steps = np.concatenate([[0.0], np.cumsum(parts[3])])
        logits = np.outer(ability, np.arange(self.points)) - steps
        logits -= logits.max(axis=1, keepdims=True)
        return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))

    def _lost(self, given: FloatArray) -> tuple[float, FloatArray]:
        """Minus the log likelihood, and its gradient."""
        logs = self._logs(given)
        chances = np.exp(logs)
        rows = np.arange(len(self.level))
        off = self.level - chances @ np.arange(self.points)
        slopes = [
            sign * np.bincount(at, off, minlength=int(size))
            for sign, at, size in zip(self.signs, self.places, np.diff(self.ends, prepend=0), strict=False)
        ]
        reached = np.arange(1, self.points)
        beyond = chances[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:].sum(axis=0)
        passed = (self.level[:, None] >= reached).sum(axis=0)
        slope = np.concatenate([*slopes, beyond - passed])
        return -float(logs[rows, self.level].sum()), -slope

    def _errors(self, given: FloatArray) -> list[FloatArray]:
        chances, points = np.exp(self._logs(given)), np.arange(self.points)
        variance = chances @ points**2 - (chances @ points) ** 2
        return [np.asarray(1 / np.sqrt(np.bincount(at, variance))) for at in self.places]
