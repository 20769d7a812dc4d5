"""The week that an interview falls into, as people count: from Monday, in a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def week_of(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The beginning of its Monday and of the next one, in UTC; ``moment`` has a zone of its own."""
    local = moment.astimezone(zone)
    # Days are added on the wall clock, so that a week in which the clocks change is still seven days long.
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
    ends = begins + timedelta(days=7)
    return begins.replace(fold=0).astimezone(UTC), ends.replace(fold=0).astimezone(UTC)
