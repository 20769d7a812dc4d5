"""When a grader is reminded that work waits: every other day, a few times, and then somebody else hears of it.

Each occasion is told once, so it does not matter how often or by how many this is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.reminding import in_hours

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from app.domain.onboarding.due import WorkingDays

EVERY = timedelta(days=2)
"""Between the moment from which work waits, or a reminder, and the next one."""
MOST = 3
"""So many reminders go to a grader before whoever appointed them hears of it."""
ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class WaitingGrades:
    """A case of which something waits for a grader since a moment, and when they were told of it by now."""

    since: datetime
    told: Collection[datetime] = ()
    escalated: bool = False


def occasion(waiting: WaitingGrades, now: datetime, zone: ZoneInfo, days: WorkingDays) -> str | None:
    """Return on which occasion to tell now: ``due-1`` to ``due-3``, ``escalated``, or ``None``."""
    local = now.astimezone(zone)
    if waiting.escalated or not in_hours(local) or not days.works(local.date()):
        return None
    last = max((waiting.since, *waiting.told))
    if now - last < EVERY:
        return None
    number = len(waiting.told) + 1
    return f"due-{number}" if number <= MOST else ESCALATED
