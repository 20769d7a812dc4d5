"""Occasions of reminders: never on a day off, never the same twice, and no more often than promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.digest import MOST_LINES, body, subject
from app.domain.onboarding.due import Leave, WorkingDays
from app.domain.onboarding.duty import Asked
from app.domain.reminding import Cause, Reminder, in_hours, occasion

DUE = date(2026, 11, 4)
GOAL = Reminder(Asked.GOAL, "Learn the product\n- Its customers", "First month", "Noor Hire", DUE, DUE, DUE)
WEEKDAYS = WorkingDays()
EVERY_DAY = WorkingDays(week=frozenset(range(7)))


def told(
    asked: Reminder, days: WorkingDays = WEEKDAYS, *, first: date = DUE - timedelta(30), count: int = 60
) -> list[str]:
    """The days on which something new is told, with the cause of each."""
    seen, found = set(), []
    for day in (first + timedelta(number) for number in range(count)):
        why = occasion(asked, day, days)
        if why is not None and why.key not in seen:
            seen.add(why.key)
            found.append(f"{day:%m-%d} {why.cause.value}")
    return found


def test_a_goal_is_told_a_week_and_a_day_before_then_the_day_after_and_weekly() -> None:
    assert told(GOAL) == [
        "10-28 soon", "11-03 soon", "11-05 overdue", "11-12 overdue", "11-19 overdue", "11-26 overdue", "12-03 overdue",
    ]  # fmt: skip


def test_a_check_in_is_told_when_it_opens() -> None:
    asked = replace(GOAL, asked=Asked.CHECK_IN, opens_on=date(2026, 10, 30))
    assert told(asked)[:3] == ["10-30 waiting", "11-03 waiting", "11-05 overdue"]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (Asked.SIGN_GOAL, ["11-11 waiting", "11-18 waiting", "11-25 waiting", "12-02 waiting"]),
        (Asked.UNBLOCK, ["11-11 waiting", "11-18 waiting", "11-25 waiting", "12-02 waiting"]),
        (Asked.OUTCOME, ["11-05 waiting", "11-12 waiting", "11-19 waiting", "11-26 waiting", "12-03 waiting"]),
        (Asked.SIGN_MILESTONE, ["11-05 waiting", "11-12 waiting", "11-19 waiting", "11-26 waiting", "12-03 waiting"]),
    ],
)
def test_what_waits_is_told_weekly_from_a_week_after_a_notice_or_from_the_day_after_without(
    asked: Asked, days: list[str]
) -> None:
    assert told(replace(GOAL, asked=asked)) == days


def test_others_hear_once_after_the_grace_period() -> None:
    assert told(replace(GOAL, escalated=True)) == ["11-12 escalated"]
    assert told(replace(GOAL, asked=Asked.SIGN_GOAL, escalated=True, since=date(2026, 11, 2))) == ["11-10 escalated"]


def test_a_week_of_leave_before_the_date_brings_the_reminder_forward() -> None:
    away = WorkingDays(leave=(Leave(date(2026, 11, 2), date(2026, 11, 3)),))
    assert told(GOAL, away)[:3] == ["10-28 soon", "10-30 soon", "11-05 overdue"]


def test_with_no_working_day_before_it_it_is_told_on_the_day_itself() -> None:
    away = WorkingDays(leave=(Leave(date(2026, 10, 20), date(2026, 11, 3)),))
    assert told(GOAL, away)[:2] == ["11-04 soon", "11-05 overdue"]


@given(
    week=st.frozensets(st.integers(0, 6), min_size=1),
    asked=st.sampled_from(Asked),
    escalated=st.booleans(),
    shift=st.integers(-40, 40),
)
def test_nobody_is_told_on_a_day_off_nor_more_than_promised(
    *, week: frozenset[int], asked: Asked, escalated: bool, shift: int
) -> None:
    one = replace(GOAL, asked=asked, escalated=escalated, since=DUE + timedelta(shift))
    days = told(one, WorkingDays(week=week), first=DUE - timedelta(49), count=98)
    assert all(date(2026, *map(int, day[:5].split("-"))).weekday() in week for day in days)
    assert len(days) <= (1 if escalated else 3 + 98 // 7)


def test_hours_are_from_nine_to_five() -> None:
    at = [in_hours(datetime(2026, 11, 4, hour, minute)) for hour, minute in ((8, 59), (9, 0), (16, 59), (17, 0))]  # noqa: DTZ001  a local clock
    assert at == [False, True, True, False]


def test_a_long_digest_ends_in_a_number() -> None:
    many = [(Cause.OVERDUE, replace(GOAL, what=f"Goal {number}")) for number in range(MOST_LINES + 3)]
    assert subject(many) == "First years: 33 overdue"
    assert body(many).count("\n- ") == MOST_LINES
    assert "And 3 more." in body(many)
    assert "customers" not in body([(Cause.SOON, GOAL)])
