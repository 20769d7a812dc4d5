"""The server's clock for cases: windows, countdowns, grace, allowances and extensions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.case_work import (
    GRACE,
    Allowance,
    Extends,
    Extension,
    WorkState,
    WorkTime,
    code_from,
    receipt_from,
)

OPENS = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=2)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
ENDED = {WorkState.HANDED_IN, WorkState.WITHDRAWN}

allowances = st.builds(Allowance, st.integers(0, 300), st.integers(0, 1440))
extensions = st.lists(
    st.builds(Extension, st.sampled_from(Extends), st.integers(1, 43_200)), max_size=4
).map(tuple)  # fmt: skip
moments = st.integers(-10_000, 200_000).map(lambda minutes: OPENS + timedelta(minutes=minutes))


@st.composite
def times(draw: st.DrawFn) -> WorkTime:
    """Any time, begun or not, ended or not."""
    started = draw(st.none() | st.integers(0, 2879).map(lambda minutes: OPENS + timedelta(minutes=minutes)))
    return WorkTime(
        opens_at=OPENS,
        closes_at=CLOSES,
        minutes=draw(st.none() | st.integers(5, 480)),
        allowance=draw(allowances),
        extensions=draw(extensions),
        started_at=started,
        handed_in_at=draw(st.none() | moments) if started else None,
        withdrawn_at=draw(st.none() | moments),
    )


def countdown(**changes: Any) -> WorkTime:  # noqa: ANN401  fields of a time, by name
    """An hour that began half an hour after the window opened."""
    fields: dict[str, Any] = {
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "minutes": 60,
        "started_at": OPENS + HOUR / 2,
        **changes,
    }
    return WorkTime(**fields)


def test_a_countdown_runs_from_the_start_and_takes_what_comes_within_a_minute_after() -> None:
    time = countdown()
    end = OPENS + HOUR * 1.5

    assert time.due_at == end
    assert time.seconds_left(OPENS + HOUR) == 1800
    assert time.state(end - SECOND) is WorkState.RUNNING
    assert time.state(end) is WorkState.OVER
    assert time.accepts(end + GRACE)
    assert not time.accepts(end + GRACE + SECOND)
    assert not time.lapsed(end + GRACE)
    assert time.lapsed(end + GRACE + SECOND)


def test_a_countdown_that_begins_at_the_last_moment_is_whole() -> None:
    time = countdown(started_at=CLOSES - SECOND)

    assert time.due_at == CLOSES - SECOND + HOUR
    assert time.accepts(CLOSES + HOUR / 2)


def test_what_is_not_begun_waits_then_opens_then_is_missed() -> None:
    time = countdown(started_at=None)

    assert time.due_at is None
    assert [time.state(at) for at in (OPENS - SECOND, OPENS, CLOSES - SECOND, CLOSES)] == [
        WorkState.WAITING, WorkState.OPEN, WorkState.OPEN, WorkState.MISSED,
    ]  # fmt: skip
    assert not time.accepts(OPENS + HOUR)


def test_without_a_countdown_the_window_is_the_time() -> None:
    time = countdown(minutes=None)

    assert time.due_at == CLOSES
    assert time.accepts(CLOSES - SECOND)
    assert countdown(minutes=None, allowance=Allowance(percent=25)).due_at == CLOSES + timedelta(hours=12)


@pytest.mark.parametrize(
    ("percent", "minutes", "more"), [(25, 0, 15), (0, 20, 20), (50, 10, 40), (33, 0, 20), (1, 0, 1)]
)
def test_an_allowance_adds_to_the_countdown_in_whole_minutes_in_the_candidates_favour(
    percent: int, minutes: int, more: int
) -> None:
    assert countdown(allowance=Allowance(percent, minutes)).length == HOUR + more * MINUTE


def test_extensions_add_to_what_they_are_for() -> None:
    both = (Extension(Extends.WINDOW, 600), Extension(Extends.COUNTDOWN, 15))
    time = countdown(extensions=both)

    assert time.due_at == OPENS + HOUR * 1.5 + 15 * MINUTE
    assert time.last_start == CLOSES + 600 * MINUTE


@given(times(), moments)
def test_every_moment_has_one_state_and_only_running_work_has_time_left(time: WorkTime, now: datetime) -> None:
    state = time.state(now)

    assert (time.seconds_left(now) > 0) <= (state is WorkState.RUNNING)
    assert time.accepts(now) <= (state in {WorkState.RUNNING, WorkState.OVER})
    assert not (time.accepts(now) and time.lapsed(now))
    assert time.lapsed(now) <= (state is WorkState.OVER)


@given(times(), moments, moments)
def test_work_that_lapsed_never_takes_an_answer_again(time: WorkTime, first: datetime, second: datetime) -> None:
    earlier, later = sorted((first, second))

    assert time.lapsed(earlier) <= (time.lapsed(later) or time.state(later) in ENDED)


@given(times(), st.builds(Extension, st.sampled_from(Extends), st.integers(1, 43_200)), allowances)
def test_more_time_never_ends_earlier(time: WorkTime, extension: Extension, allowance: Allowance) -> None:
    longer = WorkTime(
        time.opens_at, time.closes_at, time.minutes, allowance, (*time.extensions, extension), time.started_at
    )
    shorter = WorkTime(time.opens_at, time.closes_at, time.minutes, Allowance(), time.extensions, time.started_at)

    assert longer.last_start >= shorter.last_start
    if shorter.due_at is not None:
        assert longer.due_at is not None
        assert longer.due_at >= shorter.due_at


def test_codes_and_receipts_have_their_form_and_differ() -> None:
    assert code_from(0) == "A2A2"
    assert len({code_from(number) for number in range(36_864)}) == 36_864
    assert receipt_from(0) == "A2A2-A2A2-A2A2"
    assert len({receipt_from(number) for number in range(1000)}) == 1000
