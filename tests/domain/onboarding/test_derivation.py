"""The steps to a due date end where the date itself is, and say what leave and free days did."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.domain.milestone import Calendar, Offset
from app.domain.onboarding.derivation import derivation
from app.domain.onboarding.due import Leave, WorkingDays, due
from app.domain.onboarding.plan import Schedule

START = date(2026, 8, 3)


def test_leave_is_counted_before_a_free_day_is_left() -> None:
    away = Leave(date(2026, 12, 28), date(2027, 1, 1))
    found = derivation(Offset(months=6), Schedule(START, Calendar(), WorkingDays(leave=(away,))))

    assert (found.counted, found.stretched, found.rolled) == (date(2027, 2, 3), date(2027, 2, 8), date(2027, 2, 8))
    assert (found.leave, found.roll) == (5, 0)


def test_a_roll_back_is_negative() -> None:
    found = derivation(Offset(days=6), Schedule(START, Calendar(roll="back"), WorkingDays()))

    assert (found.counted, found.rolled, found.leave, found.roll) == (date(2026, 8, 9), date(2026, 8, 7), 0, -2)


def test_leave_that_does_not_extend_adds_nothing() -> None:
    away = Leave(date(2026, 8, 10), date(2026, 8, 14))
    schedule = Schedule(START, Calendar(extend_for_leave=False), WorkingDays(leave=(away,)))

    assert derivation(Offset(days=30), schedule).leave == 0


SCHEDULES = st.builds(
    Schedule,
    st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    st.builds(Calendar, st.sampled_from(["calendar", "working"]), st.sampled_from(["forward", "back", "none"])),
    st.just(WorkingDays(leave=(Leave(date(2026, 6, 1), date(2026, 6, 14)),))),
)


@given(schedule=SCHEDULES, offset=st.builds(Offset, st.integers(0, 12), st.integers(0, 90)))
def test_the_last_step_is_the_date(schedule: Schedule, offset: Offset) -> None:
    found = derivation(offset, schedule)

    assert found.rolled == due(schedule.start, offset, schedule.calendar, schedule.days)
    assert found.counted <= found.stretched
