"""Ratings on several dimensions as one value a card."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.pooling import Given, pooled


def test_a_card_is_its_ratings_less_their_dimensions_means() -> None:
    cards = pooled([Given(0, 0, 0, 4), Given(0, 0, 1, 2), Given(0, 1, 0, 3)], 1, 2)
    # Means 7/2 and 2, 11/4 between them: (1/2 + 0) / 2 above it, and 1/2 below.
    assert cards.score.tolist() == [3.0, 2.25]
    assert (cards.target.tolist(), cards.rater.tolist()) == ([0, 0], [0, 1])


def test_one_dimension_is_its_ratings() -> None:
    assert pooled([Given(0, 1, 0, 5), Given(1, 0, 0, 2)], 2, 2).score.tolist() == [5.0, 2.0]


def test_nothing_gives_nothing() -> None:
    assert len(pooled([], 0, 0)) == 0


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), st.integers(1, 5), min_size=1, max_size=30
    )
)
def test_it_is_the_exact_fraction_rounded_once(given_: dict[tuple[int, int, int], int]) -> None:
    ratings = [Given(*key, value) for key, value in given_.items()]
    by_dimension: dict[int, list[int]] = {}
    for one in ratings:
        by_dimension.setdefault(one.dimension, []).append(one.value)
    means = {name: Fraction(sum(values), len(values)) for name, values in by_dimension.items()}
    middle = sum(means.values(), Fraction()) / len(means)
    cards = pooled(ratings, 4, 4)
    for target, rater, score in zip(cards.target, cards.rater, cards.score, strict=True):
        mine = [one.value - means[one.dimension] for one in ratings if (one.target, one.rater) == (target, rater)]
        assert score == pytest.approx(float(middle + sum(mine, Fraction()) / len(mine)), rel=1e-15)
