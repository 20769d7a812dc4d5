"""Fits of the crossed model: restricted maximum likelihood, and a posterior over a grid for smaller data.

REML: Patterson & Thompson (1971), Biometrika 58, 545-554; the criterion equals the one that lme4 prints. The grid
averages over the ratios of the variances, under a prior on their logarithms, in place of plugging in one estimate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.analysis.components import Components
from app.analysis.estimate import ALL_EQUAL, ONE_RATER, ONE_TARGET, Cards, FloatArray
from app.analysis.severity.crossed import Crossed, Solved

FEW_CARDS = "fewer than six cards"
FEW_TARGETS = "fewer than two targets with two cards"
ONCE_EACH = "each rater appears once"
GRID_CARDS = 5_000
_LEAST, _MOST = math.exp(-7), math.exp(3)
_NEGLIGIBLE = 1e-3
_STARTS = ((0.0, -0.7), (-1.0, -2.0), (1.0, 1.0))

Basis = Literal["grid", "reml", "stored"]


@dataclass(frozen=True, slots=True)
class Prior:
    """Normal priors on ln lambda of targets and of raters; the steps are those of the grid, in prior deviations."""

    target: float = 0.0
    rater: float = math.log(0.5)
    deviation: float = 0.7
    reach: float = 2.6
    points: int = 9


@dataclass(frozen=True, slots=True)
class Reml:
    """Variance components with the effects that go with them, in scale points; positive effects are generous."""

    components: Components
    targets: FloatArray
    raters: FloatArray


@dataclass(frozen=True, slots=True)
class Posterior:
    """Mean effects and standings with their deviations, in scale points; the deviations are None on basis "reml".

    ``standings`` is the mean plus a target's effect. Basis "stored" takes the variances of an earlier fit as known.
    """

    components: Components
    raters: FloatArray
    standings: FloatArray
    rater_sd: FloatArray | None
    standing_sd: FloatArray | None
    basis: Basis


def cannot_fit(cards: Cards) -> str | None:
    """Why the variances of targets and raters cannot be told apart from the rest at all; None when they can."""
    if len(np.unique(cards.rater)) < 2:
        return ONE_RATER
    if len(np.unique(cards.target)) < 2:
        return ONE_TARGET
    if len(cards) < 6:
        return FEW_CARDS
    if int((cards.per_target() >= 2).sum()) < 2:
        return FEW_TARGETS
    if float(np.ptp(cards.score)) <= 0:
        return ALL_EQUAL
    return None


def cannot_tell_strictness(cards: Cards) -> str | None:
    """Why nothing can be said of raters; None when something can."""
    why = cannot_fit(cards)
    if why is None and int(cards.per_rater().max()) < 2:
        return ONCE_EACH
    return why


def reml(cards: Cards) -> Reml:
    """Maximise the restricted likelihood over both lambdas, on their logarithms and from several starts.

    The criterion is ln|C| + (n - 1)(1 + ln(2 pi pen / (n - 1))), pen the penalised sum of squares; ve = pen / (n - 1)
    and the other variances are lambda^2 ve, in squared scale points.
    A lambda below 0.001 counts as 0. :class:`ValueError` where :func:`cannot_fit` gives a reason.
    """
    _refuse(cards)
    return _restricted(cards)


def variances(cards: Cards) -> Components:
    """The components of :func:`reml`, also for fewer cards: for a coefficient, which claims nothing of anybody.

    There must be more cards than targets and than raters, two targets with two cards, and scores that differ.
    """
    return _restricted(cards).components


def _restricted(cards: Cards) -> Reml:
    crossed = Crossed(cards)
    target, rater = _searched(crossed)
    target, rater = (0.0 if one < _NEGLIGIBLE else one for one in (target, rater))
    solved = crossed.solve(target, rater)
    residual, mean = float(solved.penalised[0]) / (crossed.n - 1), float(solved.mean[0])
    found = Components(target**2 * residual, rater**2 * residual, residual, mean, _criterion(solved, crossed.n))
    return Reml(found, solved.targets[0], solved.raters[0])


def posterior(cards: Cards, prior: Prior | None = None, *, fitted: Reml | None = None) -> Posterior:
    """Average over a grid of lambdas; beyond ``GRID_CARDS`` the REML fit is plugged in, without deviations.

    The weight of a point is exp(-(ln|C| + (n - 1) ln pen) / 2) times the prior; there the residual variance is
    pen / (n - 3). ``fitted`` is the REML fit, where it is at hand already.
    :class:`ValueError` where :func:`cannot_fit` gives a reason.
    """
    _refuse(cards)
    if len(cards) > GRID_CARDS:
        fitted = fitted or reml(cards)
        standings = fitted.components.mean + fitted.targets
        return Posterior(fitted.components, fitted.raters, standings, None, None, "reml")
    return _averaged(Crossed(cards), prior or Prior())


def at_variances(cards: Cards, known: Components) -> Posterior:
    """Effects and standings of ``cards`` under the variances of an earlier, larger fit: one solve, no search.

    This is how new cards are laid beside a stored fit. The mean comes from ``cards``; deviations are None beyond
    ``GRID_CARDS``. :class:`ValueError` without cards or without residual variance.
    """
    if len(cards) == 0 or known.residual <= 0:
        message = "there must be cards, and something left to chance"
        raise ValueError(message)
    crossed = Crossed(cards)
    target, rater = (math.sqrt(one / known.residual) for one in (known.target, known.rater))
    if not crossed.dense:
        solved = crossed.solve(target, rater)
        return Posterior(known, solved.raters[0], solved.mean[0] + solved.targets[0], None, None, "stored")
    solved, _ = crossed.grid(np.array([target]), np.array([rater]))
    spread = solved.spread
    assert spread is not None  # noqa: S101  a grid is always solved with spreads
    sd_raters, sd_standings = (
        np.sqrt(np.maximum(known.residual * one[0], 0)) for one in (spread.raters, spread.standings)
    )
    return Posterior(known, solved.raters[0], solved.mean[0] + solved.targets[0], sd_raters, sd_standings, "stored")


def _refuse(cards: Cards) -> None:
    why = cannot_fit(cards)
    if why is not None:
        raise ValueError(why)


def _criterion(solved: Solved, n: int) -> float:
    return float(solved.log_det[0]) + (n - 1) * (1 + math.log(2 * math.pi * float(solved.penalised[0]) / (n - 1)))


def _searched(crossed: Crossed) -> tuple[float, float]:
    from scipy.optimize import minimize

    def criterion(logs: FloatArray) -> float:
        target, rater = (min(max(math.exp(one), _LEAST), _MOST) for one in logs)
        return _criterion(crossed.solve(target, rater), crossed.n)

    starts = _STARTS if crossed.dense else _STARTS[:1]
    tries = [
        minimize(
            criterion, start, method="Nelder-Mead", bounds=[(-7, 3), (-7, 3)],
            options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 400} if crossed.dense else {"xatol": 1e-4, "fatol": 1e-4},
        )
        for start in starts
    ]  # fmt: skip
    best = min(tries, key=lambda one: float(one.fun))
    return math.exp(float(best.x[0])), math.exp(float(best.x[1]))


def _averaged(crossed: Crossed, prior: Prior) -> Posterior:
    steps = prior.deviation * np.linspace(-prior.reach, prior.reach, prior.points)
    solved, lambdas = crossed.grid(np.exp(prior.target + steps), np.exp(prior.rater + steps))
    spread = solved.spread
    assert spread is not None  # noqa: S101  a grid is always solved with spreads
    n = crossed.n
    away = ((np.log(lambdas) - (prior.target, prior.rater)) ** 2).sum(axis=1) / (2 * prior.deviation**2)
    likely = -(solved.log_det + (n - 1) * np.log(solved.penalised)) / 2 - away
    weights = np.exp(likely - likely.max())
    weights /= weights.sum()
    residuals = solved.penalised / (n - 3)
    target, rater = (weights * residuals) @ lambdas**2
    found = Components(float(target), float(rater), float(weights @ residuals), float(weights @ solved.mean))
    raters, rater_sd = _mixed(weights, solved.raters, residuals[:, None] * spread.raters)
    standings = solved.mean[:, None] + solved.targets
    standing, standing_sd = _mixed(weights, standings, residuals[:, None] * spread.standings)
    return Posterior(found, raters, standing, rater_sd, standing_sd, "grid")


def _mixed(weights: FloatArray, means: FloatArray, variances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation of a mixture of normals, column by column."""
    mean = weights @ means
    variance = weights @ (variances + means**2) - mean**2
    return mean, np.sqrt(np.maximum(variance, 0))
