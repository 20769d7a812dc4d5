"""Agreement in words: what each distance is called on scales of several lengths, and what is talked about first."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.domain.agreement import Closeness, closeness, over_the_bar, to_discuss
from app.domain.blueprint import Scale, ScalePoint
from app.domain.debrief import rows_of
from app.domain.scoring import DimensionScore
from tests.domain.test_debrief import SCALE, SCORECARD, card


def _scale(points: int, *, best_low: bool = False) -> Scale:
    made = Scale(tuple(ScalePoint(value, f"Point {value}") for value in range(1, points + 1)), meets=2)
    return replace(made, best="low") if best_low else made


def _score(*values: int) -> DimensionScore:
    if not values:
        return DimensionScore("a", None, 0, None, None)
    given = [Fraction(value) for value in values]
    return DimensionScore("a", sum(given, Fraction()) / len(given), len(given), min(given), max(given))


@pytest.mark.parametrize(
    ("points", "values", "expected"),
    [
        (5, (), Closeness.NOBODY),
        (5, (4,), Closeness.SINGLE),
        (5, (4, 4), Closeness.SAME),
        (5, (3, 4), Closeness.CLOSE),
        (5, (2, 3, 4), Closeness.APART),
        (5, (1, 4), Closeness.FAR),
        (4, (2, 4), Closeness.APART),
        (4, (1, 4), Closeness.FAR),
        (3, (1, 2), Closeness.CLOSE),
        (3, (1, 3), Closeness.FAR),
        (2, (1, 2), Closeness.FAR),
        (10, (3, 8), Closeness.APART),
        (10, (2, 9), Closeness.FAR),
    ],
)
def test_a_distance_is_called_by_its_share_of_the_scale(
    points: int, values: tuple[int, ...], expected: Closeness
) -> None:
    assert closeness(_score(*values), _scale(points)) is expected


def test_the_bar_lies_between_ratings_that_meet_it_and_others_that_do_not() -> None:
    assert over_the_bar(_score(2, 3), SCALE)
    assert not over_the_bar(_score(3, 5), SCALE)
    assert not over_the_bar(_score(1, 2), SCALE)
    assert not over_the_bar(_score(), SCALE)
    # Where 1 is best, the bar at 2 is met from 2 down.
    turned = _scale(5, best_low=True)
    assert over_the_bar(_score(2, 3), turned)
    assert not over_the_bar(_score(1, 2), turned)


def test_the_widest_apart_is_talked_about_first_and_who_gave_what_is_said() -> None:
    cards = [card(1, {"a": 2, "b": 1, "c": 4}), card(2, {"a": 4, "b": 5, "c": 5}), card(3, {"a": 2, "c": None})]
    assert to_discuss(rows_of(SCORECARD, cards, []), SCALE) == (
        "B: 4 apart, with the bar between them. I1 gave 1, I2 gave 5.",
        "A: 2 apart, with the bar between them. I1 and I3 gave 2, I2 gave 4.",
    )


def test_nothing_is_talked_about_first_where_all_are_close() -> None:
    cards = [card(1, {"a": 3, "b": 4}), card(2, {"a": 4, "b": 4})]
    assert to_discuss(rows_of(SCORECARD, cards, []), SCALE) == ()
    assert to_discuss(rows_of(SCORECARD, [], []), SCALE) == ()
