"""The ladder: levels, what each requires, and what a promotion has to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.domain.entry import Entry, Origin
from app.domain.milestone import Offset

LadderRule = Literal["all", "minimum", "points"]


@dataclass(frozen=True, slots=True)
class Typical:
    """How long people usually work at a level: a guideline that nothing enforces. Without `most` it has no end."""

    least: Offset
    most: Offset | None = None
    origin: Origin = "house"


@dataclass(frozen=True, slots=True)
class Level:
    """A rung of the career: `rank` orders the levels of one track."""

    id: str
    title: str
    track: str
    rank: int
    typical: Typical | None = None


@dataclass(frozen=True, slots=True)
class RungNeeded:
    """The rung of one competency that a level requires."""

    level: str
    competency: str
    rung: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a criterion: at least `least` pieces from the last `horizon`."""

    text: str
    least: int
    horizon: Offset
    origin: Origin = "house"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing a promotion case has to show, and the competencies it touches."""

    id: str
    text: str
    competencies: tuple[str, ...]
    evidence: Evidence | None = None
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Promotion:
    """The step from one level to any of several."""

    from_level: str
    to_levels: tuple[str, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels and steps, and where people come from and go to.

    `rule` decides when a level is reached: every required rung, at least `minimum` of them, or `minimum` points.
    """

    levels: tuple[Level, ...]
    requires: tuple[RungNeeded, ...] = ()
    rule: LadderRule = "all"
    minimum: int | None = None
    promotions: tuple[Promotion, ...] = ()
    feeder_roles: tuple[Entry, ...] = ()
    next_roles: tuple[Entry, ...] = ()
    adjacent_paths: tuple[Entry, ...] = ()
    evolution: tuple[Entry, ...] = ()

    def level(self, level_id: str) -> Level:
        """Return the level with this id; KeyError when the ladder has none."""
        return {level.id: level for level in self.levels}[level_id]

    def required(self, level_id: str) -> tuple[RungNeeded, ...]:
        """Return the rungs that this level requires, in the blueprint's order."""
        return tuple(needed for needed in self.requires if needed.level == level_id)
