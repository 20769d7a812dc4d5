"""Moments of the demo's story, counted in working days from today, so that the demo always looks like this week.

``-3 16:40`` is twenty to five on the third working day before today, ``2 13:00`` one o'clock on the second after it.
Day 0 is today, or the next working day when today is none. All times are the company's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_FORM = re.compile(r"(?P<day>-?\d{1,3}) (?P<hour>\d{2}):(?P<minute>\d{2})")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Moments:
    """Turns the story's moments into instants in UTC; ``now`` decides which day is today in ``zone``."""

    now: datetime
    zone: str

    def at(self, text: str) -> datetime:
        """The instant that a text such as ``-3 16:40`` names; raise ``ValueError`` for any other form."""
        form = _FORM.fullmatch(text)
        if form is None:
            message = f"{text!r} is no moment of the story: write days and time, such as -3 16:40"
            raise ValueError(message)
        day = self._day(int(form["day"]))
        local = datetime(
            day.year, day.month, day.day, int(form["hour"]), int(form["minute"]), tzinfo=ZoneInfo(self.zone)
        )
        return local.astimezone(UTC)

    def day(self, count: int) -> date:
        """The day so many days from today, weekends counted; the working day before it where it is none."""
        day = self._today + timedelta(days=count)
        while day.weekday() >= _SATURDAY:
            day -= timedelta(days=1)
        return day

    @property
    def _today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def _day(self, count: int) -> date:
        today = self._today
        if count < 0:
            return _walk(today, -count, timedelta(days=-1))
        while today.weekday() >= _SATURDAY:
            today += timedelta(days=1)
        return _walk(today, count, timedelta(days=1))


def _walk(day: date, steps: int, step: timedelta) -> date:
    while steps:
        day += step
        steps -= day.weekday() < _SATURDAY
    return day
