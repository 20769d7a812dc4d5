"""What HR is told of many people on a ladder at once, without telling of one.

A count of one to four people is said as such and no further, and no total gives it away. Where a figure would be
made of fewer than :data:`FEW` people, words stand in its place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from app.domain.change.words import distance
from app.domain.milestone import Offset
from app.domain.onboarding.summary import FEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from fractions import Fraction

    from app.domain.blueprint import Scale

_HIDDEN = f"1 to {FEW - 1}"
UNTOLD = f"Not shown: fewer than {FEW}"
"""What stands in place of a figure that is made of too few people."""
_DAYS_IN_400_YEARS, _MONTHS_IN_400_YEARS = 146_097, 4_800


@dataclass(frozen=True, slots=True)
class Headcount:
    """So many people; ``people`` is None where the count is not told, and ``words`` says what is."""

    people: int | None
    words: str


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team: how many of its people are at each level, in the order of the levels."""

    team: str
    counts: tuple[Headcount, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """People by team and level. A total that would give a hidden count away is itself not told."""

    teams: tuple[TeamLine, ...]
    totals: tuple[Headcount, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """How long people are at a level: the middle one of those there now, and of those who have moved on."""

    level: str
    so_far: str
    until_they_moved: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many of how many people or cases; ``noun`` in the plural says which.

    A ``rough`` whole is said to the nearest five, so that nobody can take it from another count and find a hidden one.
    """

    part: int
    whole: int
    noun: str
    rough: bool = False

    @property
    def told(self) -> bool:
        """Whether there are enough to say it."""
        return self.whole >= FEW

    @property
    def words(self) -> str:
        """Both counts, or that there are too few."""
        if not self.told:
            return f"{UNTOLD} {self.noun}"
        whole = f"about {(self.whole + 2) // 5 * 5}" if self.rough else str(self.whole)
        return f"{self.part} of {whole} {self.noun}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far own answers and managers' agreed in one cycle, over ``people`` whose answers are both in.

    ``same`` of ``compared`` pairs of marks named the same rung; what either could not tell is in neither.
    """

    cycle: str
    opened_on: date
    people: int
    same: int
    compared: int

    @property
    def percent(self) -> int | None:
        """The share of pairs that are the same, rounded half up; None where there are too few people."""
        if self.people < FEW or not self.compared:
            return None
        return (200 * self.same + self.compared) // (2 * self.compared)

    @property
    def words(self) -> str:
        """The share with its counts, or why there is none."""
        if self.people < FEW:
            return f"{UNTOLD} people"
        if self.percent is None:
            return "Nothing to compare yet"
        return f"{self.percent} %, {self.same} of {self.compared} marks of {self.people} people"


@dataclass(frozen=True, slots=True)
class Prediction:
    """Somebody hired through interviews, and what their manager saw met a while later.

    ``over``: the interviews' composite was at the bar or better. ``reached``: of the level that they hold,
    the manager saw nothing unmet; what could not be judged counts neither way. ``pair`` holds the scale, the composite
    with the better higher, and the share of what was judged that the manager saw met.
    """

    over: bool
    reached: bool
    pair: tuple[tuple[int, ...], tuple[Fraction, Fraction]] | None = None


def at_bar(composite: Fraction, scale: Scale) -> bool:
    """Whether a composite is at the bar of its scale or better."""
    return composite >= scale.meets if scale.best == "high" else composite <= scale.meets


def spread(people: Iterable[tuple[str, str]], levels: Sequence[str]) -> Spread:
    """Count people, given as team and level, by both; those at a level that is not listed are left out."""
    counts = Counter(pair for pair in people if pair[1] in levels)
    teams = sorted({team for team, _level in counts}, key=lambda team: (not team, team.casefold()))
    return Spread(
        teams=tuple(TeamLine(team, tuple(_cell(counts[team, level]) for level in levels)) for team in teams),
        totals=tuple(_total([counts[team, level] for team in teams]) for level in levels),
    )


def _cell(count: int) -> Headcount:
    return Headcount(None, _HIDDEN) if 0 < count < FEW else Headcount(count, str(count))


def _total(counts: Sequence[int]) -> Headcount:
    """The sum, unless somebody could work out a hidden count from it and the counts that are told.

    With two or more hidden counts that are neither all as low nor all as high as can be, each may still be another.
    """
    hidden = [count for count in counts if 0 < count < FEW]
    least, most = len(hidden), len(hidden) * (FEW - 1)
    safe = not hidden or (len(hidden) > 1 and least < sum(hidden) < most)
    return _cell(sum(counts)) if safe else Headcount(None, "Not shown")


def stay(level: str, so_far: Sequence[int], until_they_moved: Sequence[int]) -> Stay:
    """The middle stay in words, from days; of too few people nothing is said."""
    return Stay(level, _middle(so_far), _middle(until_they_moved))


def _middle(days: Sequence[int]) -> str:
    return in_months(round(median(days))) if len(days) >= FEW else UNTOLD


def in_months(days: int) -> str:
    """A number of days in whole months, or in days where it is less than one."""
    months = days * _MONTHS_IN_400_YEARS // _DAYS_IN_400_YEARS
    return distance(Offset(months=months) if months else Offset(days=days))


def told_apart(found: Sequence[Prediction]) -> tuple[Ratio, Ratio]:
    """Of those whose interviews were at the bar or over it, and of the others: how many meet their level."""
    sides = ([one for one in found if one.over], [one for one in found if not one.over])
    over, under = (Ratio(sum(one.reached for one in side), len(side), "people") for side in sides)
    return over, under
