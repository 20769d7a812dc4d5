"""Free days from a calendar file (.ics): whole-day events by day, and an honest word on everything left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.domain.text import one_line, unfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from icalendar import Component

SIZE_LIMIT, MOST_EVENTS = 1_000_000, 3000
LIMITS = "a calendar file (.ics) of at most 1 MB"
NAME_LIMIT = 200
_DAY = timedelta(days=1)
_UNNAMED = "Free day"
_YEARLY = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL"})
"""The parts of a rule that repeats the same day each year; a rule with others is not followed."""


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """Free days by name, in order, and what was left out.

    That is how many events have a time of day, how many lie outside the wanted days, how many cannot be read, and the
    names of those that repeat by a rule that is not followed here.
    """

    holidays: dict[date, str]
    timed: int = 0
    outside: int = 0
    unreadable: int = 0
    repeating: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Event:
    """A whole-day event: its name, first day and length. ``yearly`` is its rule, empty where it does not repeat."""

    name: str
    first: date
    days: int
    yearly: Mapping[str, Any]
    followed: bool


def read(data: bytes, first: date, last: date) -> CalendarDays:
    """Read the free days from ``first`` to ``last``; ValueError says in a sentence why a file is none.

    Whole-day events count, over each of their days. A rule that repeats one every year is followed, no other is.
    """
    events = [_event(component) for component in _components(data)]
    whole = [event for event in events if isinstance(event, _Event)]
    days: dict[date, str] = {}
    outside = 0
    for event in whole:
        found = [day for day in _days(event, last) if first <= day <= last]
        outside += not found and event.followed
        for day in found:
            days.setdefault(day, event.name)
    repeating = tuple(dict.fromkeys(event.name for event in whole if not event.followed))
    return CalendarDays(
        holidays=dict(sorted(days.items())),
        timed=sum(isinstance(event, datetime) for event in events),
        outside=outside,
        unreadable=events.count(None),
        repeating=repeating,
    )


def _components(data: bytes) -> list[Component]:
    from icalendar import Calendar

    if len(data) > SIZE_LIMIT:
        message = f"This file has {len(data) / 1_000_000:.1f} MB. Choose {LIMITS}."
        raise ValueError(message)
    try:
        found = Calendar.from_ical(_text(data), multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(_no_calendar(data)) from error
    calendars = [one for one in found if one.name == "VCALENDAR"]
    if not calendars:
        raise ValueError(_no_calendar(data))
    events = [part for one in calendars for part in one.subcomponents if part.name == "VEVENT"]
    if len(events) > MOST_EVENTS:
        message = f"This calendar has {len(events)} events, and at most {MOST_EVENTS} are read. Export free days only."
        raise ValueError(message)
    return events


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _no_calendar(data: bytes) -> str:
    head = data.lstrip()[:200].lower()
    if not data.strip():
        return "This file is empty. Export the calendar again."
    if head.startswith((b"<!doctype", b"<html")):
        return "This is a web page, not a calendar. Download the .ics file itself: it begins with BEGIN:VCALENDAR."
    if b"begin:vcalendar" in head:
        return "This calendar breaks off or holds lines that no calendar has. Export it again."
    return "This is not a calendar. Choose an .ics file: it begins with BEGIN:VCALENDAR."


def _event(component: Component) -> _Event | datetime | None:
    """An event of whole days, the start of one with a time of day, or ``None`` for one that cannot be read."""
    from icalendar.error import BrokenCalendarProperty

    try:
        first = component.decoded("DTSTART")
        if isinstance(first, datetime):
            return first
        days = _length(component, first)
        name = _name(str(component.get("SUMMARY", "")))
    except (KeyError, AttributeError, ValueError, TypeError, BrokenCalendarProperty):
        return None
    cancelled = str(component.get("STATUS", "")).upper() == "CANCELLED"
    if not isinstance(first, date) or days < 1 or cancelled:
        return None
    rule: Any = component.get("RRULE", {})
    return _Event(name, first, days, rule, _followed(component, rule))


def _length(component: Component, first: date) -> int:
    """How many days an event lasts; its end is the day after its last. Less than one is a fault of the file."""
    if "DTEND" in component:
        days = int((component.decoded("DTEND") - first).days)
    elif "DURATION" in component:
        days = int(component.decoded("DURATION").days)
    else:
        days = 1
    # Some programs give a single day an end on the same day.
    return days or 1


def _followed(component: Component, rule: Any) -> bool:  # noqa: ANN401  a rule, or a list of them where a file has several
    if "RDATE" in component or "EXDATE" in component or not hasattr(rule, "items"):
        return False
    parts = {str(name).upper(): values for name, values in rule.items()}
    return not parts or (
        parts.keys() <= _YEARLY and parts.get("FREQ") == ["YEARLY"] and parts.get("INTERVAL", [1]) == [1]
    )


def _name(text: str) -> str:
    name = one_line(text)[:NAME_LIMIT]
    return _UNNAMED if not name or unfit(name) else name


def _days(event: _Event, last: date) -> Iterator[date]:
    for first in _firsts(event, last) if event.followed else ():
        yield from (first + number * _DAY for number in range(min(event.days, (last - first).days + 1)))


def _firsts(event: _Event, last: date) -> Iterable[date]:
    """The first day of each year's repetition; a 29 February only where there is one."""
    if not event.yearly:
        return [event.first]
    until = event.yearly.get("UNTIL", [last])[0]
    until = min(until.date() if isinstance(until, datetime) else until, last)
    years = range(event.first.year, until.year + 1)
    firsts = [_in_year(event.first, year) for year in years]
    found = [day for day in firsts if day is not None]
    count = event.yearly.get("COUNT", [len(found)])[0]
    return [day for day in found[:count] if day <= until]


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
