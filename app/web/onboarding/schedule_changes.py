"""What a wanted schedule changes besides the dates, and what a calendar file did not give, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.web.onboarding.begin_form import DAYS
from app.web.pages import localdate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.onboarding.due import Leave
    from app.formats.holiday_calendar import CalendarDays
    from app.queries.plan_schedule import PlanSchedule
    from app.services.plan_dates import ScheduleDraft

MOST_NAMED = 5


def changes(kept: PlanSchedule, wanted: ScheduleDraft) -> tuple[tuple[str, str, str], ...]:
    """What changes: its name, how it is, how it would be."""
    before = {one.day for one in kept.holidays}
    after = {one.day for one in wanted.holidays}
    every = (
        ("First day", localdate(kept.starts_on), localdate(wanted.starts_on)),
        ("Working days", _week(kept.week), _week(wanted.week)),
        ("Distances count", kept.counting.words, wanted.counting.words),
        ("A date on a free day moves", kept.roll.words, wanted.roll.words),
        ("Leave moves later milestones", _yes(kept.extend_for_leave), _yes(wanted.extend_for_leave)),
        ("Leave", _leave(kept.leave), _leave(sorted(wanted.leave))),
        ("Public holidays of", kept.country or "nowhere", wanted.country or "nowhere"),
    )
    differing = tuple(one for one in every if one[1] != one[2])
    if before == after:
        return differing
    gone, new = len(before - after), len(after - before)
    words = " and ".join([*([f"{new} more"] if new else []), *([f"{gone} taken out"] if gone else [])])
    return (*differing, ("Free days", f"{len(before)}", f"{len(after)} ({words})"))


def left_out(read: CalendarDays) -> tuple[str, ...]:
    """What a calendar file gave and what of it was left out, a sentence each."""
    days = len(read.holidays)
    sentences = [f"{_count(days, 'free day')} came from the calendar file." if days else "The file held no free day."]
    if read.timed:
        sentences.append(f"{_count(read.timed, 'event')} with a time of day left out: nobody is off for a meeting.")
    if read.repeating:
        more = len(read.repeating) - MOST_NAMED
        names = ", ".join(read.repeating[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        sentences.append(f"Repeating by a rule that is not followed here, so add their days by hand: {names}.")
    if read.unreadable:
        sentences.append(f"{_count(read.unreadable, 'event')} could not be read or cancelled.")
    if read.outside:
        sentences.append(f"{_count(read.outside, 'event')} outside the years of this plan.")
    return tuple(sentences)


def _week(days: Iterable[int]) -> str:
    return ", ".join(DAYS[day] for day in sorted(days))


def _yes(value: bool) -> str:  # noqa: FBT001  one value, said in a word
    return "Yes" if value else "No"


def _leave(periods: Iterable[Leave]) -> str:
    return "; ".join(f"{localdate(one.first)} to {localdate(one.last)}" for one in periods) or "None"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
