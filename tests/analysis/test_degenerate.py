"""Ratings that cannot answer: words in place of a number, never a number that is none, never a trace."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.analysis.adverse_impact import (
    NOBODY,
    NOT_APART,
    TOO_FEW,
    Group,
    impact,
    needed_per_group,
    score_gap,
    scoring_rates,
)
from app.analysis.agreement.alpha import LEVELS, Level, krippendorff_alpha
from app.analysis.agreement.concordance import kendall_w, null_variance, percent_agreement, rwg, rwg_j
from app.analysis.agreement.generalizability import composite_reliability, g_study
from app.analysis.agreement.icc import icc, icc1_unbalanced, icc_from_components, stepped
from app.analysis.agreement.kappa import NO_VARIATION, cohen_kappa, fleiss_kappa
from app.analysis.agreement.planning import d_study, raters_needed, same_decision
from app.analysis.components import Components
from app.analysis.estimate import ALL_EQUAL, ONE_RATER, ONE_TARGET, UNPAIRED, Cards, Estimate
from app.analysis.quantiles import t_quantile
from app.analysis.ranking import rank_chances, reliability
from app.analysis.sensitivity import BEHIND, TIED, rivalry
from app.analysis.sensitivity import TOO_FEW as TOO_FEW_IN_COMMON
from app.analysis.severity.fit import FEW_CARDS, FEW_TARGETS, at_variances, cannot_fit, posterior, reml
from app.analysis.severity.rasch import UNSETTLED, UNUSED_POINT, rasch
from app.analysis.validity import CONSTANT, Override, overrides, predictive, self_manager_gap
from tests.analysis.published import NONE, cards

ONE_COLUMN = np.array([[1.0], [2.0], [3.0]])
ONE_ROW = np.array([[1.0, 2.0, 4.0]])
SAME = np.full((4, 3), 3.0)
LONE = np.array([[1, NONE, NONE], [NONE, 2, NONE], [NONE, NONE, 3]])


@pytest.mark.parametrize(
    ("table", "why"),
    [(ONE_COLUMN, ONE_RATER), (ONE_ROW, ONE_TARGET), (SAME, ALL_EQUAL)],
    ids=["rater", "target", "same"],
)
def test_no_intraclass_correlation(table: np.ndarray, why: str) -> None:
    assert {one.why for one in icc(table).named().values()} == {why}
    assert {one.value for one in icc(table).named().values()} == {None}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("table", "why"),
    [(ONE_COLUMN, ONE_RATER), (ONE_ROW, ONE_TARGET), (SAME, ALL_EQUAL), (LONE, UNPAIRED)],
    ids=["rater", "target", "same", "lone"],
)
def test_no_alpha(table: np.ndarray, why: str, level: Level) -> None:
    found = krippendorff_alpha(cards(table), level)
    assert (found.value, found.why) == (None, why)


def test_an_alpha_of_opposites_on_the_ratio_level_is_unknown() -> None:
    """-1 and 1 add up to nothing, and a distance relative to nothing is none."""
    found = krippendorff_alpha(cards(np.array([[-1.0, 1.0], [1.0, -1.0]])), "ratio")
    assert (found.value, found.why) == (None, ALL_EQUAL)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (ONE_COLUMN, ONE_RATER),
        (ONE_ROW, ONE_TARGET),
        (np.array([[1.0, 2.0], [2.0, 3.0]]), FEW_CARDS),
        (np.array([[1, 2, 3, 4, 5], [NONE, NONE, NONE, NONE, 2]]), FEW_TARGETS),
        (SAME, ALL_EQUAL),
    ],
    ids=["rater", "target", "few cards", "few targets", "same"],
)
def test_nothing_is_fitted(table: np.ndarray, why: str) -> None:
    assert cannot_fit(cards(table)) == why
    for fit in (reml, posterior):
        with pytest.raises(ValueError, match=why):
            fit(cards(table))


def test_a_card_holds_a_number_and_estimates_a_number_or_a_reason() -> None:
    codes = np.array([0])
    with pytest.raises(ValueError, match="no card"):
        Cards(codes, codes, np.array([math.nan]), 1, 1)
    with pytest.raises(ValueError, match="codes"):
        Cards(np.array([1]), codes, np.array([1.0]), 1, 1)
    with pytest.raises(ValueError, match="one length"):
        Cards(np.array([0, 0]), codes, np.array([1.0]), 1, 1)
    for value, why in ((None, None), (1.0, "reason"), (math.nan, None), (math.inf, None)):
        with pytest.raises(ValueError, match="estimate"):
            Estimate(value, why=why)


def test_tables_with_holes_are_refused_where_none_may_be() -> None:
    table = np.array([[1.0, NONE], [2.0, 3.0]])
    for function in (icc, kendall_w):
        with pytest.raises(ValueError, match="holes"):
            function(table)


def test_a_rest_of_nothing_leaves_a_perfect_agreement_without_interval() -> None:
    found = icc(np.array([[1.0, 2.0], [3.0, 4.0], [2.0, 3.0]]))
    assert found.icc3.value == 1
    assert (found.icc3.low, found.icc3.high) == (None, None)
    assert found.icc3k.value == 1


def test_negative_agreement_is_said_as_it_is() -> None:
    found = icc(np.array([[1.0, 5.0], [5.0, 1.0], [3.0, 3.2]]))
    assert found.icc1.value is not None
    assert found.icc1.value < 0


def test_unbalanced_agreement_needs_two_on_somebody() -> None:
    assert icc1_unbalanced(cards(LONE))[0].why == UNPAIRED
    assert icc1_unbalanced(cards(ONE_ROW))[0].why == ONE_TARGET
    assert icc1_unbalanced(cards(SAME))[0].why == ALL_EQUAL
    assert icc_from_components(Components(0, 0, 0, 3), 2).icc2.why == ALL_EQUAL


def test_kappas_without_variation() -> None:
    assert cohen_kappa(np.array([[9, 0], [0, 0]])).why == NO_VARIATION
    assert cohen_kappa(np.zeros((2, 2))).why == NO_VARIATION
    assert fleiss_kappa(np.array([[3, 0], [3, 0]])).why == NO_VARIATION
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa(np.array([[3, 0], [1, 1]]))


def test_concordance_of_one_or_of_ties_only() -> None:
    assert kendall_w(ONE_COLUMN)[0].why == ONE_RATER
    assert kendall_w(ONE_ROW)[0].why == ONE_TARGET
    assert kendall_w(SAME)[1].why == ALL_EQUAL
    assert percent_agreement(cards(LONE)).why == UNPAIRED


def test_agreement_on_one_target_alone() -> None:
    assert null_variance(5) == 2
    assert null_variance(9, 0.5) == pytest.approx(5 / 3)
    assert rwg(np.array([3.0]), 2).why == ONE_RATER
    assert rwg(np.array([1.0, 5.0]), 2).value == 0
    assert rwg(np.array([3.0, 3.0]), 2).value == 1
    assert rwg_j(np.array([[1.0, 5.0], [5.0, 1.0]]), 2).value == 0
    assert rwg_j(np.array([[3.0, 4.0], [3.0, 5.0]]), 2).value == pytest.approx(2 * 0.875 / (2 * 0.875 + 0.125))
    assert rwg_j(np.array([[1.0, 5.0]]), 2).why == ONE_RATER
    with pytest.raises(ValueError, match="null variance"):
        rwg(np.array([1.0, 2.0]), 0)
    with pytest.raises(ValueError, match="null variance"):
        rwg_j(np.array([[1.0, 2.0]]), 0)


def test_candidates_who_do_not_differ_are_not_told_apart_by_more_interviewers() -> None:
    nobody = Components(0, 0.2, 1, 3)
    (panel,) = d_study(nobody, [4])
    assert (panel.e_rho2, panel.phi, panel.same_decision) == (None, None, None)
    assert raters_needed(nobody, 0.8) is None
    assert raters_needed(Components(1, 0, 0, 3), 0.8) == 1
    with pytest.raises(ValueError, match="between 0 and 1"):
        raters_needed(nobody, 1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        same_decision(1.2)


def test_chances_without_reliability_are_even() -> None:
    nobody = Components(0, 0.2, 1, 3)
    noise = np.eye(4)
    assert reliability(noise, nobody) == 0
    assert rank_chances(np.arange(4.0), noise, 0).tolist() == np.full((4, 4), 0.25).tolist()


def test_effects_at_variances_that_leave_nothing_to_chance() -> None:
    with pytest.raises(ValueError, match="left to chance"):
        at_variances(cards(SAME), Components(1, 1, 0, 3))


def test_rivals_who_cannot_change_places() -> None:
    from fractions import Fraction

    one, two = Fraction(1), Fraction(2)
    weights = {"a": Fraction(4), "b": one}
    assert rivalry(weights, {"a": one, "b": two}, {"a": one, "b": two}).why == TIED
    assert rivalry(weights, {"a": one, "b": one}, {"a": two, "b": one}).why == BEHIND
    assert rivalry(weights, {"a": None, "b": two}, {"a": one, "b": one}).why == TOO_FEW_IN_COMMON
    exactly = rivalry(weights, {"a": two, "b": two}, {"a": one, "b": None})
    assert exactly.why is None
    assert exactly.common == ("a",)
    assert rivalry({"a": Fraction()}, {"a": two}, {"a": one}).why == TOO_FEW_IN_COMMON


def test_groups_of_nobody_and_of_few() -> None:
    assert impact([]).reference is None
    found = impact([Group("a", 50, 0), Group("b", 60, 0)])
    assert found.reference == "b"
    assert {one.verdict for one in found.groups} == {NOBODY}
    assert {one.ratio for one in found.groups} == {None}
    assert scoring_rates([], [])[0] is None
    assert needed_per_group(0) is None
    assert needed_per_group(1) is None
    assert needed_per_group(0.4, ratio=1) is None
    with pytest.raises(ValueError, match="between none and all"):
        Group("c", 3, 4)
    with pytest.raises(ValueError, match="between none and all"):
        Group("c", 0, 0)


def test_gaps_between_groups_of_few_or_of_the_same_criteria() -> None:
    overall, criteria = np.arange(80.0), np.arange(80.0)[:, None]
    few = np.arange(80) < 29
    assert score_gap(overall, criteria, few).raw.why == TOO_FEW
    half = np.arange(80) < 40
    same = score_gap(overall, half[:, None].astype(np.float64), half)
    assert same.raw.value == pytest.approx(-40)
    assert same.at_equal_criteria.why == NOT_APART
    assert same.se is None


def test_validity_of_few_or_of_constants() -> None:
    few = predictive(np.arange(19.0), np.arange(19.0))
    assert few.r.why == "19 people have both; from 20 on a correlation is shown"
    assert predictive(np.ones(30), np.arange(30.0)).r.why == CONSTANT
    assert predictive(np.arange(30.0), np.ones(30)).r.why == CONSTANT
    whole = predictive(np.arange(30.0), np.arange(30.0))
    assert (whole.r.value, whole.r.low) == (1, None)
    assert predictive(np.arange(30.0), -np.arange(30.0), applicant_sd=20.0).range_corrected is None


def test_few_departures_and_few_pairs() -> None:
    few = overrides([Override(3.0)] * 4, [2.0])
    assert (few.better, few.why) == (None, "4 choices against the order; from 5 on they are counted")
    none = overrides([Override(3.0)] * 5, [])
    assert (none.better, none.same, none.worse, none.unknown) == (0, 0, 0, 5)
    report = self_manager_gap(np.ones(9), np.ones(9))
    assert report.usual.why == "9 pairs; from 10 on the usual gap is shown"
    assert report.unusual(3) is None


def test_studies_of_designs_that_are_none() -> None:
    score, codes = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 1, 1])
    for bad, factors in (
        (np.ones(4), [codes]),
        (score, []),
        (score, [np.zeros(4, dtype=np.int64)]),
        (score, [np.arange(4)]),
        (score, [codes[:3]]),
        (score, [codes - 1]),
        (np.arange(4000.0), [np.arange(4000) // 2 + 100]),
    ):
        with pytest.raises(ValueError, match=r"level|code|same"):
            g_study(bad, factors)
    nothing = composite_reliability(np.zeros((2, 2)), np.zeros(2), np.zeros(2), np.ones(2))
    assert (nothing.e_rho2.why, nothing.phi.why) == (ALL_EQUAL, ALL_EQUAL)


def test_rasch_of_what_cannot_be_placed() -> None:
    target, rater = np.repeat(np.arange(4), 2), np.tile(np.arange(2), 4)
    nought = np.zeros(8, dtype=np.int64)
    for scores, why in (
        (np.array([1, 1, 1, 1, 1, 1, 1, 1]), ALL_EQUAL),
        (np.array([1, 4, 2, 4, 4, 2, 1, 2]), UNUSED_POINT),
    ):
        with pytest.raises(ValueError, match=why):
            rasch(target, rater, nought, scores)
    apart = np.array([0, 1, 0, 1, 2, 3, 2, 3])
    with pytest.raises(ValueError, match="anybody in common"):
        rasch(target, apart, nought, np.array([1, 2, 2, 3, 1, 2, 2, 3]))
    with pytest.raises(ValueError, match=ONE_RATER):
        rasch(target, nought, rater, np.array([1, 2, 2, 3, 1, 2, 2, 3]))


def test_rasch_leaves_out_whoever_has_only_the_highest() -> None:
    target, rater = np.repeat(np.arange(6), 3), np.tile(np.arange(3), 6)
    scores = np.array([1, 2, 3, 2, 2, 3, 3, 1, 2, 2, 3, 2, 1, 2, 2, 3, 3, 3])
    found = rasch(target, rater, np.zeros(18, dtype=np.int64), scores)
    assert found.targets.extreme == (5,)
    assert found.targets.codes.tolist() == [0, 1, 2, 3, 4]
    assert found.n == 15
    assert np.isfinite(found.targets.values).all()
    assert found.targets.values.sum() == pytest.approx(0)
    # Of those who are left the first rater gave 9, the second 10, the third 12.
    assert found.raters.values[0] > found.raters.values[1] > found.raters.values[2]


def test_quantiles_are_asked_for_where_they_are() -> None:
    for q, freedom in ((0.4, 3), (1.0, 3), (0.9, 0)):
        with pytest.raises(ValueError, match="freedom"):
            t_quantile(q, freedom)
    assert t_quantile(0.5, 4) == pytest.approx(0)


def test_interviewers_who_differ_and_candidates_who_do_not() -> None:
    """Every difference is between the columns: nothing over nothing for ICC3, and no share at all for the others."""
    found = icc(np.array([[1.0, 2.0, 4.0]] * 3))
    assert (found.icc2.value, found.icc2k.value) == (0, 0)
    assert (found.icc3.why, found.icc3k.why, found.icc1k.why) == (ALL_EQUAL, ALL_EQUAL, ALL_EQUAL)
    assert found.icc1.value == -0.5


def test_a_limit_that_no_mean_of_ratings_can_have_is_left_out() -> None:
    """The lower limit of ICC2 is below -1, and the step from there would lead above the value itself."""
    found = icc(np.array([[1.0, 2.0], [4.0, 3.0], [1.0, 3.0], [2.0, 1.0]]))
    assert found.icc2.value == pytest.approx(0.27586, abs=1e-5)
    assert found.icc2.low is not None
    assert found.icc2.low < -1
    assert found.icc2k.value == pytest.approx(0.43243, abs=1e-5)
    assert (found.icc2k.low, found.icc2k.high) == (None, None)


def test_targets_whose_means_are_the_same_have_no_interval() -> None:
    found = icc(np.array([[3.5, 2.0], [2.0, 3.5]]))
    assert found.icc1.value == -1
    assert {one.low for one in found.named().values()} == {None}


def test_the_step_to_a_mean_of_ratings_ends_where_none_can_be() -> None:
    assert stepped(0.5, 2) == pytest.approx(2 / 3)
    assert math.isnan(stepped(-1, 2))
    assert math.isnan(stepped(-0.6, 3))


def test_rasch_of_ratings_that_hold_somebody_nowhere() -> None:
    """Eight ratings on three points: the likelihood rises for as far as one goes."""
    target, rater = np.repeat(np.arange(4), 2), np.tile(np.arange(2), 4)
    scores = np.array([1, 2, 2, 3, 1, 2, 3, 2])
    with pytest.raises(ValueError, match=UNSETTLED):
        rasch(target, rater, np.zeros(8, dtype=np.int64), scores)
