"""How far one rater's ratings lie from those of others on the same targets and dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.estimate import Estimate, FloatArray, IntArray, unknown

LEAST_SHARED = 10


@dataclass(frozen=True, slots=True)
class Beside:
    """``n`` ratings that somebody else gave too; ``distance`` is the mean distance from the others' mean, unsigned.

    ``within_one`` is the share of them that lie at most one point away. Both in scale points, or why not.
    """

    n: int
    distance: Estimate
    within_one: Estimate


def beside(ratings: FloatArray, target: IntArray, rater: IntArray, who: int) -> Beside:
    """Lay each rating of ``who`` beside the mean of what the others gave that target on that dimension.

    ``ratings`` is cards x dimensions with NaN where nothing was assessed; ``target`` and ``rater`` say whose card a row
    is, one row a target and rater. From ten shared ratings on; below that both estimates are unknown.
    """
    apart = []
    for row in np.flatnonzero(rater == who):
        others = ratings[(target == target[row]) & (rater != who)]
        counts = np.isfinite(others).sum(axis=0)
        shared = np.isfinite(ratings[row]) & (counts > 0)
        means = np.nansum(others[:, shared], axis=0) / counts[shared]
        apart.extend((ratings[row, shared] - means).tolist())
    n = len(apart)
    if n < LEAST_SHARED:
        none = unknown(f"{n} ratings that somebody else gave too; from {LEAST_SHARED} on there is something to see")
        return Beside(n, none, none)
    distances = np.abs(np.array(apart))
    return Beside(n, Estimate(float(distances.mean())), Estimate(float((distances <= 1).mean())))
