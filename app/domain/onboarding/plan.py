"""An onboarding plan as it stands on a day: when milestones are due, how they are doing, what a new start changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.onboarding.due import due, shifted
from app.domain.onboarding.goal import GoalState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.milestone import Calendar, Offset
    from app.domain.onboarding.due import WorkingDays

SOON = timedelta(days=7)
"""How long before its date a milestone counts as due soon."""
FINAL = "day-90"
"""The milestone whose signatures open the outcome; a plan without it takes its third, or its last."""
EARLIEST_START, LATEST_START = timedelta(days=3 * 365), timedelta(days=2 * 365)
"""How far from today a start may lie: a plan for somebody long here, or for somebody who has only just signed."""


class PlanState(StrEnum):
    """A plan runs, is completed, or is closed because the person left; its history is kept in every case."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """The word on the page."""
        return "Running" if self is PlanState.ACTIVE else self.value.capitalize()


class PartyName(StrEnum):
    """Who signs and answers."""

    HIRE = "hire"
    MANAGER = "manager"

    @property
    def words(self) -> str:
        """The word on the page."""
        return {"hire": "New hire"}.get(self.value, "Manager")


class Counting(StrEnum):
    """What a distance in days counts."""

    CALENDAR = "calendar"
    WORKING = "working"

    @property
    def words(self) -> str:
        """The words on the page."""
        return f"{self.value.capitalize()} days"


class RollRule(StrEnum):
    """Where a date goes that falls on a day on which nobody works."""

    FORWARD = "forward"
    BACK = "back"
    NONE = "none"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "forward": "To the next working day",
            "back": "To the working day before",
            "none": "It stays where it falls",
        }[self.value]


class HolidaySource(StrEnum):
    """Where a holiday of a plan came from."""

    COUNTRY = "country"
    CUSTOM = "custom"
    CALENDAR = "calendar"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"country": "Country's list", "custom": "Added by hand", "calendar": "From a calendar file"}[self.value]


class Health(StrEnum):
    """How a plan or milestone is doing; the first that holds counts."""

    DONE = "done"
    BLOCKED = "blocked"
    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    AHEAD = "ahead"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"ahead": "Not begun, in good time"}.get(self.value, self.value.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Dated:
    """What a milestone's date is made from: its distance, a pinned date, and the date that a sign-off settled.

    A settled date stays, and so does a pinned one; everything else is derived from the start.
    """

    key: str
    title: str
    offset: Offset
    pinned: date | None = None
    settled: date | None = None

    def due(self, start: date, calendar: Calendar, days: WorkingDays) -> date:
        """Return when it is due."""
        return self.settled or self.pinned or due(start, self.offset, calendar, days)


@dataclass(frozen=True, slots=True)
class Shift:
    """What a change does to one milestone: its date before and after, and in words why it stays where it does."""

    key: str
    title: str
    before: date
    after: date
    stays: str = ""

    @property
    def days(self) -> int:
        """By how many days it moves; negative towards earlier."""
        return (self.after - self.before).days


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that dates depend on besides the milestones themselves."""

    start: date
    calendar: Calendar
    days: WorkingDays


def shifts(milestones: Iterable[Dated], before: Schedule, after: Schedule) -> tuple[Shift, ...]:
    """Return what a change of schedule does to each milestone, in their order; nothing is changed by asking."""
    return tuple(
        Shift(
            one.key,
            one.title,
            one.due(before.start, before.calendar, before.days),
            one.due(after.start, after.calendar, after.days),
            _stays(one),
        )
        for one in milestones
    )


def _stays(one: Dated) -> str:
    if one.settled:
        return "signed off"
    return "pinned to its date" if one.pinned else ""


def review_opens(due_on: date, opens: Offset) -> date:
    """Return the day on which the check-in opens; the blueprint gives the distance from the due date."""
    return shifted(due_on, opens)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many goals of a milestone stand where: waived and signed-off ones are settled."""

    total: int = 0
    untouched: int = 0
    submitted: int = 0
    blocked: int = 0
    settled: int = 0

    @property
    def unshown(self) -> int:
        """Goals on which something is still to be shown."""
        return self.total - self.submitted - self.settled


def tally(states: Sequence[GoalState]) -> Tally:
    """Count goals by where they stand."""
    return Tally(
        total=len(states),
        untouched=states.count(GoalState.NOT_STARTED),
        submitted=states.count(GoalState.SUBMITTED),
        blocked=states.count(GoalState.BLOCKED),
        settled=sum(state.settled for state in states),
    )


def health(goals: Tally, due_on: date, today: date, *, signed: bool) -> Health:
    """Judge a milestone by its goals, its date and whether every party has signed it.

    At risk means due within a week with something not even submitted. A milestone without goals waits for signatures.
    """
    if signed:
        return Health.DONE
    if goals.blocked:
        return Health.BLOCKED
    if due_on < today:
        return Health.OVERDUE
    if goals.unshown and due_on - today <= SOON:
        return Health.AT_RISK
    return Health.AHEAD if goals.total and goals.untouched == goals.total else Health.ON_TRACK


WORST_FIRST = (Health.BLOCKED, Health.OVERDUE, Health.AT_RISK, Health.ON_TRACK, Health.AHEAD, Health.DONE)
"""The order in which plans and milestones want to be looked at."""


def worst(found: Iterable[Health]) -> Health:
    """Return how a whole plan is doing: as badly as its worst milestone; done when there is none."""
    return min(found, key=WORST_FIRST.index, default=Health.DONE)


def unsigned(sign_off: Sequence[PartyName], signed_by: Iterable[PartyName]) -> tuple[PartyName, ...]:
    """Return whose signature is missing, in the blueprint's order."""
    have = frozenset(signed_by)
    return tuple(party for party in sign_off if party not in have)
