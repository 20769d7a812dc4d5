"""Due dates: worked examples by hand, and what has to hold for any start, week, holidays and leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.milestone import Calendar, Offset
from app.domain.onboarding.due import Leave, WorkingDays, due, merged, shifted

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.milestone import Roll

AS_COUNTED = Calendar(roll="none")
EVERY_DAY = WorkingDays(week=frozenset(range(7)))
THIRTY, SIXTY, NINETY = Offset(days=30), Offset(days=60), Offset(days=90)
HALF, YEAR = Offset(months=6), Offset(months=12)
EASTER_WEEK = Leave(date(2026, 4, 6), date(2026, 4, 10))
MONDAY = date(2026, 3, 2)

_days = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))
_leaves = st.lists(st.tuples(_days, st.integers(0, 60)), max_size=4).map(
    lambda drawn: tuple(Leave(first, first + timedelta(days=length)) for first, length in drawn)
)
_offsets = st.builds(Offset, months=st.integers(0, 24), days=st.integers(0, 400))
_weeks = st.frozensets(st.integers(0, 6), min_size=1)


@st.composite
def _near(draw: Callable[..., date], start: date) -> WorkingDays:
    """Working days whose holidays and leave fall where they can matter."""
    near = st.integers(-10, 500).map(lambda days: start + timedelta(days=days))
    leave = st.tuples(near, st.integers(0, 40)).map(lambda drawn: Leave(drawn[0], drawn[0] + timedelta(days=drawn[1])))
    return draw(  # type: ignore[return-value]  # draw is typed by what the test declares, not by what it is given
        st.builds(
            WorkingDays,
            week=_weeks,
            holidays=st.frozensets(near, max_size=12),
            leave=st.lists(leave, max_size=3).map(tuple),
        )
    )


@pytest.mark.parametrize(
    ("start", "offset", "expected"),
    [
        (date(2026, 3, 2), THIRTY, date(2026, 4, 1)),
        (date(2026, 3, 2), NINETY, date(2026, 5, 31)),
        (date(2025, 8, 31), HALF, date(2026, 2, 28)),
        (date(2027, 8, 31), HALF, date(2028, 2, 29)),
        (date(2028, 2, 29), YEAR, date(2029, 2, 28)),
        (date(2026, 1, 31), Offset(months=1, days=1), date(2026, 3, 1)),
        (date(2026, 12, 15), Offset(months=1), date(2027, 1, 15)),
        (date(2026, 3, 2), Offset(months=-3), date(2025, 12, 2)),
        (date(2026, 3, 2), Offset(days=-5), date(2026, 2, 25)),
    ],
)
def test_months_clamp_to_the_month_and_come_before_days(start: date, offset: Offset, expected: date) -> None:
    assert shifted(start, offset) == expected


@pytest.mark.parametrize(
    ("roll", "expected"),
    [("none", date(2026, 5, 31)), ("forward", date(2026, 6, 1)), ("back", date(2026, 5, 29))],
)
def test_a_sunday_rolls_as_the_plan_says(roll: Roll, expected: date) -> None:
    assert due(MONDAY, NINETY, Calendar(roll=roll), WorkingDays()) == expected


def test_a_week_of_leave_moves_what_comes_after_it_and_nothing_before() -> None:
    away = WorkingDays(leave=(EASTER_WEEK,))

    assert due(MONDAY, THIRTY, AS_COUNTED, away) == date(2026, 4, 1)
    assert due(MONDAY, SIXTY, AS_COUNTED, away) == date(2026, 5, 6)
    assert due(MONDAY, NINETY, AS_COUNTED, away) == date(2026, 6, 5)
    assert due(MONDAY, HALF, AS_COUNTED, away) == date(2026, 9, 7)


def test_leave_across_the_day_itself_carries_it_past_the_leave() -> None:
    across = WorkingDays(leave=(Leave(date(2026, 3, 30), date(2026, 4, 3)),))

    assert due(MONDAY, THIRTY, AS_COUNTED, across) == date(2026, 4, 6)
    assert due(MONDAY, THIRTY, Calendar(extend_for_leave=False), across) == date(2026, 4, 6)
    assert due(MONDAY, THIRTY, Calendar(extend_for_leave=False, roll="back"), across) == date(2026, 3, 27)
    assert due(MONDAY, SIXTY, Calendar(extend_for_leave=False), across) == date(2026, 5, 1)


def test_leave_that_another_leave_pushes_into_the_way_counts_too() -> None:
    both = WorkingDays(leave=(Leave(date(2026, 4, 2), date(2026, 4, 2)), Leave(date(2026, 4, 1), date(2026, 4, 1))))

    assert due(MONDAY, THIRTY, AS_COUNTED, both) == date(2026, 4, 3)


def test_leave_before_the_start_or_on_it_counts_for_nothing() -> None:
    early = WorkingDays(leave=(Leave(date(2026, 2, 20), MONDAY),))

    assert due(MONDAY, THIRTY, AS_COUNTED, early) == date(2026, 4, 1)


def test_holidays_are_days_to_roll_off() -> None:
    labor_day = WorkingDays(holidays=frozenset({date(2026, 9, 7)}))

    assert due(date(2026, 3, 7), HALF, Calendar(), labor_day) == date(2026, 9, 8)
    assert due(date(2026, 3, 7), HALF, Calendar(roll="back"), labor_day) == date(2026, 9, 4)


def test_working_days_count_neither_weekends_nor_holidays_nor_leave() -> None:
    counted = Calendar(days="working")

    assert due(MONDAY, Offset(days=5), counted, WorkingDays()) == date(2026, 3, 9)
    assert due(MONDAY, Offset(days=5), counted, WorkingDays(holidays=frozenset({date(2026, 3, 4)}))) == date(
        2026, 3, 10
    )
    assert due(MONDAY, THIRTY, counted, WorkingDays(leave=(EASTER_WEEK,))) == date(2026, 4, 20)
    assert due(MONDAY, Offset(days=1), counted, WorkingDays(week=frozenset({6, 0}))) == date(2026, 3, 8)


def test_a_roll_back_never_passes_the_start() -> None:
    shut = WorkingDays(leave=(Leave(MONDAY, date(2026, 3, 5)),))

    assert due(MONDAY, Offset(days=2), Calendar(roll="back", extend_for_leave=False), shut) == date(2026, 3, 6)


def test_leave_is_merged_however_it_was_entered() -> None:
    pieces = (Leave(date(2026, 4, 9), date(2026, 4, 12)), Leave(date(2026, 4, 6), date(2026, 4, 10)))

    assert merged(pieces) == (Leave(date(2026, 4, 6), date(2026, 4, 12)),)
    assert merged((EASTER_WEEK, Leave(date(2026, 4, 11), date(2026, 4, 11)))) == (
        Leave(date(2026, 4, 6), date(2026, 4, 11)),
    )


def test_impossible_weeks_and_leave_are_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        Leave(date(2026, 4, 10), date(2026, 4, 6))
    with pytest.raises(ValueError, match="at least one day"):
        WorkingDays(week=frozenset())
    with pytest.raises(ValueError, match="from 0 for Monday"):
        WorkingDays(week=frozenset({7}))


@given(start=_days.filter(lambda day: day.weekday() < 5))
def test_of_days_30_60_and_90_exactly_one_falls_on_a_weekend(start: date) -> None:
    falls = [due(start, offset, AS_COUNTED, WorkingDays()).weekday() for offset in (THIRTY, SIXTY, NINETY)]

    assert sum(day >= 5 for day in falls) == 1


@given(data=st.data(), start=_days, offset=_offsets, roll=st.sampled_from(["forward", "back"]))
def test_a_rolled_date_is_the_nearest_working_day_on_its_side(
    data: st.DataObject, start: date, offset: Offset, roll: Roll
) -> None:
    days = data.draw(_near(start))
    reached = due(start, offset, Calendar(roll="none"), days)
    rolled = due(start, offset, Calendar(roll=roll), days)

    assert days.works(rolled)
    passed = _between(min(reached, rolled), max(reached, rolled))
    if rolled > reached:
        assert not any(days.works(day) for day in passed if day != rolled)
    else:
        assert not any(days.works(day) for day in passed if day != rolled)
        assert rolled >= start
    if roll == "forward":
        assert rolled >= reached


@given(data=st.data(), start=_days, offset=_offsets)
def test_leave_leaves_as_many_days_to_work_in(data: st.DataObject, start: date, offset: Offset) -> None:
    leave = data.draw(_near(start)).leave
    plain = shifted(start, offset)
    reached = due(start, offset, AS_COUNTED, WorkingDays(leave=leave))
    free = sum(not any(one.covers(day) for one in leave) for day in _between(start + timedelta(days=1), reached))

    assert free == (plain - start).days
    assert reached == start or not any(one.covers(reached) for one in leave)


@given(data=st.data(), start=_days, count=st.integers(1, 120))
def test_counted_working_days_are_worked(data: st.DataObject, start: date, count: int) -> None:
    days = data.draw(_near(start))
    reached = due(start, Offset(days=count), Calendar(days="working", roll="none"), days)

    assert sum(days.works(day) for day in _between(start + timedelta(days=1), reached)) == count
    assert days.works(reached)


@given(leave=_leaves, start=_days, offset=_offsets)
def test_the_order_in_which_leave_is_entered_does_not_matter(
    leave: tuple[Leave, ...], start: date, offset: Offset
) -> None:
    forward, backward = (due(start, offset, Calendar(), WorkingDays(leave=held)) for held in (leave, leave[::-1]))

    assert forward == backward


@given(start=_days, months=st.integers(0, 60))
def test_a_month_offset_lands_in_that_month(start: date, months: int) -> None:
    reached = due(start, Offset(months=months), AS_COUNTED, EVERY_DAY)

    assert (reached.year - start.year) * 12 + reached.month - start.month == months
    assert reached.day == start.day or (reached + timedelta(days=1)).day == 1


def _between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=days) for days in range((last - first).days + 1)]
