"""Kappas: agreement on categories beyond what the raters' own habits would bring about.

Sources: Cohen (1960), Educational and Psychological Measurement 20, 37-46; Cohen (1968), Psychological Bulletin 70,
213-220; Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323-327; Fleiss (1971), Psychological Bulletin 76,
378-382. The set of categories comes from the scale, never from what happens to occur.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.analysis.estimate import FloatArray, IntArray

Weighting = Literal["none", "linear", "quadratic"]
NO_VARIATION = "no variation"


@dataclass(frozen=True, slots=True)
class Kappa:
    """A kappa with its standard error (Cohen) or its z (Fleiss), or the reason why there is none."""

    value: float | None
    se: float | None = None
    z: float | None = None
    why: str | None = None


def cohen_kappa(table: IntArray | FloatArray, weighting: Weighting | FloatArray = "none") -> Kappa:
    """Two raters' counts (or shares), categories x categories in the order of the scale.

    kappa = (po - pe) / (1 - pe), po and pe the weighted shares of agreement that are seen and that chance would give.
    ``weighting``: agreement 1 - |i - j| / (K - 1), or its square, by position; or a matrix of *disagreement* weights,
    for which kappa is 1 - sum v P / sum v r c and no standard error is given. Shares that sum to 1 have none either.
    """
    total = float(table.sum())
    if total <= 0:
        return Kappa(None, why=NO_VARIATION)
    shares = np.asarray(table / total, dtype=np.float64)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    if not isinstance(weighting, str):
        expected = float((weighting * np.outer(rows, columns)).sum())
        if expected <= 0:
            return Kappa(None, why=NO_VARIATION)
        return Kappa(1 - float((weighting * shares).sum()) / expected)
    weights = _weights(len(shares), weighting)
    observed, chance = float((weights * shares).sum()), float((weights * np.outer(rows, columns)).sum())
    if 1 - chance <= 1e-15:
        return Kappa(None, why=NO_VARIATION)
    kappa = (observed - chance) / (1 - chance)
    return Kappa(kappa, se=_standard_error(shares, weights, kappa, chance, total))


def fleiss_kappa(counts: IntArray) -> Kappa:
    """Targets x categories, each target with the same number n >= 2 of ratings; :class:`ValueError` otherwise.

    kappa = (mean P_i - pe) / (1 - pe), P_i = (sum of squared counts - n) / (n (n - 1)), pe the sum of squared shares;
    z is kappa over its standard error under chance agreement (Fleiss, Nee & Landis 1979).
    """
    sizes = counts.sum(axis=1)
    if len(sizes) == 0 or sizes[0] < 2 or (sizes != sizes[0]).any():
        message = "every target needs the same number of ratings, two or more"
        raise ValueError(message)
    n, targets = int(sizes[0]), len(sizes)
    shares = counts.sum(axis=0) / (targets * n)
    chance = float((shares**2).sum())
    if 1 - chance <= 1e-15:
        return Kappa(None, why=NO_VARIATION)
    agreed = float((((counts**2).sum(axis=1) - n) / (n * (n - 1))).mean())
    kappa = (agreed - chance) / (1 - chance)
    pq = shares * (1 - shares)
    root = float(pq.sum() ** 2 - (pq * (1 - 2 * shares)).sum())
    se = math.sqrt(2) * math.sqrt(max(root, 0.0)) / (float(pq.sum()) * math.sqrt(targets * n * (n - 1)))
    return Kappa(kappa, z=kappa / se if se > 0 else None)


def _weights(k: int, weighting: Weighting) -> FloatArray:
    if weighting == "none" or k == 1:
        return np.eye(k)
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    return np.asarray(1 - (apart if weighting == "linear" else apart**2), dtype=np.float64)


def _standard_error(shares: FloatArray, weights: FloatArray, kappa: float, chance: float, total: float) -> float | None:
    """Fleiss, Cohen & Everitt (1969); None for shares, whose number of targets is not known."""
    if total <= 1:
        return None
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    means = np.add.outer(weights @ columns, weights.T @ rows)
    first = float((shares * (weights - means * (1 - kappa)) ** 2).sum())
    inner = (first - (kappa - chance * (1 - kappa)) ** 2) / total
    return math.sqrt(max(inner, 0.0)) / (1 - chance)
