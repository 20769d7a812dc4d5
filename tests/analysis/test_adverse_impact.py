"""Four fifths and what chance does, where floats and small numbers mislead."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest

from app.analysis import adverse_impact
from app.analysis.adverse_impact import Group, impact, needed_per_group, scoring_rates


def test_exactly_four_fifths_is_not_below() -> None:
    """20 of 30 over 25 of 30 is less than .8 in floats."""
    assert (20 / 30) / (25 / 30) < 0.8
    found = impact([Group("a", 30, 20), Group("b", 30, 25)])
    assert found.reference == "b"
    assert found.groups[0].ratio == Fraction(4, 5)
    assert found.groups[0].below_four_fifths is False
    assert found.groups[0].selections_to_four_fifths == 0


def test_one_selection_may_turn_the_finding() -> None:
    found = impact([Group("a", 40, 12), Group("b", 40, 16)]).groups[0]
    assert found.below_four_fifths is True
    assert found.selections_to_four_fifths == 1
    assert found.one_different is True
    far = impact([Group("a", 40, 6), Group("b", 40, 16)]).groups[0]
    assert far.one_different is False
    assert far.selections_to_four_fifths == 7


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ((100, 20), (100, 40), adverse_impact.BELOW_SURE),
        ((40, 12), (40, 16), adverse_impact.BELOW_MAYBE),
        ((2000, 800), (2000, 900), adverse_impact.ABOVE_SURE),
        ((100, 38), (100, 40), adverse_impact.NO_SIGN),
        ((29, 10), (100, 40), adverse_impact.TOO_FEW),
        ((100, 4), (100, 40), adverse_impact.TOO_FEW),
        ((100, 96), (100, 97), adverse_impact.TOO_FEW),
        ((2, 1), (100, 40), adverse_impact.FEW_OF_ALL),
    ],
)
def test_verdicts(a: tuple[int, int], b: tuple[int, int], verdict: str) -> None:
    assert impact([Group("a", *a), Group("b", *b)]).groups[0].verdict == verdict


def test_two_per_cent_of_the_people_are_compared_and_less_is_listed() -> None:
    exactly = impact([Group("a", 2, 2), Group("b", 98, 40)])
    assert exactly.reference == "a"
    less = impact([Group("a", 2, 2), Group("b", 99, 40)])
    assert less.reference == "b"
    small = less.groups[0]
    assert (small.compared, small.ratio, small.below_four_fifths) == (False, Fraction(99, 40), None)


def test_the_reference_of_equal_rates_is_the_larger_group_and_then_by_name() -> None:
    assert impact([Group("a", 10, 5), Group("b", 20, 10)]).reference == "b"
    assert impact([Group("b", 20, 10), Group("a", 20, 10)]).reference == "a"


def test_a_group_of_whom_nobody_was_selected_has_an_interval_all_the_same() -> None:
    found = impact([Group("a", 40, 0), Group("b", 40, 20)]).groups[0]
    assert found.ratio == 0
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < found.high
    assert found.verdict == adverse_impact.TOO_FEW


def test_groups_of_whom_everybody_was_selected_differ_in_nothing() -> None:
    found = impact([Group("a", 40, 40), Group("b", 40, 40)])
    other = next(one for one in found.groups if not one.reference)
    assert (other.z, other.z_valid, other.fisher_p) == (None, False, 1)
    assert (other.low, other.high) == (1, 1)
    assert other.needed_per_group is None


@pytest.mark.parametrize(("rate", "people"), [(0.1, 771), (0.25, 270), (0.4, 145), (0.5, 103)])
def test_people_needed(rate: float, people: int) -> None:
    assert needed_per_group(rate) == people


def test_scoring_rates_count_the_unknown_in_the_median_alone() -> None:
    scores = [Fraction(one) for one in (1, 2, 3, 4, 5, 6)]
    groups = ["a", None, "a", "b", None, "b"]
    median, found = scoring_rates(scores, groups)
    assert median == Fraction(7, 2)
    assert {one.group.name: (one.group.people, one.group.selected) for one in found.groups} == {
        "a": (2, 0),
        "b": (2, 2),
    }
    odd, strict = scoring_rates(scores[:3], ["a", "a", "a"])
    assert odd == 2
    assert strict.groups[0].group.selected == 1


def test_the_bare_rule_fires_mostly_by_chance_with_few_people() -> None:
    """Twenty people in each of two groups, each selected with chance one quarter: every outcome, weighed."""
    chances = [math.comb(20, s) * 0.25**s * 0.75 ** (20 - s) for s in range(21)]
    fired = sure = concluded = 0.0
    for s, t in product(range(21), repeat=2):
        weight = chances[s] * chances[t]
        for one in impact([Group("a", 20, s), Group("b", 20, t)]).groups:
            fired += weight * bool(one.below_four_fifths)
            sure += weight * (one.fisher_p is not None and one.fisher_p < 0.05)
            concluded += weight * (one.verdict == adverse_impact.BELOW_SURE)
    assert fired == pytest.approx(0.65, abs=0.01)
    assert sure < 0.025
    assert concluded == 0
