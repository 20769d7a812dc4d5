"""When somebody is reminded of what is asked of them: of each thing a few times, and only on working days.

A reminder has an occasion, and each occasion is told once. So it does not matter how often, by how many, or after what
pause this is asked: what was missed on a day off is told on the next working day, and nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.growth.duty import GrowthDuty
from app.domain.onboarding.duty import Asked

if TYPE_CHECKING:
    from app.domain.onboarding.due import WorkingDays

WEEK, DAY = timedelta(days=7), timedelta(days=1)
GRACE = timedelta(days=7)
"""How long something may be late before somebody else hears of it: a week holds every weekday, and most absences."""
OPENS_AT, CLOSES_AT = 9, 17
"""Local hours between which reminders are written: what is written at night is read at night."""


class Cause(StrEnum):
    """Why something is in a digest; in the order in which a digest tells them."""

    OVERDUE = "overdue"
    WAITING = "waiting"
    ESCALATED = "escalated"
    SOON = "soon"

    @property
    def words(self) -> str:
        """The heading in the digest."""
        return {
            "overdue": "Overdue",
            "waiting": "Waiting for you",
            "escalated": "Late with others for more than a week",
        }.get(self.value, "Due soon")


@dataclass(frozen=True, slots=True)
class Occasion:
    """A reason to remind, and the key under which it is kept so that it is told once."""

    cause: Cause
    key: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing that is asked for: what, about which milestone, whose first year, by when or since when.

    On the ladder ``milestone`` is the cycle, case or session. What has no date of its own is due when it came up.
    ``since`` and ``opens_on`` are days in the recipient's own zone. ``doer`` names who owes it, where that is not the
    recipient; a check-in that is late names nobody.
    """

    asked: Asked | GrowthDuty
    what: str
    milestone: str
    hire: str
    due_on: date
    opens_on: date
    since: date
    escalated: bool = False
    doer: str = ""


def in_hours(local: datetime) -> bool:
    """Tell whether it is between the hours in which reminders are written."""
    return OPENS_AT <= local.hour < CLOSES_AT


def occasion(asked: Reminder, today: date, days: WorkingDays) -> Occasion | None:
    """Return why to remind of something today, or ``None``; never on a day that is no working day of its plan."""
    if not days.works(today):
        return None
    if asked.escalated:
        return _escalated(asked, today)
    if asked.asked is Asked.CHECK_IN:
        return _dated(asked, today, days) or _opened(asked, today)
    if asked.asked.has_date:
        found = _dated(asked, today, days)
        return found or (_waiting(asked, today, WEEK) if asked.asked is Asked.RETURNED else None)
    return _waiting(asked, today, WEEK if asked.asked.told_by_the_act else DAY)


def _dated(asked: Reminder, today: date, days: WorkingDays) -> Occasion | None:
    """A week before, on the last working day before, the day after, and every week from then on."""
    due = asked.due_on
    if today > due:
        return Occasion(Cause.OVERDUE, f"overdue-{(today - due - DAY) // WEEK} {due}")
    # To be asked for an answer is a duty as soon as the check-in is open; a goal may be shown until its date.
    asks_for_answer = asked.asked is Asked.CHECK_IN or isinstance(asked.asked, GrowthDuty)
    cause = Cause.WAITING if asks_for_answer else Cause.SOON
    if today >= _eve(due, days):
        return Occasion(cause, f"day-before {due}")
    if today >= due - WEEK and asked.asked is not Asked.CHECK_IN:
        return Occasion(Cause.SOON, f"week-before {due}")
    return None


def _eve(due: date, days: WorkingDays) -> date:
    """The last working day before a date; within the week before it, so that the other reminder stays apart."""
    before = (due - DAY * number for number in range(1, WEEK.days))
    return next((day for day in before if days.works(day)), due)


def _opened(asked: Reminder, today: date) -> Occasion | None:
    return Occasion(Cause.WAITING, f"opened {asked.due_on}") if today >= asked.opens_on else None


def _waiting(asked: Reminder, today: date, first: timedelta) -> Occasion | None:
    """From ``first`` after it came up, once a week."""
    waited = today - asked.since - first
    return Occasion(Cause.WAITING, f"waiting-{waited // WEEK} {asked.since}") if waited >= timedelta(0) else None


def _escalated(asked: Reminder, today: date) -> Occasion | None:
    since = asked.due_on if asked.asked.has_date else asked.since
    return Occasion(Cause.ESCALATED, f"escalated {since}") if today - since > GRACE else None
