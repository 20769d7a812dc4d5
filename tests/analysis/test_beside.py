"""One rater's marks beside those of others on the same targets and dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.agreement.beside import beside

if TYPE_CHECKING:
    from random import Random

    from app.analysis.estimate import FloatArray, IntArray

NAN = np.nan


def _panel(targets: int, *rows: tuple[float, float]) -> tuple[FloatArray, IntArray, IntArray]:
    """Ratings of so many targets, the same for each: one row a rater, two dimensions."""
    ratings = np.array([row for _ in range(targets) for row in rows])
    target, rater = np.repeat(np.arange(targets), len(rows)), np.tile(np.arange(len(rows)), targets)
    return ratings, target, rater


def test_each_mark_is_laid_beside_the_mean_of_the_others() -> None:
    found = beside(*_panel(5, (1.0, 4.0), (2.0, 4.0), (4.0, 5.0)), 0)
    # Two points below the mean of 2 and 4, half a point below that of 4 and 5, five times each.
    assert found.n == 10
    assert found.distance.value == pytest.approx((2 + 0.5) / 2)
    assert found.within_one.value == pytest.approx(0.5)


def test_what_nobody_else_assessed_is_left_out() -> None:
    found = beside(*_panel(10, (1.0, 4.0), (NAN, 4.0)), 0)
    assert (found.n, found.distance.value, found.within_one.value) == (10, 0.0, 1.0)
    assert beside(*_panel(10, (NAN, 4.0), (3.0, NAN)), 0).n == 0


def test_fewer_than_ten_shared_marks_give_a_reason() -> None:
    found = beside(*_panel(4, (1.0, 4.0), (2.0, 4.0)), 0)
    assert found.distance.value is None
    assert found.distance.why == "8 ratings that somebody else gave too; from 10 on there is something to see"
    assert beside(*_panel(6, (1.0, 4.0)), 0).within_one.why is not None


@given(st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=10, max_size=20), st.integers(-3, 3), st.randoms())
def test_order_of_cards_and_a_common_shift_change_nothing(
    marks: list[tuple[int, ...]], shift: int, random: Random
) -> None:
    ratings = np.array([[float(mark)] for row in marks for mark in row])
    target, rater = np.repeat(np.arange(len(marks)), 3), np.tile(np.arange(3), len(marks))
    places = list(range(len(ratings)))
    random.shuffle(places)
    plain, turned = beside(ratings, target, rater, 1), beside(ratings[places] + shift, target[places], rater[places], 1)
    assert plain.n == turned.n == len(marks)
    assert plain.distance.value == pytest.approx(turned.distance.value)
    assert plain.within_one.value == pytest.approx(turned.within_one.value)
