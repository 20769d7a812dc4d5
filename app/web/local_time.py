"""Times as people type them, in their own zone, and as the program keeps them, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.domain.errors import Fault, InvalidError

EARLIEST, LATEST = 2000, 2199
"""Years that can be typed: beyond them calendars and clocks of other programs fail."""


def to_utc(typed: datetime | None, zone: str, field: str) -> datetime | None:
    """The moment that a typed time means in a zone; of two in autumn the first.

    A time that the clocks skip in spring, or that lies beyond any plan, raises :class:`InvalidError` on ``field``.
    """
    if typed is None:
        return None
    if not EARLIEST <= typed.year <= LATEST:
        raise InvalidError((Fault(field, f"Choose a time between the years {EARLIEST} and {LATEST}."),))
    moment = typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if to_local(moment, zone) != typed:
        message = f"There is no such time in {zone}: the clocks go forward then. Choose a later one."
        raise InvalidError((Fault(field, message),))
    return moment


def to_local(moment: datetime | None, zone: str) -> datetime | None:
    """What a person's clock shows at a moment."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None
