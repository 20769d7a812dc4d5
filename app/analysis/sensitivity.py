"""Do the weights decide? Exact answers about one leader and one rival; only acceptability draws.

Weights and differences are Fractions by dimension. The differences are leader less rival with the better higher, on
dimensions assessed for both, and the weights are renormalised over these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.analysis.estimate import FloatArray

TIED = "tied"
BEHIND = "behind on the dimensions in common"
TOO_FEW = "too few dimensions in common"
_LEAST_IN_COMMON = Fraction(4, 5)
_DRAWN_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A leader and a rival on what they have in common; where ``why`` is given, nothing more is told."""

    common: tuple[str, ...]
    gap: Fraction | None
    smallest_move: Fraction | None = None
    dominates: bool = False
    tie_weights: Mapping[str, Fraction | None] | None = None
    why: str | None = None


def rivalry(
    weights: Mapping[str, Fraction], leader: Mapping[str, Fraction | None], rival: Mapping[str, Fraction | None]
) -> Rivalry:
    """What it takes for the rival to draw level. Values are dimension means, None where nobody assessed one."""
    common = tuple(name for name in weights if leader.get(name) is not None and rival.get(name) is not None)
    kept = {name: weights[name] for name in common}
    total, whole = sum(kept.values(), Fraction()), sum(weights.values(), Fraction())
    if total <= 0 or total < _LEAST_IN_COMMON * whole:
        return Rivalry(common, None, why=TOO_FEW)
    shares = {name: weight / total for name, weight in kept.items()}
    apart = {name: _known(leader, name) - _known(rival, name) for name in common}
    gap = sum((shares[name] * apart[name] for name in common), Fraction())
    if gap <= 0:
        return Rivalry(common, gap, Fraction() if gap == 0 else None, why=TIED if gap == 0 else BEHIND)
    return Rivalry(common, gap, smallest_move(shares, apart), dominates(apart), tie_weights(shares, apart))


def tie_weights(weights: Mapping[str, Fraction], apart: Mapping[str, Fraction]) -> dict[str, Fraction | None]:
    """For each dimension the weight at which the two tie while the others keep their proportions; None without one.

    w' = s / (s - d_k), s = sum of the other weighted differences over (1 - w_k). ``weights`` sum to 1.
    """
    found: dict[str, Fraction | None] = {}
    for name, weight in weights.items():
        if weight == 1:
            found[name] = None
            continue
        others = sum((weights[o] * apart[o] for o in weights if o != name), Fraction()) / (1 - weight)
        needed = others / (others - apart[name]) if others != apart[name] else None
        found[name] = needed if needed is not None and 0 <= needed <= 1 else None
    return found


def smallest_move(weights: Mapping[str, Fraction], apart: Mapping[str, Fraction]) -> Fraction | None:
    """The least weight that has to change hands for the two to tie, or None when no weights do it.

    Half the L1 distance to the nearest such weights: weight leaves the largest differences first and goes to the
    smallest, which is what the linear program gives. ``weights`` sum to 1 and the gap is above 0.
    """
    gap = sum((weights[name] * apart[name] for name in weights), Fraction())
    lowest = min(apart.values())
    if lowest > 0:
        return None
    moved = Fraction()
    for name in sorted(weights, key=lambda one: (-apart[one], one)):
        step = apart[name] - lowest
        if step <= 0:
            return None
        part = min(weights[name], gap / step)
        moved, gap = moved + part, gap - part * step
        if gap <= 0:
            return moved
    return None


def dominates(apart: Mapping[str, Fraction]) -> bool:
    """Whether the leader is behind nowhere and ahead somewhere: ahead whatever the weights."""
    return all(one >= 0 for one in apart.values()) and any(one > 0 for one in apart.values())


def acceptability(
    values: FloatArray, weights: FloatArray, *, concentration: float = 50, draws: int = 20_000, seed: int = 0
) -> FloatArray:
    """The share of plausible weights under which each target comes first; ties share.

    ``values`` is targets x dimensions with the better higher and no holes; the weights are drawn from a Dirichlet
    around the positive ones of ``weights``. A map of "about these weights", no evidence on people.
    """
    positive = weights > 0
    centre = concentration * weights[positive] / weights[positive].sum()
    chance, counted = np.random.default_rng(seed), np.zeros(len(values))
    most = max(1, _DRAWN_AT_ONCE // max(len(values), 1))
    for begun in range(0, draws, most):
        scores = chance.dirichlet(centre, min(most, draws - begun)) @ values[:, positive].T
        first = scores >= scores.max(axis=1, keepdims=True) - 1e-12
        counted += (first / first.sum(axis=1, keepdims=True)).sum(axis=0)
    return np.asarray(counted / draws, dtype=np.float64)


def _known(values: Mapping[str, Fraction | None], name: str) -> Fraction:
    value = values[name]
    assert value is not None  # noqa: S101  only dimensions in common are asked for
    return value
