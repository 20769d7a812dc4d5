"""The first year of a hire as the blueprint sets it: milestones at fixed distances from the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.domain.entry import Entry

Party = Literal["hire", "manager"]
Roll = Literal["forward", "back", "none"]


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance from a date: months first, then days; negative before it."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a hire shows by a day: goals, the evidence of success, and who signs it off."""

    id: str
    title: str
    offset: Offset
    goals: tuple[Entry, ...]
    evidence: tuple[Entry, ...] = ()
    review_opens: Offset = Offset()
    sign_off: tuple[Party, ...] = ("hire", "manager")
    owner: Party = "hire"


@dataclass(frozen=True, slots=True)
class LongTerm:
    """What the role is for beyond the plan, between two distances from the start."""

    title: str
    opens: Offset
    closes: Offset
    goals: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """How due dates are counted, where they move when they fall on a free day, and whether leave extends them."""

    days: Literal["calendar", "working"] = "calendar"
    roll: Roll = "forward"
    extend_for_leave: bool = True


@dataclass(frozen=True, slots=True)
class Onboarding:
    """The plan's milestones in the order of their dates."""

    milestones: tuple[Milestone, ...]
    calendar: Calendar = Calendar()
    long_term: LongTerm | None = None

    def milestone(self, milestone_id: str) -> Milestone:
        """Return the milestone with this id; KeyError when the plan has none."""
        return {milestone.id: milestone for milestone in self.milestones}[milestone_id]
