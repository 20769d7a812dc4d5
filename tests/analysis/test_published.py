"""Every coefficient against the numbers that were printed for it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from app.analysis.adverse_impact import Group, fisher_two_sided, impact, shortfall_sd
from app.analysis.agreement.alpha import Level, krippendorff_alpha
from app.analysis.agreement.icc import icc
from app.analysis.agreement.kappa import cohen_kappa, fleiss_kappa
from app.analysis.agreement.planning import ASSUMED, d_study, same_decision
from app.analysis.sensitivity import acceptability, rivalry
from app.analysis.severity.rasch import rasch
from app.analysis.validity import case_two
from tests.analysis import published


@pytest.mark.parametrize(
    ("name", "printed", "value", "low", "high"),
    [
        ("ICC1", 0.17, 0.16574177, -0.13293232, 0.72256006),
        ("ICC2", 0.29, 0.28976378, 0.01878651, 0.76108437),
        ("ICC3", 0.71, 0.71484071, 0.34246477, 0.94585826),
        ("ICC1k", 0.44, 0.44279713, -0.88444216, 0.91241542),
        ("ICC2k", 0.62, 0.62005055, 0.07113682, 0.92723204),
        ("ICC3k", 0.91, 0.90931554, 0.67567471, 0.98589168),
    ],
)
def test_intraclass_correlations_of_shrout_and_fleiss(
    name: str, printed: float, value: float, low: float, high: float
) -> None:
    found = icc(published.SHROUT_FLEISS).named()[name]
    assert found.value is not None
    assert round(found.value, 2) == printed
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=1e-6)


def test_mean_squares_of_shrout_and_fleiss() -> None:
    squares = icc(published.SHROUT_FLEISS).mean_squares
    assert squares is not None
    printed = (11.24, 6.26, 32.49, 1.02)
    assert (squares.bms, squares.wms, squares.jms, squares.ems) == pytest.approx(printed, abs=0.005)


@pytest.mark.parametrize(
    ("level", "value"),
    [
        ("nominal", 0.7434210526),
        ("ordinal", 0.8153875038),
        ("interval", 0.8491071429),
        ("ratio", 0.7974027747),
    ],
)
def test_alpha_of_krippendorff(level: Level, value: float) -> None:
    found = krippendorff_alpha(published.cards(published.KRIPPENDORFF), level)
    assert found.value == pytest.approx(value, abs=1e-9)
    assert found.low is not None
    assert found.high is not None
    assert found.low < value < found.high


def test_kappa_of_the_encyclopedia() -> None:
    found = fleiss_kappa(published.FLEISS)
    assert found.value == pytest.approx(0.20993070442195522, abs=1e-10)


def test_kappas_of_cohen() -> None:
    assert cohen_kappa(published.COHEN_SHARES).value == pytest.approx(0.49152542373, abs=1e-9)
    weighted = cohen_kappa(published.COHEN_SHARES, published.COHEN_DISAGREEMENT)
    assert weighted.value == pytest.approx(0.34782608696, abs=1e-9)


def test_rasch_of_guilford() -> None:
    judge, examinee, trait = np.indices(published.GUILFORD.shape)
    scores = published.GUILFORD.ravel()
    found = rasch(examinee.ravel(), judge.ravel(), trait.ravel(), scores)
    assert found.raters.values == pytest.approx([0.03967, 0.2454, -0.09599], abs=1e-3)
    assert found.raters.errors == pytest.approx([0.1166, 0.11783, 0.11644], abs=1e-3)
    examinees = [-0.07147, 0.66383, -0.25543, -0.48152, 0.4407, -0.58413, 0.28802]
    assert found.targets.values == pytest.approx(examinees, abs=1e-3)
    assert found.dimensions.values == pytest.approx([-0.28, -0.14701, 0.21086, -0.30225, 0.5184], abs=1e-3)
    steps = [-0.69049, -2.35199, 0.80932, -1.48375, 1.7186, -0.9789, 2.39262, 0.58459]
    assert found.thresholds == pytest.approx(steps, abs=1e-3)
    assert found.targets.extreme == ()


def test_four_fifths_of_the_guidelines() -> None:
    """Uniform Guidelines, Questions and Answers (1979): rates .60, .45, .48, .51; .48 is exactly four fifths."""
    rates = {"White": 60, "American Indian": 45, "Hispanic": 48, "Black": 51}
    found = {one.group.name: one for one in impact([Group(name, 100, s) for name, s in rates.items()]).groups}
    ratios = {name: one.ratio for name, one in found.items()}
    assert ratios == {
        "White": 1,
        "American Indian": Fraction(3, 4),
        "Hispanic": Fraction(4, 5),
        "Black": Fraction(17, 20),
    }
    assert [name for name, one in found.items() if one.below_four_fifths] == ["American Indian"]


@pytest.mark.parametrize(
    ("name", "people", "above", "printed"),
    [("Hispanic", 28, 18, 1), ("White", 40, 15, 0.58), ("Black", 32, 16, 0.78), ("NHPI", 8, 5, 0.97),
     ("Asian", 24, 10, 0.65)],
)  # fmt: skip
def test_scoring_rates_of_the_city_of_new_york(name: str, people: int, above: int, printed: float) -> None:
    """6 RCNY 5-301 (c), the example on "culture fit": printed ratios are of rates that were cut to three places."""
    found = impact([Group("Hispanic", 28, 18), Group("of interest", people, above)]).groups[-1]
    assert found.ratio is not None, name
    assert float(found.ratio) == pytest.approx(printed, abs=0.006)


def test_eighty_and_forty_applicants() -> None:
    """A classic illustration: 48 of 80 and 12 of 40 selected."""
    found = impact([Group("A", 80, 48), Group("B", 40, 12)]).groups[1]
    assert found.ratio == Fraction(1, 2)
    assert found.z == pytest.approx(3.098386677, abs=1e-6)
    assert found.fisher_p == pytest.approx(0.0034092217678, abs=1e-9)


def test_a_large_z_of_few_people_is_no_finding() -> None:
    """9 of 10 against 4 of 10: two standard deviations, and yet Fisher's p is above .05."""
    found = impact([Group("A", 10, 9), Group("B", 10, 4)]).groups[1]
    assert found.z == pytest.approx(2.3440361547, abs=1e-8)
    assert found.z_valid is False
    assert found.fisher_p == pytest.approx(0.0572755418, abs=1e-8)
    assert found.verdict == "too few people to tell"


def test_the_lady_tasting_tea() -> None:
    """Fisher (1935), The Design of Experiments, chapter 2."""
    assert fisher_two_sided(Group("milk", 4, 3), Group("tea", 4, 1)) == pytest.approx(17 / 35, abs=1e-12)


def test_castaneda() -> None:
    """Castaneda v. Partida, 430 U.S. 482 (1977), note 17: 339 of 870 grand jurors, 79.1 % of the population."""
    assert shortfall_sd(339, 870, 0.791) == pytest.approx(29.11494083, abs=1e-6)


@pytest.mark.parametrize(("r", "u", "value"), [(0.3, 10 / 6, 0.4642383454), (0.45, 1.8, 0.6718349018)])
def test_restriction_of_range_of_thorndike(r: float, u: float, value: float) -> None:
    assert case_two(r, u) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("reliability", "cut", "value"),
    [(0.5, 0.0, 2 / 3), (0.7, 0.0, 0.7468166889), (0.9, 0.0, 0.8564337069), (0.7, 1.0, 0.8506)],
)
def test_two_panels_on_one_side_of_a_bar(reliability: float, cut: float, value: float) -> None:
    """Peng & Subkoviak (1980), Journal of Educational Measurement 17, 359-368."""
    assert same_decision(reliability, cut) == pytest.approx(value, abs=1e-4)


def test_panels_without_history() -> None:
    """Candidate 1, strictness .25, rest 1: one interview has .44, and six put Phi at .83."""
    panels = d_study(ASSUMED, range(1, 7))
    assert [round(one.phi or 0, 2) for one in panels] == [0.44, 0.62, 0.71, 0.76, 0.80, 0.83]
    assert [round(100 * (one.same_decision or 0)) for one in panels] == [65, 71, 75, 78, 80, 81]


def test_acceptability_is_what_geometry_gives() -> None:
    """Uniform weights of two dimensions: A leads for weights above .6, B below .4, C between."""
    values = np.array([[1, 0], [0, 1], [0.6, 0.6]])
    found = acceptability(values, np.array([0.5, 0.5]), concentration=2, draws=100_000)
    assert found == pytest.approx([0.4, 0.4, 0.2], abs=0.01)


def test_where_two_candidates_change_places() -> None:
    """Seven dimensions, constructed, exact by rational arithmetic."""
    names = "abcdefg"
    weights = dict(zip(names, map(Fraction, ["0.2", "0.2", "0.15", "0.15", "0.1", "0.1", "0.1"]), strict=True))
    leader = dict(zip(names, map(Fraction, ["4", "3.5", "3", "4", "3", "4.5", "3"]), strict=True))
    rival = dict(zip(names, map(Fraction, ["3", "4", "4", "3.5", "3.5", "3", "3.5"]), strict=True))
    found = rivalry(weights, leader, rival)
    assert found.smallest_move == Fraction(3, 100)
    assert found.gap == Fraction(3, 40)
    assert list((found.tie_weights or {}).values()) == [
        Fraction(5, 37), Fraction(7, 23), Fraction(9, 43), 0, Fraction(5, 23), Fraction(1, 19), Fraction(5, 23),
    ]  # fmt: skip
