"""Due dates: a distance from a start, stretched by leave, rolled off days on which nobody works.

The order is always the same. Months are added and clamped to the month's last day, then days. Days of leave after the
start do not count towards the distance (where the plan says so). Only then a day that nobody works is left, forward or
back. So a date never depends on the order in which leave was entered.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.domain.milestone import Calendar, Offset, Roll

MONDAY_TO_FRIDAY = frozenset(range(5))
DAYS_A_WEEK = 7
_MONTHS_A_YEAR = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Leave:
    """Days off from the first to the last, both included; ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse leave that ends before it begins."""
        if self.last < self.first:
            message = f"leave from {self.first} to {self.last} ends before it begins"
            raise ValueError(message)

    def covers(self, day: date) -> bool:
        """Tell whether the day is off."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """When a person works: days of the week (Monday is 0), less holidays and leave."""

    week: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    leave: tuple[Leave, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a week in which nobody ever works."""
        if not self.week or not self.week <= frozenset(range(DAYS_A_WEEK)):
            message = "a working week needs at least one day, from 0 for Monday to 6 for Sunday"
            raise ValueError(message)

    def works(self, day: date) -> bool:
        """Tell whether the person works that day."""
        return self._scheduled(day) and not any(leave.covers(day) for leave in self.leave)

    def _scheduled(self, day: date) -> bool:
        return day.weekday() in self.week and day not in self.holidays


def shifted(start: date, offset: Offset) -> date:
    """Return the day at this distance: months first, clamped to the month's length, then days.

    31 August and six months give 28 or 29 February.
    """
    months = start.year * _MONTHS_A_YEAR + start.month - 1 + offset.months
    year, month = divmod(months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])) + timedelta(days=offset.days)


def due(start: date, offset: Offset, calendar: Calendar, days: WorkingDays) -> date:
    """Return when something at this distance from the start is due.

    With `calendar.days` "working", the distance's days count working days only; its months stay calendar months.
    A roll back that would pass the start goes forward instead. OverflowError beyond the year 9999.
    """
    leave = merged(days.leave) if calendar.extend_for_leave else ()
    if calendar.days == "working" and offset.days > 0:
        counted = WorkingDays(days.week, days.holidays, leave)
        reached = _after_working_days(_stretched(start, shifted(start, _months(offset)), leave), offset.days, counted)
    else:
        reached = _stretched(start, shifted(start, offset), leave)
    return _rolled(reached, start, calendar.roll, days)


def merged(leave: Iterable[Leave]) -> tuple[Leave, ...]:
    """Return the leave in order, with what overlaps or touches made one, so that no day counts twice."""
    whole: list[Leave] = []
    for one in sorted(leave):
        if whole and one.first <= whole[-1].last + _DAY:
            whole[-1] = Leave(whole[-1].first, max(whole[-1].last, one.last))
        else:
            whole.append(one)
    return tuple(whole)


def _months(offset: Offset) -> Offset:
    return type(offset)(months=offset.months)


def _stretched(start: date, reached: date, leave: tuple[Leave, ...]) -> date:
    """Return the day by which as many days without leave have passed as lie between the start and `reached`."""
    for one in leave:
        first = max(one.first, start + _DAY)
        if first <= min(reached, one.last):
            reached += one.last - first + _DAY
    return reached


def _after_working_days(day: date, count: int, days: WorkingDays) -> date:
    following = _from(day + _DAY, _DAY)
    while count:
        day = next(following)
        count -= days.works(day)
    return day


def _rolled(reached: date, start: date, roll: Roll, days: WorkingDays) -> date:
    if roll == "none":
        return reached
    if roll == "back":
        before = next(day for day in _from(reached, -_DAY) if days.works(day) or day < start)
        if before >= start:
            return before
    return next(day for day in _from(reached, _DAY) if days.works(day))


def _from(day: date, step: timedelta) -> Iterator[date]:
    while True:
        yield day
        day += step
