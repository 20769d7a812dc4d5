"""Milestones as a calendar to subscribe to (RFC 5545): whole days, and the same bytes for the same data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar"
ASK_AGAIN = timedelta(hours=12)
"""How often a calendar is asked to look: dates move rarely, and a day late would be late."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """A milestone in a calendar. ``number`` grows with each change of its plan, the last of which was at ``at``."""

    milestone_id: UUID
    title: str
    day: date
    number: int
    at: datetime
    address: str


def written(events: Sequence[FeedEvent], *, name: str) -> bytes:
    """The calendar's bytes: lines of at most 75 octets that end in CRLF; the order of the events is kept."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Plumbline//First years//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for event in events:
        calendar.add_component(_event(event))
    made: bytes = calendar.to_ical()
    return made


def _event(one: FeedEvent) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{one.milestone_id}@plumbline")
    event.add("dtstamp", one.at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", one.at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", one.number)
    event.add("dtstart", one.day)
    event.add("dtend", one.day + _DAY)
    event.add("summary", " ".join(one.title.split()))
    event.add("url", one.address)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
