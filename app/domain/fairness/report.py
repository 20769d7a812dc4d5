"""The report that HR reads: groups side by side at each step, in numbers and words, for pages, tables and paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from app.domain.fairness.rates import RateLine, percent

NOT_SHOWN = "not shown"
"""Stands for a withheld count; a table says once why."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group at one step. ``people`` None is withheld; ``passed`` None is withheld, or there was nobody.

    ``low`` and ``high`` bound the ratio, 95 %; ``flips`` and ``verdict`` are words.
    """

    group: str
    people: int | None
    passed: int | None = None
    rate: Fraction | None = None
    ratio: Fraction | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    below: bool | None = None
    flips: str = ""
    verdict: str = ""
    reference: bool = False

    @property
    def percent(self) -> str:
        """The rate in whole percent, or nothing."""
        return "" if self.rate is None else percent(self.rate)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one question: how many came to it and went on, by group.

    ``line`` is four fifths of the reference's rate, for the chart.
    """

    title: str
    asked: str
    people: int
    passed: int
    groups: tuple[GroupLine, ...]
    line: Fraction | None
    chart: tuple[RateLine, ...]

    @property
    def withheld(self) -> int:
        """How many groups have a count that is not shown."""
        return sum(one.people is None or (one.people > 0 and one.passed is None) for one in self.groups)

    @property
    def telling(self) -> bool:
        """Whether two groups or more can be compared."""
        return sum(bool(one.people) and one.passed is not None for one in self.groups) > 1

    @property
    def told(self) -> tuple[GroupLine, ...]:
        """Groups that somebody chose, counts shown or withheld; none where every count is withheld."""
        there = tuple(one for one in self.groups if one.people != 0)
        return there if any(one.people for one in there) else ()

    @property
    def empty(self) -> tuple[str, ...]:
        """Choices that nobody made."""
        return tuple(one.group for one in self.groups if one.people == 0)


@dataclass(frozen=True, slots=True)
class Section:
    """One question, or both together, through every step.

    ``answered`` says how many of all chose something; ``unknown`` counts the others, None where that is withheld.
    """

    title: str
    answered: str
    unknown: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """A released report with everything worked out. ``requisitions`` are their titles; ``unscored`` why there are no
    scoring rates, where there are none.
    """

    release_id: UUID
    role: str
    requisitions: tuple[str, ...]
    released_at: datetime
    released_by: str
    sha256: str
    people: int
    withdrawn: int
    sections: tuple[Section, ...]
    unscored: str

    @property
    def findings(self) -> Sequence[tuple[Section, Step, GroupLine]]:
        """Groups below four fifths where there is enough to judge, from all sections."""
        return [
            (section, step, group)
            for section in self.sections
            for step in section.steps
            for group in step.groups
            if group.below and group.verdict.startswith("Below")
        ]


@dataclass(frozen=True, slots=True)
class ImpactDocument:
    """A released report on paper."""

    company: str
    report: ImpactReport
    zone: str = "UTC"

    @property
    def title(self) -> str:
        """What stands at the foot of its pages."""
        return f"Groups and fairness · {self.report.sha256[:12]}"
