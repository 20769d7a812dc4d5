"""Quantiles and integrals that pages need too, without loading scipy, which takes longer than what it is asked for.

Sources: Abramowitz & Stegun (1964), 26.7.3 and 26.7.4, for Student's t with whole degrees of freedom; Owen (1956),
Annals of Mathematical Statistics 27, 1075-1090, for T(h, a).
"""

from __future__ import annotations

import math

import numpy as np

_HALVINGS = 200
_NODES = 48


def t_quantile(q: float, freedom: int) -> float:
    """The ``q`` quantile of Student's t, 0.5 <= q < 1, with ``freedom`` >= 1; :class:`ValueError` otherwise."""
    if not 0.5 <= q < 1 or freedom < 1:
        message = "q lies from one half to below 1, and there is at least one degree of freedom"
        raise ValueError(message)
    low, high = 0.0, 1.0
    while _t_within(high, freedom) < 2 * q - 1:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if _t_within(middle, freedom) < 2 * q - 1:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def owens_t(h: float, a: float) -> float:
    """T(h, a) for h >= 0 and 0 <= a <= 1: the integral of exp(-h^2 (1 + x^2) / 2) / (2 pi (1 + x^2)) from 0 to a."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    squares = (a * (nodes + 1) / 2) ** 2
    heights = np.exp(-(h**2) * (1 + squares) / 2) / (1 + squares)
    return float(weights @ heights) * a / (4 * math.pi)


def _t_within(t: float, freedom: int) -> float:
    """The chance that Student's t lies between -t and t."""
    angle = math.atan2(t, math.sqrt(freedom))
    square = math.cos(angle) ** 2
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for step in range(1 + odd, freedom, 2):
        total += term
        term *= square * step / (step + 1)
    if odd:
        return 2 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total
