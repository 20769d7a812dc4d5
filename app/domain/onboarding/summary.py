"""What HR is told of many first years at once, and from how many cases on a number may be told at all."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

FEW = 5
"""With fewer cases a number says more about chance, or about one person, than about the company."""
_SECONDS_A_DAY = 86_400
_TEN_DAYS = 10


@dataclass(frozen=True, slots=True)
class Wait:
    """How long goals waited from being submitted to being signed off: the middle one, and of how many."""

    count: int
    days: float | None

    @property
    def words(self) -> str:
        """The figure, or that there are too few."""
        if self.days is None:
            return too_few(self.count)
        if self.days < 1:
            return "Less than a day"
        shown = f"{self.days:.0f}" if self.days >= _TEN_DAYS else f"{self.days:.1f}".removesuffix(".0")
        return "1 day" if shown == "1" else f"{shown} days"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def words(self) -> str:
        """The share in percent with its counts, or that there are too few."""
        if self.whole < FEW:
            return too_few(self.whole)
        return f"{round(100 * self.part / self.whole)} %, {self.part} of {self.whole}"


def too_few(count: int) -> str:
    """What stands in place of a number that would be made of too few cases."""
    return f"Too few to tell: {count} so far"


def wait(middle: Sequence[timedelta], count: int) -> Wait:
    """The median wait in days of so many, from the one or two in their middle; none when there are too few."""
    days = median(one.total_seconds() / _SECONDS_A_DAY for one in middle) if count >= FEW else None
    return Wait(count, days)
