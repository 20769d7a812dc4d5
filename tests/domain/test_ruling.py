"""What decision rules say, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.domain.blueprint import (
    Blueprint,
    DecisionRule,
    Dimension,
    Requirement,
    Role,
    Scale,
    ScalePoint,
    Scorecard,
    Threshold,
)
from app.domain.debrief import weights_of
from app.domain.ladder import Ladder, Level
from app.domain.ruling import Demand, demands, for_committee, stated
from app.domain.scoring import Rating, Score, composite

POINTS = tuple(ScalePoint(value, f"Point {value}") for value in (0, 1, 2))
SUM = DecisionRule("sum-threshold", thresholds=(Threshold(4), Threshold(5, "senior")))
EACH = DecisionRule("every-required", requirements=(Requirement("dough", 2), Requirement("oven", 1)))
DIMENSIONS = (Dimension("dough", "Dough"), Dimension("oven", "Oven"), Dimension("till", "Till"))
CARD = Scorecard("baker", "1", Scale(POINTS, meets=1), DIMENSIONS)
BAKER = Role("baker", "Baker")


def said(card: Scorecard, ladder: Ladder | None = None) -> tuple[str, ...]:
    return stated(Blueprint(BAKER, card, ladder=ladder))


def score(card: Scorecard, *given: tuple[str, str, int | None]) -> Score:
    ratings = [Rating(who, name, None if value is None else Fraction(value)) for who, name, value in given]
    return composite(ratings, weights_of(card, ()))


def test_a_weighted_mean_asks_for_nothing_beside_the_composite() -> None:
    assert demands(CARD, score(CARD, ("ada", "dough", 2))) == ()


def test_a_sum_adds_the_mean_of_every_dimension() -> None:
    card = replace(CARD, decision=SUM)
    found = score(card, ("ada", "dough", 2), ("ben", "dough", 1), ("ada", "oven", 2), ("ben", "till", 1))
    nine_halves = Fraction(9, 2)
    assert demands(card, found) == (
        Demand(4, nine_halves, met=True),
        Demand(5, nine_halves, met=False, level="senior"),
    )


def test_without_one_dimension_there_is_no_sum_rather_than_a_small_one() -> None:
    card = replace(CARD, decision=SUM)
    found = score(card, ("ada", "dough", 2), ("ada", "oven", 2), ("ada", "till", None))
    assert [(one.value, one.met) for one in demands(card, found)] == [(None, None), (None, None)]


def test_each_required_dimension_is_held_against_its_own_point() -> None:
    card = replace(CARD, decision=EACH)
    found = score(card, ("ada", "dough", 2), ("ben", "dough", 1), ("ada", "till", 0))
    assert [(one.dimension, one.needed, one.value, one.met) for one in demands(card, found)] == [
        ("dough", 2, Fraction(3, 2), False),
        ("oven", 1, None, None),
    ]


@pytest.mark.parametrize(("given", "met"), [(0, True), (1, True), (2, False)])
def test_where_low_is_best_no_more_than_the_point_is_enough(given: int, *, met: bool) -> None:
    rule = DecisionRule("every-required", requirements=(Requirement("dough", 1),))
    card = replace(CARD, scale=Scale(POINTS, meets=1, best="low"), decision=rule)
    (one,) = demands(card, score(card, ("ada", "dough", given)))
    assert one.met is met


def test_a_value_at_the_threshold_is_enough() -> None:
    card = replace(CARD, decision=DecisionRule("sum-threshold", thresholds=(Threshold(3),)))
    found = score(card, *(("ada", name, 1) for name in ("dough", "oven", "till")))
    assert [(one.value, one.met) for one in demands(card, found)] == [(Fraction(3), True)]


def test_a_rule_of_means_is_said_with_and_without_weights() -> None:
    assert said(CARD) == (
        "Each dimension's ratings are averaged.",
        "The composite is the mean of these averages, all counted alike.",
    )
    weighed = replace(CARD, dimensions=(replace(DIMENSIONS[0], weight=60), replace(DIMENSIONS[1], weight=40)))
    assert said(weighed)[1] == "The composite is the mean of these averages, each counted by its weight."


def test_a_sum_is_said_with_each_threshold_and_the_level_s_title() -> None:
    card = replace(CARD, decision=SUM)
    assert said(card) == (
        "The means of all dimensions are added up. Without one of them there is no sum.",
        "4 or more is enough.",
        "5 or more is enough for Senior.",
    )
    ladder = Ladder(levels=(Level("senior", "Senior Baker", "ic", 2),))
    assert said(card, ladder)[2] == "5 or more is enough for Senior Baker."


def test_a_committee_reads_a_level_by_its_title() -> None:
    blueprint = Blueprint(
        BAKER, replace(CARD, decision=SUM), ladder=Ladder(levels=(Level("senior", "Senior Baker", "ic", 2),))
    )
    assert [one.level for one in for_committee(blueprint).decision.thresholds] == [None, "Senior Baker"]
    assert for_committee(Blueprint(BAKER, CARD)) == CARD


def test_single_demands_are_said_by_title() -> None:
    assert said(replace(CARD, decision=EACH)) == (
        "Each of these dimensions has to reach its point, whatever the others are.",
        "Dough: 2 or more.",
        "Oven: 1 or more.",
    )


@pytest.mark.parametrize(("rule", "words"), [(SUM, "4 or less is enough."), (EACH, "Dough: 2 or less.")])
def test_where_low_is_best_less_is_what_a_rule_asks_for(rule: DecisionRule, words: str) -> None:
    card = replace(CARD, scale=Scale(POINTS, meets=1, best="low"), decision=rule)
    assert said(card)[1] == words
