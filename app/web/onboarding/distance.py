"""How far a day lies from today, in the words that lists and plans share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_WEEKS_FROM = 21
_WEEK = 7


def away(day: date, today: date) -> str:
    """``today``, ``in 5 days``, ``18 days ago``; from three weeks on in weeks."""
    days = (day - today).days
    if not days:
        return "today"
    if abs(days) == 1:
        return "tomorrow" if days > 0 else "yesterday"
    count = f"{abs(days)} days" if abs(days) < _WEEKS_FROM else f"{round(abs(days) / _WEEK)} weeks"
    return f"in {count}" if days > 0 else f"{count} ago"
