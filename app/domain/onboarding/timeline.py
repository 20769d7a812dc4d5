"""A plan as a line: where its milestones and today lie between its start and its last milestone."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.figure import MilestoneMark, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.onboarding.plan import Health

MOST_MONTHS = 13
LONGEST_PAST = timedelta(days=120)
"""How far after its last milestone the line still reaches to today; later, today is left out."""
_MONTHS_A_YEAR = 12
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def timeline(
    start: date, today: date, milestones: Sequence[tuple[str, date, Health]], say: Callable[[date], str]
) -> Timeline:
    """Place milestones, given as title, day and how they do; `say` writes a day.

    The line begins at the start, or at a milestone before it, and ends at the last milestone, or at today when that
    is not long after it.
    """
    days = [day for _, day, _ in milestones]
    first, last = min([start, *days]), max([start, *days])
    if last < today <= last + LONGEST_PAST:
        last = today
    whole = max((last - first).days, 1)

    def at(day: date) -> Fraction:
        return Fraction((day - first).days, whole)

    return Timeline(
        marks=tuple(
            MilestoneMark(title, say(day), doing.words, doing.value, at(day))
            for title, day, doing in sorted(milestones, key=lambda one: one[1])
        ),
        months=tuple((_NAMES[day.month - 1], at(day)) for day in _months(first, last)),
        start=say(start),
        today=at(today) if first <= today <= last else None,
    )


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * _MONTHS_A_YEAR + last.month - first.month
    step = -(-count // MOST_MONTHS) or 1
    begun = first.year * _MONTHS_A_YEAR + first.month
    return [date(*_split(begun + months), 1) for months in range(0, count, step)]


def _split(months: int) -> tuple[int, int]:
    return months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1
