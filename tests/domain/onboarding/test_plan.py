"""Plans: health, missing signatures, and what a new start moves."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.milestone import Calendar, Offset
from app.domain.onboarding.due import Leave, WorkingDays
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import (
    Dated,
    Health,
    PartyName,
    Schedule,
    health,
    review_opens,
    shifts,
    tally,
    unsigned,
    worst,
)

START = date(2026, 3, 2)
BEFORE = Schedule(START, Calendar(), WorkingDays())
MILESTONES = (
    Dated("day-30", "First month", Offset(days=30), settled=date(2026, 4, 1)),
    Dated("day-60", "Second month", Offset(days=60)),
    Dated("day-90", "Third month", Offset(days=90), pinned=date(2026, 6, 3)),
    Dated("month-6", "Half a year", Offset(months=6)),
)
NOT_STARTED, SUBMITTED, SIGNED = GoalState.NOT_STARTED, GoalState.SUBMITTED, GoalState.SIGNED_OFF
TODAY = date(2026, 4, 20)


def test_a_new_start_moves_what_is_open_and_leaves_what_is_pinned_or_signed_off() -> None:
    found = shifts(MILESTONES, BEFORE, Schedule(date(2026, 3, 16), Calendar(), WorkingDays()))

    assert [(one.key, one.before, one.after, one.stays) for one in found] == [
        ("day-30", date(2026, 4, 1), date(2026, 4, 1), "signed off"),
        ("day-60", date(2026, 5, 1), date(2026, 5, 15), ""),
        ("day-90", date(2026, 6, 3), date(2026, 6, 3), "pinned to its date"),
        ("month-6", date(2026, 9, 2), date(2026, 9, 16), ""),
    ]
    assert [one.days for one in found] == [0, 14, 0, 14]


def test_leave_moves_only_what_comes_after_it() -> None:
    away = WorkingDays(leave=(Leave(date(2026, 6, 1), date(2026, 6, 5)),))

    found = shifts(MILESTONES, BEFORE, Schedule(START, Calendar(), away))

    assert [one.key for one in found if one.days] == ["month-6"]


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_asking_changes_nothing(start: date) -> None:
    after = Schedule(start, Calendar(), WorkingDays())

    assert shifts(MILESTONES, BEFORE, after) == shifts(MILESTONES, BEFORE, after)
    assert all(one.days == 0 for one in shifts(MILESTONES, after, after))


@pytest.mark.parametrize(
    ("states", "due_on", "signed", "expected"),
    [
        ([SIGNED, SIGNED], date(2026, 4, 1), True, Health.DONE),
        ([SIGNED, SIGNED], date(2026, 4, 1), False, Health.OVERDUE),
        ([SUBMITTED, GoalState.BLOCKED], date(2026, 4, 1), False, Health.BLOCKED),
        ([NOT_STARTED], date(2026, 4, 19), False, Health.OVERDUE),
        ([NOT_STARTED], date(2026, 4, 20), False, Health.AT_RISK),
        ([NOT_STARTED, SUBMITTED], date(2026, 4, 27), False, Health.AT_RISK),
        ([NOT_STARTED, SUBMITTED], date(2026, 4, 28), False, Health.ON_TRACK),
        ([SUBMITTED, GoalState.WAIVED], date(2026, 4, 21), False, Health.ON_TRACK),
        ([NOT_STARTED, NOT_STARTED], date(2026, 6, 1), False, Health.AHEAD),
        ([], date(2026, 6, 1), False, Health.ON_TRACK),
    ],
)
def test_health_is_judged_by_goals_date_and_signatures(
    states: list[GoalState], due_on: date, *, signed: bool, expected: Health
) -> None:
    assert health(tally(states), due_on, TODAY, signed=signed) is expected


def test_a_plan_does_as_badly_as_its_worst_milestone() -> None:
    assert worst([Health.DONE, Health.AHEAD, Health.AT_RISK, Health.ON_TRACK]) is Health.AT_RISK
    assert worst([Health.OVERDUE, Health.BLOCKED]) is Health.BLOCKED
    assert worst([]) is Health.DONE


def test_missing_signatures_are_named_in_the_plans_order() -> None:
    hire, manager = PartyName.HIRE, PartyName.MANAGER

    assert unsigned((hire, manager), ()) == (hire, manager)
    assert unsigned((hire, manager), [manager]) == (hire,)
    assert unsigned((hire, manager), [manager, hire]) == ()


def test_a_review_opens_before_its_milestone() -> None:
    assert review_opens(date(2026, 4, 1), Offset(days=-5)) == date(2026, 3, 27)
