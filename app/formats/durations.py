"""ISO 8601 durations as blueprint files use them: lengths of cases, distances of milestones, lengths of plans."""

from __future__ import annotations

import re

from app.domain.milestone import Offset

_MINUTES = re.compile(r"PT(?:([0-9]{1,2})H)?(?:([0-9]{1,3})M)?")
_MOST_MINUTES = 999
_MOST_DAYS = 9999
"""What a duration may give in minutes and in days: whatever is more goes into hours and weeks."""

_OFFSET = re.compile(r"(-?)P(?:([0-9]{1,3})M)?(?:([0-9]{1,2})W)?(?:([0-9]{1,4})D)?")


def minutes(written: str) -> int | None:
    """Return the minutes of a duration such as PT90M or PT1H30M, or None when it is not one or is nothing."""
    found = _MINUTES.fullmatch(written)
    total = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    return total or None


def offset(written: str) -> Offset | None:
    """Return the distance of a duration such as P30D, P6M or -P5D, or None when it is not one; a week is seven days."""
    found = _OFFSET.fullmatch(written)
    if not found or not any(found.groups()[1:]):
        return None
    sign = -1 if found[1] else 1
    days = int(found[3] or 0) * 7 + int(found[4] or 0)
    return Offset(months=sign * int(found[2] or 0), days=sign * days)


def minutes_written(total: int) -> str:
    """Return a number of minutes as a duration that `minutes` reads back."""
    hours = max(0, -(-(total - _MOST_MINUTES) // 60))
    rest = total - hours * 60
    return f"PT{hours}H{rest}M" if hours else f"PT{rest}M"


def offset_written(distance: Offset) -> str:
    """Return a distance as a duration that `offset` reads back; months and days never point different ways."""
    sign = "-" if distance.months < 0 or distance.days < 0 else ""
    months, days = abs(distance.months), abs(distance.days)
    weeks = max(0, -(-(days - _MOST_DAYS) // 7))
    parts = ((months, "M"), (weeks, "W"), (days - weeks * 7, "D"))
    said = "".join(f"{count}{unit}" for count, unit in parts if count)
    return f"{sign}P{said or '0D'}"
