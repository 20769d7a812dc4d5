"""Interviews against what came later, in numbers that can be checked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.analysis.adverse_impact import score_gap
from app.analysis.validity import Override, case_two, overrides, predictive, self_manager_gap


def _pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(3)
    score = chance.normal(3, 0.5, n)
    return score, score + chance.normal(0, 0.8, n)


def test_the_correlation_has_the_interval_of_fisher() -> None:
    score, outcome = _pairs(20)
    found = predictive(score, outcome)
    r = float(np.corrcoef(score, outcome)[0, 1])
    half = 1.96 / math.sqrt(17)
    assert found.n == 20
    assert (found.r.value, found.r.low, found.r.high) == pytest.approx(
        (r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))
    )


def test_corrections_wait_for_fifty_and_are_asked_for() -> None:
    score, outcome = _pairs(50)
    few = predictive(score[:49], outcome[:49], applicant_sd=1.0, outcome_reliability=0.7)
    assert (few.range_corrected, few.outcome_corrected) == (None, None)
    bare = predictive(score, outcome)
    assert (bare.range_corrected, bare.outcome_corrected) == (None, None)
    found = predictive(score, outcome, applicant_sd=1.0, outcome_reliability=0.64)
    assert found.r.value is not None
    assert found.range_corrected == pytest.approx(case_two(found.r.value, 1 / float(score.std(ddof=1))))
    assert found.outcome_corrected == pytest.approx(found.r.value / 0.8)


def test_departures_are_counted_against_the_middle_of_the_rest() -> None:
    outcomes = [3.0, 4.0, 2.0, 3.0, None, 1.0, None]
    found = overrides([Override(one) for one in outcomes], [2.0, 3.0, 4.0])
    assert (found.n, found.better, found.same, found.worse, found.unknown) == (7, 1, 2, 2, 2)
    assert found.why is None


def test_the_usual_gap_and_who_is_far_from_it() -> None:
    own = np.array([3, 4, 3, 4, 3, 4, 3, 4, 3, 4], dtype=np.float64)
    found = self_manager_gap(own, np.full(10, 3.0))
    s = math.sqrt(2.5 / 9)
    assert found.n == 10
    assert found.usual.value == 0.5
    assert found.usual.low == pytest.approx(0.5 - 2.2621572 * s / math.sqrt(10))
    assert found.unusual_beyond == pytest.approx(1.645 * s * math.sqrt(1.1))
    assert found.unusual(0.5) is False
    assert found.unusual(2.0) is True


def test_a_gap_may_vanish_at_equal_criteria() -> None:
    """One group is rated lower on the criterion and, at equal criteria, alike."""
    chance = np.random.default_rng(1)
    half = np.arange(200) < 100
    criterion = 3 - 0.5 * half + chance.normal(0, 0.3, 200)
    overall = criterion + chance.normal(0, 0.1, 200)
    found = score_gap(overall, criterion[:, None], half)
    assert (found.in_group, found.others) == (100, 100)
    assert found.raw.value == pytest.approx(overall[:100].mean() - overall[100:].mean())
    assert found.raw.high is not None
    assert found.raw.high < 0
    assert found.at_equal_criteria.low is not None
    assert found.at_equal_criteria.high is not None
    assert found.at_equal_criteria.low < 0 < found.at_equal_criteria.high
    assert found.se == pytest.approx(0.019, abs=0.003)
