"""What day it is where somebody works: a plan's dates begin and end by its own zone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


def local_day(now: datetime, zone: str) -> date:
    """Return the day that it is in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def other_days(now: datetime, day: date, zones: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the zones in which the day is a later one than `day`, and those in which it is an earlier one."""
    days = {zone: local_day(now, zone) for zone in sorted(zones)}
    return tuple(zone for zone, it in days.items() if it > day), tuple(zone for zone, it in days.items() if it < day)
