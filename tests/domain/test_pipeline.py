"""The funnel: who came how far, from where people withdrew, and how long the middle one waited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.domain.decision import Outcome
from app.domain.hiring import Stage
from app.domain.pipeline import StageStep, funnel

FIRST = datetime(2026, 3, 2, tzinfo=UTC)


def _way(number: int, *stages: tuple[Stage, int]) -> list[StageStep]:
    return [StageStep(UUID(int=number), stage, FIRST + timedelta(days=day)) for stage, day in stages]


def test_whoever_came_further_counts_as_having_passed() -> None:
    steps = [
        *_way(1, (Stage.APPLIED, 0), (Stage.INTERVIEWING, 4), (Stage.DEBRIEF, 9), (Stage.DECIDED, 12)),
        *_way(2, (Stage.APPLIED, 0), (Stage.SCREENING, 1), (Stage.WITHDRAWN, 3)),
        *_way(3, (Stage.APPLIED, 0)),
    ]
    lines = funnel(steps, [Outcome.HIRE])
    assert [(line.stage, line.reached, line.withdrawn) for line in lines] == [
        ("Applied", 3, 0), ("Screening", 2, 1), ("Interviewing", 1, 0), ("Debrief", 1, 0), ("Decided", 1, 0),
        ("Hired", 1, 0),
    ]  # fmt: skip


def test_the_middle_wait_is_said_from_five_on() -> None:
    steps = [step for n in range(5) for step in _way(n, (Stage.APPLIED, 0), (Stage.SCREENING, n + 1))]
    assert (funnel(steps, [])[0].days, funnel(steps, [])[0].waited) == (3, "3 days")
    fewer = funnel(steps[:8], [])[0]
    assert (fewer.days, fewer.waited) == (None, "Fewer than 5 moved on")


def test_somebody_who_came_back_has_not_withdrawn() -> None:
    steps = _way(1, (Stage.APPLIED, 0), (Stage.SCREENING, 1), (Stage.WITHDRAWN, 2), (Stage.INTERVIEWING, 5))
    lines = funnel(steps, [])
    assert sum(line.withdrawn for line in lines) == 0
    assert lines[2].reached == 1


def test_no_application_is_an_empty_funnel() -> None:
    assert [line.reached for line in funnel([], [])] == [0] * 6
    assert [line.reached for line in funnel([], [Outcome.NO_HIRE, Outcome.HOLD])] == [0] * 6
