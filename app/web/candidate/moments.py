"""Moments as a candidate reads them: on the clock of the zone that they said, which is named beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime


def moment(at: datetime, zone: str) -> str:
    """Such as ``3 March 2026, 14:05 (Europe/Berlin)``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M} ({zone.replace('_', ' ')})"


def length(minutes: int) -> str:
    """A length of time in words: ``1 hour 30 minutes``, ``45 minutes``, ``3 days``."""
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = ((days, "day"), (hours, "hour"), (left, "minute"))
    said = [f"{count} {word}{'s' if count != 1 else ''}" for count, word in parts if count]
    return " ".join(said) or "0 minutes"
