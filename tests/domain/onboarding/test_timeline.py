"""Where milestones and today lie on a plan's line."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from app.domain.onboarding.plan import Health
from app.domain.onboarding.timeline import LONGEST_PAST, MOST_MONTHS, timeline

if TYPE_CHECKING:
    from app.domain.figure import Timeline

START = date(2026, 1, 1)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def drawn(today: date, *days: date) -> Timeline:
    return timeline(START, today, [(f"M{day}", day, Health.ON_TRACK) for day in days], date.isoformat)


def test_marks_lie_in_proportion_and_today_between_them() -> None:
    found = drawn(START + timedelta(days=50), START + timedelta(days=100), START + timedelta(days=30))

    assert [(mark.label, mark.at) for mark in found.marks] == [
        ("M2026-01-31", Fraction(3, 10)), ("M2026-04-11", Fraction(1))
    ]  # fmt: skip
    assert found.today == Fraction(1, 2)
    assert [name for name, _ in found.months] == ["Feb", "Mar", "Apr"]
    assert (found.marks[0].word, found.marks[0].shape) == ("On track", "on_track")


def test_the_line_reaches_to_a_today_that_is_not_long_past_its_end() -> None:
    end = START + timedelta(days=90)

    assert drawn(end + timedelta(days=10), end).marks[0].at == Fraction(9, 10)
    assert drawn(end + LONGEST_PAST + timedelta(days=1), end).today is None
    assert drawn(START - timedelta(days=1), end).today is None


@given(today=DAYS, days=st.lists(DAYS, max_size=6))
def test_everything_lies_on_the_line_in_order(today: date, days: list[date]) -> None:
    found = drawn(today, *days)
    places = [mark.at for mark in found.marks]

    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)
    assert all(0 <= at <= 1 for _, at in found.months)
    assert len(found.months) <= MOST_MONTHS
    assert found.today is None or 0 <= found.today <= 1
