"""Interviews as calendar mail (RFC 5545, 5546): an event a recipient, under one UID through every change.

A body that waits to be sent holds marks in place of this site's address and of the sender, which only whoever sends
it knows; :func:`addressed` puts them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Calendar, Event

MEDIA_TYPE = "text/calendar"
SITE, SENDER = "https://site.invalid", "sender@site.invalid"
"""What stands in a waiting body for this site's address and for the sender; no host can have such a name."""
_VIDEO = "https://"


class Method(StrEnum):
    """What a calendar is asked to do: enter or change an event, take it out, or only show it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One interview in one person's calendar. ``number`` grows with each change; ``at`` is when it was told.

    ``path`` is where it leads on this site, empty for none. ``name`` and ``address`` are the recipient's own.
    """

    uid: UUID
    number: int
    title: str
    text: str
    starts_at: datetime
    minutes: int
    zone: str
    place: str
    path: str
    name: str
    address: str
    at: datetime


def uid_of(interview_id: UUID, person_id: UUID | None) -> UUID:
    """The id under which a recipient's calendar knows an interview; ``None`` is the candidate."""
    return uuid5(interview_id, str(person_id or "candidate"))


def written(appointments: Sequence[Appointment], method: Method) -> str:
    """A calendar's text with these appointments: lines of at most 75 octets that end in CRLF."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Plumbline//Interviews//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    for one in appointments:
        calendar.add_component(_event(one, method))
    _tell_zones(calendar, appointments)
    return _text(calendar)


def addressed(body: str, *, site: str, sender: str) -> str:
    """The same calendar with this site's address and the sender's in it."""
    from icalendar import Calendar

    # Lines are folded in the middle of words, so the marks are looked for in the unfolded ones.
    unfolded = body.replace("\r\n ", "").replace(SITE, site.rstrip("/")).replace(SENDER, sender)
    return _text(Calendar.from_ical(unfolded))


def _event(one: Appointment, method: Method) -> Event:
    from icalendar import Event

    begins, ends = _local(one.starts_at, one.minutes, one.zone)
    event = Event()
    event.add("uid", f"{one.uid}@plumbline")
    event.add("sequence", one.number)
    event.add("dtstamp", one.at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", " ".join(one.title.split()))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    _tell_where(event, one)
    if method is not Method.PUBLISH:
        _tell_who(event, one)
    return event


def _local(starts_at: datetime, minutes: int, zone: str) -> tuple[datetime, datetime]:
    """Start and end on the recipient's clock; in UTC where that clock shows one of them twice in a night of autumn."""
    both = starts_at.astimezone(UTC), starts_at.astimezone(UTC) + timedelta(minutes=minutes)
    begins, ends = (moment.astimezone(ZoneInfo(zone or "UTC")) for moment in both)
    return (begins, ends) if begins.fold == ends.fold == 0 else both


def _tell_where(event: Event, one: Appointment) -> None:
    if one.place:
        event.add("location", one.place)
    if one.place.startswith(_VIDEO):
        event.add("conference", one.place, parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    address = f"{SITE}{one.path}" if one.path else ""
    text = "\n".join(line for line in (one.text, address) if line)
    if text:
        event.add("description", text)
    if address:
        event.add("url", address)


def _tell_who(event: Event, one: Appointment) -> None:
    event.add("organizer", f"mailto:{SENDER}", parameters={"CN": "Interviews"})
    # Nobody reads answers that calendars send on their own: who cannot come says so on the page.
    told = {"CN": _quotable(one.name), "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", f"mailto:{one.address}", parameters=told)


def _quotable(name: str) -> str:
    """A name without what a parameter of a line cannot hold: quotes and control characters."""
    return "".join(" " if character == '"' or not character.isprintable() else character for character in name)


def _tell_zones(calendar: Calendar, appointments: Sequence[Appointment]) -> None:
    """Say when the clocks change around these times, so that a calendar need not know the zone by its name."""
    if appointments:
        days = [one.starts_at.date() for one in appointments]
        year = timedelta(days=400)
        calendar.add_missing_timezones(min(days) - year, max(days) + year)


def _text(calendar: Calendar) -> str:
    made: bytes = calendar.to_ical()
    return made.decode()
