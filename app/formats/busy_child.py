"""The process that works a calendar out: it reads its text and says when somebody is busy, and nothing of why.

A rule of a calendar can ask for more repetitions than a machine can count, or for a day that never comes. So this runs
in a process of its own, with little memory and few seconds.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.domain.slots import Span, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icalendar import Component

FAULT = 3
MOST_TIMES = 2000
_MEMORY, _SECONDS = 512 * 1024 * 1024, 4
_NONE = "This is not a calendar. Choose an .ics file: it begins with BEGIN:VCALENDAR."
_MANY = f"This calendar has more than {MOST_TIMES} busy times in two months. Give one with your own appointments only."


def serve(first: str, last: str, zone: str) -> None:
    """Read a calendar from standard input and write its busy times between two moments as JSON."""
    import recurring_ical_events  # noqa: F401  loaded now, because nothing is after this

    text = _text(sys.stdin.buffer.read())
    _confine()
    try:
        spans = busy(text, datetime.fromisoformat(first), datetime.fromisoformat(last), ZoneInfo(zone))
    except ValueError as error:
        sys.stdout.write(str(error))
        sys.stdout.flush()
        sys.exit(FAULT)
    json.dump([(span.starts_at.isoformat(), span.ends_at.isoformat()) for span in spans], sys.stdout)


def busy(text: str, first: datetime, last: datetime, zone: ZoneInfo) -> tuple[Span, ...]:
    """The times between two moments at which the calendar's owner is busy; times without a zone are in ``zone``.

    Free, cancelled and see-through events count for nothing. ValueError says in a sentence why a text is no calendar.
    """
    from icalendar import Calendar

    try:
        calendars = [one for one in Calendar.from_ical(text, multiple=True) if one.name == "VCALENDAR"]
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(_NONE) from error
    if not calendars:
        raise ValueError(_NONE)
    window = Span(first, last)
    found = [span for calendar in calendars for span in _spans(calendar, window, zone)]
    within = (Span(max(span.starts_at, first), min(span.ends_at, last)) for span in found if span.meets(window))
    spans = merged(within)
    if len(spans) > MOST_TIMES:
        raise ValueError(_MANY)
    return spans


def _spans(calendar: Component, window: Span, zone: ZoneInfo) -> Iterator[Span]:
    for component in islice(_occurrences(calendar, window), MOST_TIMES * 2):
        if _counts(component):
            # An event that cannot be read is left out: one broken entry must not hide all others.
            with suppress(KeyError, ValueError, AttributeError, TypeError, OverflowError):
                yield _span(component.start, component.end, zone)
    for component in calendar.walk("VFREEBUSY"):
        yield from _told(component, zone)


def _occurrences(calendar: Component, window: Span) -> Iterable[Any]:
    import recurring_ical_events

    # A day to each side, because what has no zone of its own is placed only afterwards.
    day = timedelta(days=1)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    found: Iterable[Any] = query.between(window.starts_at - day, window.ends_at + day)
    return found


def _counts(component: Component) -> bool:
    said = {name: str(component.get(name, "")).upper() for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")}
    free = said["TRANSP"] == "TRANSPARENT" or said["X-MICROSOFT-CDO-BUSYSTATUS"] == "FREE"
    return not free and said["STATUS"] != "CANCELLED"


def _span(start: Any, end: Any, zone: ZoneInfo) -> Span:  # noqa: ANN401  a day or a moment, with or without a zone
    span = Span(_moment(start, zone), _moment(end, zone))
    if span.ends_at <= span.starts_at:
        message = "an event that ends before it begins"
        raise ValueError(message)
    return span


def _moment(told: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(told, datetime):
        told = datetime.combine(told, time(0))
    return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)


def _told(component: Component, zone: ZoneInfo) -> Iterator[Span]:
    """The periods of a published free/busy table that are not marked as free."""
    kept = component.get("FREEBUSY", [])
    for line in kept if isinstance(kept, list) else [kept]:
        if str(line.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        for period in getattr(line, "dts", [line]):
            with suppress(ValueError, AttributeError, TypeError):
                yield _span(period.start, period.end, zone)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _confine() -> None:
    """Take the kernel's limits, where the system has them."""
    with suppress(ImportError):
        import resource

        bounds = {
            resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 1_000_000, resource.RLIMIT_NOFILE: 32,
            resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_CPU: _SECONDS,
        }  # fmt: skip
        for kind, bound in bounds.items():
            resource.setrlimit(kind, (bound, bound))
