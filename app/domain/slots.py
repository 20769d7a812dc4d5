"""When people could meet: times at which everybody is free, in hours that are humane for all of them.

Moments are UTC; what is humane is judged on each person's own clock, so that a change of the clocks moves nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

STEP = timedelta(minutes=30)
"""Offered times begin on the hour or the half hour of UTC."""
BREAK = timedelta(minutes=15)
"""What a candidate rests at least between two interviews."""
MOST_A_DAY = timedelta(hours=5)
"""How long a candidate is interviewed at most on one day of theirs."""
_SATURDAY = 5


class Hours(StrEnum):
    """Between which hours of their own clock people meet: office hours, or wider where zones lie far apart."""

    OFFICE = "office"
    WIDE = "wide"

    @property
    def words(self) -> str:
        """The hours, as a page says them."""
        return f"{self.opens:02}:00 to {self.closes:02}:00"

    @property
    def opens(self) -> int:
        """The hour of the earliest start."""
        return 9 if self is Hours.OFFICE else 7

    @property
    def closes(self) -> int:
        """The hour of the latest end."""
        return 18 if self is Hours.OFFICE else 21


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time from one moment up to, and without, another."""

    starts_at: datetime
    ends_at: datetime

    def meets(self, other: Span) -> bool:
        """Whether the two have a moment in common."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def with_breaks(self) -> Span:
        """The same time with a candidate's rest before and after it."""
        return Span(self.starts_at - BREAK, self.ends_at + BREAK)


@dataclass(frozen=True, slots=True)
class Diary:
    """When a person is not free, in order and without overlaps. A ``zone`` of ``None`` is not known yet."""

    zone: tzinfo | None = None
    busy: tuple[Span, ...] = ()

    def free(self, span: Span) -> bool:
        """Whether nothing is in the way."""
        place = bisect_left(self.busy, span.ends_at, key=lambda one: one.starts_at)
        return place == 0 or self.busy[place - 1].ends_at <= span.starts_at

    def with_busy(self, *spans: Span) -> Diary:
        """The same diary with more in it."""
        return Diary(self.zone, merged((*self.busy, *spans)))


@dataclass(frozen=True, slots=True)
class Meeting:
    """An interview to find a time for: who has to be there beside the candidate."""

    key: UUID
    minutes: int
    people: tuple[UUID, ...]

    def span(self, starts_at: datetime) -> Span:
        """The time that it takes from a start on."""
        return span_of(starts_at, self.minutes)


@dataclass(frozen=True, slots=True)
class Offer:
    """Starts at which a meeting could be, soonest first, and the hours that had to be kept for that."""

    starts: tuple[datetime, ...]
    hours: Hours = Hours.OFFICE


@dataclass(frozen=True, slots=True)
class Proposal:
    """A time for each meeting of a loop that has one; ``missing`` are those for which there is none."""

    times: Mapping[UUID, datetime] = field(default_factory=dict)
    missing: tuple[UUID, ...] = ()


class ClashKind(StrEnum):
    """What speaks against a time."""

    BUSY = "busy"
    TWICE = "twice"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a meeting's time is doubtful: for whom (``None`` is the candidate) and what stands in the way."""

    key: UUID
    who: UUID | None
    kind: ClashKind


def span_of(starts_at: datetime, minutes: int) -> Span:
    """The time that a meeting takes."""
    return Span(starts_at, starts_at + timedelta(minutes=minutes))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in the fewest spans, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.starts_at <= found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, span.ends_at))
        else:
            found.append(span)
    return tuple(found)


def humane(span: Span, zones: Iterable[tzinfo | None], hours: Hours = Hours.OFFICE) -> bool:
    """Whether a time lies on one weekday and within the hours on every one of these clocks."""
    return all(_within(span, zone, hours) for zone in set(zones) if zone)


def _within(span: Span, zone: tzinfo, hours: Hours) -> bool:
    begins, ends = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    same_day = begins.date() == ends.date() and begins.weekday() < _SATURDAY
    return same_day and hours.opens <= begins.hour and (ends.hour, ends.minute) <= (hours.closes, 0)


def offer(minutes: int, diaries: Sequence[Diary], *, first: datetime, last: datetime, most: int = 12) -> Offer:
    """When everybody could meet between two moments: in office hours, or else in wider ones, or not at all."""
    zones = {diary.zone for diary in diaries}
    for hours in Hours:
        found = []
        for span in _grid(minutes, zones, hours, Span(first, last)):
            if all(diary.free(span) for diary in diaries):
                found.append(span.starts_at)
                if len(found) == most:
                    break
        if found:
            return Offer(tuple(found), hours)
    return Offer((), Hours.WIDE)


def propose(
    meetings: Sequence[Meeting], diaries: Mapping[UUID, Diary], candidate: Diary, *, first: datetime, last: datetime
) -> Proposal:
    """The soonest times for a whole loop, in its order: nobody twice at once, with breaks and days that end.

    Diaries are by person. Each meeting takes the first time that is left, so an early one never waits for a late one.
    """
    loop = _Loop(dict(diaries), candidate, first, last)
    times: dict[UUID, datetime] = {}
    for meeting in meetings:
        span = loop.first_fit(meeting)
        if span is not None:
            times[meeting.key] = span.starts_at
            loop.take(span, meeting.people)
    return Proposal(times, tuple(meeting.key for meeting in meetings if meeting.key not in times))


def clashes(
    placed: Sequence[tuple[Meeting, datetime]], diaries: Mapping[UUID, Diary], candidate: Diary
) -> tuple[Clash, ...]:
    """What speaks against the times of a loop: somebody busy, somebody twice at once, or hours that are not humane."""
    spans = [(meeting, meeting.span(starts_at)) for meeting, starts_at in placed]
    found: list[Clash] = []
    for meeting, span in spans:
        present: dict[UUID | None, Diary] = {person: diaries.get(person, Diary()) for person in meeting.people}
        present[None] = candidate
        others = [one for one, other in spans if one is not meeting and other.meets(span)]
        for who, diary in present.items():
            if not diary.free(span):
                found.append(Clash(meeting.key, who, ClashKind.BUSY))
            if any(who is None or who in one.people for one in others):
                found.append(Clash(meeting.key, who, ClashKind.TWICE))
            if not humane(span, [diary.zone], Hours.WIDE):
                found.append(Clash(meeting.key, who, ClashKind.HOURS))
    return tuple(found)


@dataclass(slots=True)
class _Loop:
    """Diaries that fill up while a loop is laid out."""

    diaries: dict[UUID, Diary]
    candidate: Diary
    first: datetime
    last: datetime
    placed: list[Span] = field(default_factory=list)

    def first_fit(self, meeting: Meeting) -> Span | None:
        rests = (one.with_breaks() for one in self.placed)
        present = [*(self.diaries.get(person, Diary()) for person in meeting.people), self.candidate.with_busy(*rests)]
        zones = {diary.zone for diary in present}
        for hours in Hours:
            for span in _grid(meeting.minutes, zones, hours, Span(self.first, self.last)):
                if all(diary.free(span) for diary in present) and not self._too_long_a_day(span):
                    return span
        return None

    def take(self, span: Span, people: Iterable[UUID]) -> None:
        self.placed.append(span)
        for person in people:
            self.diaries[person] = self.diaries.get(person, Diary()).with_busy(span)

    def _too_long_a_day(self, span: Span) -> bool:
        clock = self.candidate.zone or UTC
        day = span.starts_at.astimezone(clock).date()
        same = [one for one in self.placed if one.starts_at.astimezone(clock).date() == day]
        return bool(same) and sum((one.ends_at - one.starts_at for one in (*same, span)), timedelta(0)) > MOST_A_DAY


def _grid(minutes: int, zones: Iterable[tzinfo | None], hours: Hours, within: Span) -> Iterator[Span]:
    """What :func:`humane` lets through of all half hours within a time, soonest first."""
    length = timedelta(minutes=minutes)
    whole = within.starts_at.replace(minute=0, second=0, microsecond=0)
    for window in _windows(zones, hours, within):
        starts_at = whole + STEP * -((whole - window.starts_at) // STEP)
        while starts_at + length <= window.ends_at:
            yield Span(starts_at, starts_at + length)
            starts_at += STEP


def _windows(zones: Iterable[tzinfo | None], hours: Hours, within: Span) -> list[Span]:
    """When it is humane on every clock: found a day at a time, so that nights and weekends are not looked through."""
    found = [within]
    for zone in {zone for zone in zones if zone}:
        days = list(_days(zone, hours, within))
        found = [
            Span(max(one.starts_at, day.starts_at), min(one.ends_at, day.ends_at))
            for one in found
            for day in days
            if one.meets(day)
        ]
    return found


def _days(zone: tzinfo, hours: Hours, within: Span) -> Iterator[Span]:
    day, last = (moment.astimezone(zone).date() for moment in (within.starts_at, within.ends_at))
    while day <= last:
        if day.weekday() < _SATURDAY:
            opens, closes = (
                datetime(day.year, day.month, day.day, hour, tzinfo=zone) for hour in (hours.opens, hours.closes)
            )
            yield Span(opens.astimezone(UTC), closes.astimezone(UTC))
        day += timedelta(days=1)
