"""A group's rate with how far chance alone could move it, as charts show it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class RateLine:
    """One line of the chart of rates: 0 to 1. ``rate`` None says why in ``shown``; ``reference`` is the best one."""

    label: str
    shown: str
    rate: float | None = None
    low: float = 0.0
    high: float = 0.0
    reference: bool = False


def rate_line(label: str, passed: int, people: int, *, reference: bool = False) -> RateLine:
    """The rate of ``passed`` of at least one person with its 95 % interval (Wilson, 1927)."""
    rate, spread = passed / people, _Z95**2 / people
    middle = (rate + spread / 2) / (1 + spread)
    half = _Z95 / (1 + spread) * math.sqrt(rate * (1 - rate) / people + spread / (4 * people))
    shown = f"{passed} of {people}, {percent(Fraction(passed, people))}"
    return RateLine(label, shown, rate, max(0.0, middle - half), min(1.0, middle + half), reference)


def percent(share: Fraction) -> str:
    """A share in whole percent, half up, as words: ``43 %``."""
    return f"{math.floor(share * 100 + Fraction(1, 2))} %"
