"""Where the differences between ratings come from in any random design, and how reliable a weighted whole is.

Source: Brennan (2001), Generalizability Theory, chapters 3 (designs) and 9 (composites). Variances are found by REML
(Patterson & Thompson 1971, Biometrika 58, 545-554), which for balanced data without negative estimates is what the
expected mean squares give.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.analysis.estimate import ALL_EQUAL, Estimate, FloatArray, IntArray, unknown

LEVELS_AT_MOST = 2_000
_LOWEST, _HIGHEST = -7.0, 3.0
_NEGLIGIBLE = 1e-3
_STARTS = (-1.0, 0.0, -2.5)


@dataclass(frozen=True, slots=True)
class CompositeReliability:
    """Variances of a weighted composite in squared points, and the two reliabilities that follow from them."""

    universe: float
    relative: float
    absolute: float
    e_rho2: Estimate
    phi: Estimate


def g_study(score: FloatArray, factors: Sequence[IntArray]) -> tuple[float, ...]:
    """The variance of each factor in squared scale points, the residual's last, by REML.

    ``factors`` holds a code from 0 for each score; a nested factor or an interaction is a factor with codes of its own
    (raters within tasks: task * raters + rater). Each factor repeats some level, and none tells every score apart:
    that is the residual. :class:`ValueError` where scores are all equal, where codes do not fit, or beyond 2,000
    levels. In [p x (r:t)]: persons, tasks, persons x tasks, raters within tasks, and the residual p x r:t.
    """
    _refuse(score, factors)
    design = np.concatenate([_indicator(codes) for codes in factors], axis=1)
    owner = np.repeat(np.arange(len(factors)), [int(codes.max()) + 1 for codes in factors])
    mixed = _Mixed(score - score.mean(), design, owner)
    lambdas = np.exp(mixed.best(len(factors)))
    lambdas[lambdas < _NEGLIGIBLE] = 0.0
    residual = mixed.solved(lambdas)[1] / (len(score) - 1)
    return (*(float(one) for one in lambdas**2 * residual), float(residual))


def composite_reliability(
    universe: FloatArray, relative: FloatArray, absolute: FloatArray, weights: FloatArray
) -> CompositeReliability:
    """Reliability of the sum of dimensions with ``weights`` w.

    ``universe`` U is the covariance of targets between dimensions, its diagonal their universe variances; ``relative``
    and ``absolute`` are the error variances of each dimension's mean, v_pi / n and (v_pi + v_i) / n. Universe = w'Uw,
    errors = sum w^2 v; E rho2 and Phi are universe / (universe + error). Unknown where nothing varies.
    """
    whole = float(weights @ universe @ weights)
    errors = [float(weights**2 @ one) for one in (relative, absolute)]
    e_rho2, phi = (Estimate(whole / (whole + one)) if whole + one > 0 else unknown(ALL_EQUAL) for one in errors)
    return CompositeReliability(whole, errors[0], errors[1], e_rho2, phi)


class _Mixed:
    """Henderson's equations of a design, solved at scaled variances."""

    def __init__(self, score: FloatArray, design: FloatArray, owner: IntArray) -> None:
        whole = np.column_stack([design, np.ones(len(score))])
        self.n, self.owner = len(score), owner
        self.squares = float(score @ score)
        self.crossed, self.right = whole.T @ whole, whole.T @ score

    def solved(self, lambdas: FloatArray) -> tuple[float, float]:
        """ln|C| and the penalised sum of squares, for lambda = deviation of each factor over the residual's."""
        scale = np.append(lambdas[self.owner], 1.0)
        whole = self.crossed * np.outer(scale, scale)
        levels = np.arange(len(self.owner))
        whole[levels, levels] += 1
        right = self.right * scale
        lower = np.linalg.cholesky(whole)
        half = np.linalg.solve(lower, right)
        return 2 * float(np.log(np.diag(lower)).sum()), self.squares - float(half @ half)

    def best(self, factors: int) -> FloatArray:
        """The logarithms of the lambdas at which the restricted likelihood is highest, of several starts."""
        from scipy.optimize import minimize

        def criterion(logs: FloatArray) -> float:
            log_det, penalised = self.solved(np.exp(logs))
            return log_det + (self.n - 1) * math.log(max(penalised, 1e-300))

        tries = [
            minimize(
                criterion, np.full(factors, start), method="L-BFGS-B", bounds=[(_LOWEST, _HIGHEST)] * factors,
                options={"ftol": 1e-14, "gtol": 1e-7, "maxiter": 500},
            )
            for start in _STARTS
        ]  # fmt: skip
        return np.asarray(min(tries, key=lambda one: float(one.fun)).x, dtype=np.float64)


def _refuse(score: FloatArray, factors: Sequence[IntArray]) -> None:
    why = None
    if not factors or any(codes.shape != score.shape or codes.min(initial=0) < 0 for codes in factors):
        why = "each factor has a code from 0 for every score"
    elif len(score) < 3 or float(np.ptp(score)) <= 0:
        why = ALL_EQUAL
    elif any(not 2 <= len(np.unique(codes)) < len(score) for codes in factors):
        why = "each factor has two levels or more, and repeats some"
    elif sum(int(codes.max()) + 1 for codes in factors) > LEVELS_AT_MOST:
        why = f"more than {LEVELS_AT_MOST} levels"
    if why is not None:
        raise ValueError(why)


def _indicator(codes: IntArray) -> FloatArray:
    found = np.zeros((len(codes), int(codes.max()) + 1))
    found[np.arange(len(codes)), codes] = 1
    return found
