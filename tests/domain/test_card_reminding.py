"""When an interviewer is told of a scorecard or a kit, hour by hour and day by day, in their own zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.card_reminding import ESCALATED, KIT, MOST, OwedCard, Told, occasion
from app.domain.onboarding.due import Leave, WorkingDays

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")
WEEKDAYS = WorkingDays()
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def lived(
    card: OwedCard, first: datetime, last: datetime, zone: ZoneInfo = UTC_ZONE, days: WorkingDays = WEEKDAYS
) -> list[tuple[str, str]]:
    """Ask every quarter of an hour, keep what is told, and return it with the local times."""
    told: list[tuple[str, str]] = []
    now = first
    while now <= last:
        why = occasion(card, now, zone, days)
        if why is not None:
            card = replace(card, told=(*card.told, Told(why, now)))
            told.append((why, f"{now.astimezone(zone):%a %d %H:%M}"))
        now += HOUR / 4
    return told


def card(
    starts: datetime, *, minutes: int = 60, assigned: datetime = MONDAY - 20 * DAY, opened: bool = True
) -> OwedCard:
    return OwedCard(starts, minutes, assigned, kit_opened=opened)


def test_an_hour_after_the_end_then_each_working_morning_then_somebody_else() -> None:
    starts = MONDAY + DAY + 10 * HOUR

    assert lived(card(starts), MONDAY, MONDAY + 40 * DAY) == [
        ("due-1", "Tue 24 12:00"),
        ("due-2", "Wed 25 09:00"),
        ("due-3", "Thu 26 09:00"),
        ("due-4", "Fri 27 09:00"),
        ("due-5", "Mon 30 09:00"),
        (ESCALATED, "Tue 01 09:00"),
    ]


@pytest.mark.parametrize(
    ("hour", "first"),
    [(6, "Mon 23 08:00"), (17, "Mon 23 19:00"), (18, "Tue 24 09:00"), (22, "Tue 24 09:00")],
)
def test_the_first_reminder_waits_for_an_hour_at_which_people_are_up(hour: int, first: str) -> None:
    assert lived(card(MONDAY + hour * HOUR), MONDAY, MONDAY + 2 * DAY)[0] == ("due-1", first)


def test_an_interview_on_a_saturday_is_told_of_on_it_and_then_on_monday() -> None:
    saturday = MONDAY + 5 * DAY

    told = lived(card(saturday + 10 * HOUR), MONDAY, MONDAY + 8 * DAY + 12 * HOUR)

    assert told == [("due-1", "Sat 28 12:00"), ("due-2", "Mon 30 09:00"), ("due-3", "Tue 01 09:00")]


def test_hours_are_those_of_whoever_is_told() -> None:
    starts = MONDAY + 9 * HOUR

    told = lived(card(starts), MONDAY, MONDAY + 3 * DAY, ZoneInfo("Pacific/Auckland"))

    # The interview ends at eleven in the evening there; nobody is written to at midnight.
    assert told == [("due-1", "Tue 24 09:00"), ("due-2", "Wed 25 09:00"), ("due-3", "Thu 26 09:00")]


def test_leave_and_holidays_are_passed_over() -> None:
    days = WorkingDays(holidays=frozenset({date(2026, 11, 25)}), leave=(Leave(date(2026, 11, 26), date(2026, 11, 29)),))

    told = lived(card(MONDAY + DAY + 10 * HOUR), MONDAY, MONDAY + 8 * DAY + 12 * HOUR, days=days)

    assert told == [("due-1", "Tue 24 12:00"), ("due-2", "Mon 30 09:00"), ("due-3", "Tue 01 09:00")]


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        (MONDAY + DAY + 14 * HOUR, "Tue 24 09:00"),
        (MONDAY + DAY + 10 * HOUR, "Mon 23 09:00"),
        (MONDAY + 7 * DAY + 10 * HOUR, "Fri 27 09:00"),
        (MONDAY + 6 * DAY + 15 * HOUR, "Fri 27 09:00"),
    ],
)
def test_a_closed_kit_is_told_of_on_the_morning_from_which_it_should_be_read(starts: datetime, told: str) -> None:
    closed = lived(card(starts, opened=False), MONDAY, starts - HOUR)

    assert closed == [(KIT, told)]
    assert lived(card(starts), MONDAY, starts - HOUR) == []


def test_who_was_seated_since_that_morning_has_had_a_notice() -> None:
    starts = MONDAY + DAY + 14 * HOUR
    seated = card(starts, assigned=MONDAY + DAY + 10 * HOUR, opened=False)

    assert lived(seated, MONDAY + DAY, starts - HOUR) == []


def test_a_seat_that_came_after_the_interview_counts_from_then() -> None:
    late = card(MONDAY - 4 * DAY, assigned=MONDAY + 13 * HOUR)

    assert lived(late, MONDAY + 13 * HOUR, MONDAY + DAY + 12 * HOUR) == [
        ("due-1", "Mon 23 14:00"),
        ("due-2", "Tue 24 09:00"),
    ]


def test_a_pause_of_the_worker_is_made_up_once_and_at_work() -> None:
    told = lived(card(MONDAY + 10 * HOUR), MONDAY + 5 * DAY + 3 * HOUR, MONDAY + 8 * DAY + 12 * HOUR)

    assert told == [("due-1", "Mon 30 09:00"), ("due-2", "Tue 01 09:00")]


@given(
    start=st.integers(0, 14 * 24),
    rounds=st.lists(st.integers(1, 60), min_size=1, max_size=150),
    zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"]),
)
def test_whenever_it_is_asked_nothing_is_told_twice_or_at_night(start: int, rounds: list[int], zone: str) -> None:
    where = ZoneInfo(zone)
    one = card(MONDAY + start * HOUR, opened=False)
    now, said, days_told = MONDAY, [], []
    for pause in rounds:
        why = occasion(one, now, where, WEEKDAYS)
        if why is not None:
            one = replace(one, told=(*one.told, Told(why, now)))
            said.append(why)
            days_told.append(now.astimezone(where).date())
            assert 8 <= now.astimezone(where).hour < 20
        now += pause * HOUR
    assert len(said) == len(set(said))
    due = [day for day, why in zip(days_told, said, strict=True) if why != KIT]
    assert len(due) == len(set(due)) <= MOST + 1
