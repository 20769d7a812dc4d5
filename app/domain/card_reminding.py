"""When an interviewer is reminded of a scorecard or of a kit: a few times, and then somebody else hears of it.

Each occasion is told once. An hour after the interview comes the first reminder, from then on one on each working day,
and after :data:`MOST` of them the coordinator is told. So it does not matter how often or by how many this is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.reminding import OPENS_AT, in_hours

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from app.domain.onboarding.due import WorkingDays

FIRST_AFTER = timedelta(hours=1)
"""Time to come out of the room and drink something; what was said is still fresh."""
MOST = 5
"""So many reminders of one scorecard go to its interviewer: who left five unanswered needs a person, not a sixth."""
KIT = "kit"
ESCALATED = "escalated"
_AWAKE_FROM, _AWAKE_UNTIL = 8, 20
"""Local hours for the first reminder: the interview itself was at a time that suited its interviewer."""
_NOON = 12
_DAY = timedelta(days=1)
_LONGEST_BREAK = 14
"""Days to look back for a working day: longer breaks than this are told on the day itself."""


@dataclass(frozen=True, slots=True)
class Told:
    """An occasion on which somebody was told, and when."""

    occasion: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwedCard:
    """A scorecard that is owed, and what was told of it since reminders count from :attr:`counts_from`."""

    starts_at: datetime
    minutes: int
    assigned_at: datetime
    kit_opened: bool = False
    told: Collection[Told] = ()

    @property
    def counts_from(self) -> datetime:
        """Another time of the interview, or a new duty after a release, begins anew."""
        return max(self.starts_at, self.assigned_at)

    @property
    def asked_from(self) -> datetime:
        """When there is something to score: the end of the interview, or later if the duty came later."""
        return max(self.starts_at + timedelta(minutes=self.minutes), self.assigned_at)


def occasion(card: OwedCard, now: datetime, zone: ZoneInfo, days: WorkingDays) -> str | None:
    """Return on which occasion to tell of a card now: ``kit``, ``due-1`` to ``due-5``, ``escalated``, or ``None``."""
    said = {told.occasion for told in card.told}
    if ESCALATED in said:
        return None
    if now < card.starts_at:
        return KIT if KIT not in said and _kit_is_due(card, now, zone, days) else None
    reminded = [told.at for told in card.told if told.occasion.startswith("due-")]
    if not reminded:
        return _due(1) if _first_is_due(card, now, zone, days) else None
    local = now.astimezone(zone)
    if max(reminded).astimezone(zone).date() >= local.date() or not _at_work(local, days):
        return None
    return _due(len(reminded) + 1) if len(reminded) < MOST else ESCALATED


def _due(number: int) -> str:
    return f"due-{number}"


def _at_work(local: datetime, days: WorkingDays) -> bool:
    return in_hours(local) and days.works(local.date())


def _first_is_due(card: OwedCard, now: datetime, zone: ZoneInfo, days: WorkingDays) -> bool:
    if now < card.asked_from + FIRST_AFTER:
        return False
    local = now.astimezone(zone)
    same_day = local.date() == card.asked_from.astimezone(zone).date()
    return _AWAKE_FROM <= local.hour < _AWAKE_UNTIL if same_day else _at_work(local, days)


def _kit_is_due(card: OwedCard, now: datetime, zone: ZoneInfo, days: WorkingDays) -> bool:
    """Whether the kit is still closed on the morning from which it should be read."""
    local = now.astimezone(zone)
    morning = _morning(card.starts_at.astimezone(zone), days)
    # Who was seated later than that has had a notice with the kit's address since.
    told_by_the_seat = card.assigned_at >= morning
    return not card.kit_opened and not told_by_the_seat and local >= morning and in_hours(local)


def _morning(starts: datetime, days: WorkingDays) -> datetime:
    """The morning of the interview's own day, or of the last working day before when it begins before noon."""
    day = starts.date() if starts.hour >= _NOON and days.works(starts.date()) else _working_day_before(starts, days)
    return datetime(day.year, day.month, day.day, OPENS_AT, tzinfo=starts.tzinfo)


def _working_day_before(starts: datetime, days: WorkingDays) -> date:
    before = (starts.date() - _DAY * number for number in range(1, _LONGEST_BREAK))
    return next((day for day in before if days.works(day)), starts.date())
