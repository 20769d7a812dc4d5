"""How sure an order is: noise of the human scores, chances of being ahead, bands, and the words for them.

Everything stands around the human score: the fitted variances say how wide its bar is and never move it. Two
candidates whom the same people saw share those people's strictness, and it cancels between them.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.analysis.components import Components
from app.analysis.estimate import FloatArray, IntArray

Z90 = 1.6448536269514722
"""Half a 90 % interval, in standard deviations."""
CLEARLY, PROBABLY, LEANING = 0.95, 0.80, 0.65
_FEW, _DRAWN_AT_ONCE = 64, 1 << 17

_Drawn = npt.NDArray[np.float32]


def panel_noise(shares: FloatArray, found: Components) -> FloatArray:
    """Covariance of the noise in the composites, targets x targets, in squared scale points.

    R = vb A A' + ve diag(sum a^2), where ``shares`` A is targets x raters and each row sums to 1.
    """
    own = np.diag((shares**2).sum(axis=1))
    return np.asarray(found.rater * (shares @ shares.T) + found.residual * own, dtype=np.float64)


def reliability(noise: FloatArray, found: Components) -> float:
    """The share of what differs between composites that is the candidates: va / (va + mean noise variance)."""
    whole = found.target + float(np.diag(noise).mean())
    return found.target / whole if whole > 0 else 0.0


def half_widths(noise: FloatArray) -> FloatArray:
    """Half the width of each 90 % bar."""
    return np.asarray(Z90 * np.sqrt(np.diag(noise)), dtype=np.float64)


def chance_ahead(composite: FloatArray, noise: FloatArray, reliability: float) -> FloatArray:
    """P[i, j] that i would stay ahead of j before many other panels; the diagonal is one half.

    P = Phi(sqrt(rho) (S_i - S_j) / sqrt(R_ii + R_jj - 2 R_ij)): the root of the reliability pays for regression to the
    mean, and the side is always that of the human scores. ``composite`` has the better higher.
    """
    apart = np.subtract.outer(composite, composite)
    variance = np.add.outer(np.diag(noise), np.diag(noise)) - 2 * noise
    spread = np.sqrt(np.maximum(variance, 0))
    scaled = np.where(apart == 0, 0.0, np.copysign(np.inf, apart))
    np.divide(apart, spread, out=scaled, where=(spread > 1e-12) & (apart != 0))
    return np.asarray([[_normal(math.sqrt(reliability) * z) for z in row] for row in scaled], dtype=np.float64)


def rank_chances(
    composite: FloatArray, noise: FloatArray, reliability: float, *, draws: int = 20_000, seed: int = 0
) -> FloatArray:
    """How often each target would take each place, targets x places, over draws around the composites.

    Draws come from N(S, R / rho), in pairs that mirror each other around S; column 0 is the chance of being the best.
    Rows and columns sum to 1. ``composite`` has the better higher, ``draws`` is even. Single precision is enough: what
    is drawn says how sure an order is, and no score comes from it.
    """
    n = len(composite)
    if reliability <= 0:
        return np.full((n, n), 1 / n)
    values, vectors = np.linalg.eigh(noise / reliability)
    root = (vectors * np.sqrt(np.maximum(values, 0))).astype(np.float32)
    middle = (composite - composite.mean()).astype(np.float32)[:, None]
    chance = np.random.default_rng(seed)
    counts = np.zeros((n, n))
    most = max(1, _DRAWN_AT_ONCE // n)
    for first in range(0, draws // 2, most):
        away = root @ chance.standard_normal((n, min(most, draws // 2 - first)), dtype=np.float32)
        counts += _counted(middle + away) + _counted(middle - away)
    return np.asarray(counts / (draws // 2 * 2), dtype=np.float64)


def _counted(drawn: _Drawn) -> FloatArray:
    """How often each row comes at each place, best first; of equal ones the earlier row goes first."""
    n, draws = drawn.shape
    if n > _FEW:
        # Sorting overtakes comparing each with each only here.
        order = np.argsort(-drawn.T, axis=1, kind="stable")
        at = order * n + np.arange(n)
        return np.bincount(at.ravel(), minlength=n * n).reshape(n, n).astype(np.float64)
    places = np.zeros((n, draws), dtype=np.uint8)
    for row in range(n - 1):
        # Looked at as the bytes that they are, truths need no turning into numbers before they are added.
        behind = (drawn[row + 1 :] <= drawn[row]).view(np.uint8)
        places[row + 1 :] += behind
        places[row] += (n - 1 - row) - np.add.reduce(behind, axis=0, dtype=np.uint8)
    return np.array([np.bincount(one, minlength=n) for one in places], dtype=np.float64)


def bands(composite: FloatArray, ahead: FloatArray, *, threshold: float = PROBABLY) -> IntArray:
    """The band of each target, from 1: the highest heads it, and whoever the head is not surely ahead of joins.

    A tie is never split: where one of equal composites joins, because fewer people saw it, so do the others.
    """
    found = np.zeros(len(composite), dtype=np.int64)
    band = 0
    while (found == 0).any():
        band += 1
        left = np.flatnonzero(found == 0)
        head = left[np.argmax(composite[left])]
        close = composite[left][(ahead[head, left] < threshold) | (left == head)]
        found[left[np.isin(composite[left], close)]] = band
    return found


def in_words(chance: float) -> str:
    """How sure it is that one is ahead of the other, whichever side the chance speaks for."""
    surer = max(chance, 1 - chance)
    if surer >= CLEARLY:
        return "clearly ahead"
    if surer >= PROBABLY:
        return "probably ahead"
    return "leaning" if surer >= LEANING else "too close to call"


def natural(chance: float) -> str:
    """A chance as a natural frequency out of ten."""
    tenths = math.floor(chance * 10 + 0.5)
    if tenths < 1:
        return "fewer than 1 in 10"
    if tenths > 9:
        return "more than 9 in 10"
    return "about 1 time in 10" if tenths == 1 else f"about {tenths} times in 10"


def _normal(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))
