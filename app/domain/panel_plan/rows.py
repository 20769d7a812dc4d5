"""A plan as rows, one an interview, and what is wrong with it: gaps, and more than people or time can carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.hiring import RATERS_WANTED, InterviewKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINUTES_A_DIMENSION = 15
"""What a conversation needs to hear one example of a dimension out and ask back."""
FEWEST_MINUTES = 10
"""Less than this for a dimension is an impression, not evidence."""
USUAL_MINUTES = 240
"""How long a candidate is asked to spend, unless the plan says otherwise."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One interview of a plan; ``raters`` people hold it, each with a scorecard of their own."""

    kind: InterviewKind
    title: str
    minutes: int
    focus: tuple[str, ...]
    raters: int = 1
    case_study: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What a plan may take: different people, and minutes of the candidate."""

    people: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Looks:
    """A dimension, its title and how many people look at it."""

    dimension: str
    title: str
    raters: int

    @property
    def thin(self) -> bool:
        """Whether too few look at it to compare judgements."""
        return self.raters < RATERS_WANTED


@dataclass(frozen=True, slots=True)
class Review:
    """What a plan comes to: ``looks`` in the scorecard's order, and ``overload`` in sentences."""

    looks: tuple[Looks, ...]
    raters: int
    minutes: int
    overload: tuple[str, ...]

    @property
    def gaps(self) -> tuple[Looks, ...]:
        """The dimensions that too few people look at."""
        return tuple(look for look in self.looks if look.thin)

    @property
    def sound(self) -> bool:
        """Whether every dimension is looked at often enough, and nothing is too much."""
        return not self.gaps and not self.overload


def review(rows: Sequence[PlanRow], titles: Mapping[str, str], room: Room) -> Review:
    """Look a plan over; ``titles`` has the scorecard's dimensions by id, in their order.

    Every seat is taken to be another person, which is what giving the seats out tries first.
    """
    looks = tuple(
        Looks(dimension, title, sum(row.raters for row in rows if dimension in row.focus))
        for dimension, title in titles.items()
    )
    raters, minutes = sum(row.raters for row in rows), sum(row.minutes for row in rows)
    return Review(looks, raters, minutes, (*_hurried(rows), *_beyond(raters, minutes, room)))


def _hurried(rows: Sequence[PlanRow]) -> list[str]:
    return [
        f"{row.title or 'An interview without a title'}: {len(row.focus)} dimensions in {row.minutes} minutes leave "
        f"{row.minutes // len(row.focus)} minutes for each. Take some out, or give it more time."
        for row in rows
        if row.focus and row.minutes < FEWEST_MINUTES * len(row.focus)
    ]


def _beyond(raters: int, minutes: int, room: Room) -> list[str]:
    found = []
    if raters > room.people:
        found.append(
            f"The plan has {raters} seats and the panel {room.people} people, so somebody would interview twice."
        )
    if minutes > room.minutes:
        found.append(
            f"A candidate would spend {minutes} minutes, {minutes - room.minutes} more than the {room.minutes} allowed."
        )
    return found
