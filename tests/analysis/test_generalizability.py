"""Where differences come from, against expected mean squares; and composites, against Brennan's formulas."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.agreement.generalizability import composite_reliability, g_study
from app.analysis.severity.fit import reml
from tests.analysis import published


def _nested(seed: int) -> tuple[np.ndarray, ...]:
    """Ten persons by three tasks by four raters of their own in each task."""
    chance = np.random.default_rng(seed)
    person, task, rater = (one.ravel() for one in np.indices((10, 3, 4)))
    score = (
        5 + chance.normal(0, 1.2, 10)[person] + chance.normal(0, 0.9, 3)[task]
        + chance.normal(0, 1.0, (10, 3))[person, task] + chance.normal(0, 0.9, (3, 4))[task, rater]
        + chance.normal(0, 1.2, 120)
    )  # fmt: skip
    return score, person, task, rater


def _mean_squares(score: np.ndarray) -> dict[str, float]:
    """Estimates of p x (r:t) by equating mean squares to what is expected of them (Brennan 2001, table 3.2)."""
    y = score.reshape(10, 3, 4)
    grand, p, t = y.mean(), y.mean(axis=(1, 2)), y.mean(axis=(0, 2))
    rt, pt = y.mean(axis=0), y.mean(axis=2)
    ms_p = 12 * ((p - grand) ** 2).sum() / 9
    ms_t = 40 * ((t - grand) ** 2).sum() / 2
    ms_rt = 10 * ((rt - t[:, None]) ** 2).sum() / 9
    ms_pt = 4 * ((pt - p[:, None] - t + grand) ** 2).sum() / 18
    ms_rest = ((y - pt[:, :, None] - rt + t[None, :, None]) ** 2).sum() / 81
    return {
        "p": (ms_p - ms_pt) / 12, "t": (ms_t - ms_pt - ms_rt + ms_rest) / 40, "pt": (ms_pt - ms_rest) / 4,
        "rt": (ms_rt - ms_rest) / 10, "rest": ms_rest,
    }  # fmt: skip


@pytest.mark.parametrize("seed", [2, 4, 11])
def test_a_balanced_nested_design_has_the_variances_of_its_mean_squares(seed: int) -> None:
    score, person, task, rater = _nested(seed)
    expected = _mean_squares(score)
    assert min(expected.values()) > 0, "REML and mean squares part where an estimate is below 0"
    found = g_study(score, (person, task, person * 3 + task, task * 4 + rater))
    assert found == pytest.approx(list(expected.values()), abs=5e-4)


def test_two_crossed_factors_are_those_of_strictness() -> None:
    cards = published.cards(published.SHROUT_FLEISS)
    expected = reml(cards).components
    found = g_study(cards.score, (cards.target, cards.rater))
    assert found == pytest.approx([expected.target, expected.rater, expected.residual], abs=1e-3)


def test_a_factor_that_makes_no_difference_has_no_variance() -> None:
    target, rater = (one.ravel() for one in np.indices((6, 4)))
    score = target + 0.3 * np.where((target + rater) % 2, 1.0, -1.0)
    assert g_study(score, (target, rater))[1] == 0


def test_a_composite_of_one_dimension_is_its_generalizability() -> None:
    """Brennan (2001), p. 116: .4731 over three tasks of four raters has E rho2 .551 and Phi .464."""
    relative = 0.559568 / 3 + 2.380247 / 12
    absolute = relative + 0.325154 / 3 + 0.647531 / 12
    found = composite_reliability(
        np.array([[0.473148]]), np.array([relative]), np.array([absolute]), np.array([1.0])
    )  # fmt: skip
    assert found.e_rho2.value == pytest.approx(0.551375, abs=5e-4)
    assert found.phi.value == pytest.approx(0.4636138, abs=5e-4)


def test_a_composite_gains_from_dimensions_that_go_together() -> None:
    error, weights = np.array([0.5, 0.5]), np.array([0.5, 0.5])
    apart = composite_reliability(np.eye(2), error, error, weights)
    together = composite_reliability(np.array([[1.0, 0.8], [0.8, 1.0]]), error, error, weights)
    assert (apart.universe, apart.relative) == pytest.approx((0.5, 0.25))
    assert together.universe == pytest.approx(0.9)
    assert apart.e_rho2.value == pytest.approx(2 / 3)
    assert together.e_rho2.value == pytest.approx(0.9 / 1.15)
