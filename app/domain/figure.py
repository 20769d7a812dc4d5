"""What the charts show: dot plots, heat maps, profiles, bars, paths and timelines, for pages and documents.

Numbers place the marks and are already computed; `shown` is the text beside them. Nothing here rounds or averages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Tick:
    """One point of the scale on an axis."""

    value: int
    title: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The scale that marks are placed on: its points, lowest first, and the point that meets the bar, if any."""

    ticks: tuple[Tick, ...]
    meets: int | None = None
    best: Literal["high", "low"] = "high"

    def short(self, value: int | Fraction) -> bool:
        """Whether a value does not reach the bar; never without one."""
        if self.meets is None:
            return False
        return value < self.meets if self.best == "high" else value > self.meets


@dataclass(frozen=True, slots=True)
class Dot:
    """One line of a dot plot. `value` None says why in `shown`; `marks` are the single values behind the dot."""

    label: str
    shown: str
    value: int | Fraction | None = None
    low: int | Fraction | None = None
    high: int | Fraction | None = None
    marks: tuple[int | Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One rating. `value` None is *not assessed*, unless `waiting`: then the card is not in yet."""

    shown: str
    value: int | Fraction | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One dimension across the interviewers, in the order of the chart's columns."""

    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """One dimension of one person. `value` None is *not assessed*."""

    label: str
    shown: str
    value: int | Fraction | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar figure; `value` None says why in `shown`."""

    label: str
    shown: str
    value: int | Fraction | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a figure over time: a short label, a second line under it if any, the period in full, a count."""

    label: str
    below: str
    period: str
    count: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A role on a career path; `on_ladder` when the ladder describes it as a level."""

    label: str
    detail: str = ""
    on_ladder: bool = False


@dataclass(frozen=True, slots=True)
class Paths:
    """The roles around one: those that people come from, those that they go on to, and those to the side."""

    here: Stop
    before: tuple[Stop, ...] = ()
    after: tuple[Stop, ...] = ()
    aside: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class MilestoneMark:
    """A milestone on a timeline: its name, its day and how it does in words, and the shape that says the same.

    `at` is where it lies, 0 at the timeline's left end and 1 at its right; `shape` is a value of
    `app.domain.onboarding.plan.Health`.
    """

    label: str
    day: str
    word: str
    shape: str
    at: Fraction


@dataclass(frozen=True, slots=True)
class Timeline:
    """Milestones in order of their days, the months' beginnings, and today, if it lies on the line."""

    marks: tuple[MilestoneMark, ...]
    months: tuple[tuple[str, Fraction], ...]
    start: str
    today: Fraction | None = None


@dataclass(frozen=True, slots=True)
class SparkPoint:
    """A reading: its day and value in words, 0 to 1 across and up, and whether it lies within the target, if any."""

    day: str
    shown: str
    across: Fraction
    up: Fraction
    within: bool | None = None


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Readings of one metric, oldest first, with the target's bounds and the baseline as heights from 0 to 1.

    A bound of `None` is open; both `None` is no target. A guardrail's bounds are drawn as fences.
    """

    points: tuple[SparkPoint, ...]
    low: Fraction | None = None
    high: Fraction | None = None
    baseline: Fraction | None = None
    guardrail: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values on one scale for one thing, such as what was expected and what came; `None` says why in words."""

    label: str
    first: int | Fraction | None
    second: int | Fraction | None
    first_shown: str
    second_shown: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """What is expected of one thing, and what two people say of it, on one scale; `None` says why in words."""

    label: str
    expected: int | None
    own: int | None
    manager: int | None
    expected_shown: str
    own_shown: str
    manager_shown: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One step of a curve: its label below, the value in words and as a number; ``here`` is where one stands."""

    label: str
    shown: str
    value: float | Fraction
    here: bool = False


@dataclass(frozen=True, slots=True)
class StripRow:
    """A value with its interval around a line at zero; `value` None says why in `shown`."""

    label: str
    shown: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
