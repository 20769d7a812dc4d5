"""What the charts of a comparison show: bars in bands, chances of places, and how far a weight has to go.

Numbers place the marks and are already computed; `shown` is the text beside them. Nothing here rounds or averages.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Banded:
    """One candidate: the composite, the ends of its bar, and the adjusted score if it is switched on.

    `band` heads the first row of a band and is empty on the others. Without a value `shown` says why.
    """

    label: str
    shown: str
    band: str = ""
    value: Fraction | None = None
    low: float | None = None
    high: float | None = None
    adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """One candidate's chances of each place that the chart names, in hundredths, whole; they sum to 100."""

    label: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Swing:
    """One dimension's share of the weight now and where two candidates tie, in hundredths; `tie` None for nowhere."""

    label: str
    shown: str
    now: Fraction
    tie: Fraction | None = None
