"""What is told of groups: no number under five, and none that follows from what is told."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fairness.cohort import ALL, LEVELS, Cell, Standing, counted
from app.domain.fairness.questions import Question
from app.domain.fairness.withholding import LEAST, Told, told

SEX = Question("Sex", ("Female", "Male", "Another"))
RACE = Question("Race", ("White", "Black", "Asian"))
WHOLE = (ALL, ALL)


def _people(crowds: Mapping[tuple[str | None, int], int]) -> list[Standing]:
    return [
        Standing({"Sex": sex} if sex else {}, level) for (sex, level), people in crowds.items() for _ in range(people)
    ]


def _sexes(shown: Mapping[Cell, Told]) -> dict[str | None, tuple[int | None, ...]]:
    return {row: one.levels[:2] for (row, column), one in shown.items() if row != ALL and column == ALL}


def test_large_groups_are_told_whole() -> None:
    people = _people({("Female", 0): 10, ("Female", 1): 12, ("Male", 0): 9, ("Male", 1): 20, (None, 0): 2})
    assert _sexes(told(counted([SEX], people))) == {
        "Female": (22, 12), "Male": (29, 20), "Another": (0, 0), None: (2, 0),
    }  # fmt: skip


def test_a_small_group_is_covered_by_the_next_smallest() -> None:
    people = _people({("Female", 0): 30, ("Male", 0): 40, ("Another", 0): 3, (None, 0): 6})
    shown = _sexes(told(counted([SEX], people)))
    assert {sex: levels[0] for sex, levels in shown.items()} == {
        "Female": 30, "Male": 40, "Another": None, None: None,
    }  # fmt: skip


def test_without_anybody_unknown_a_group_is_covered_by_a_larger_one() -> None:
    people = _people({("Female", 0): 30, ("Male", 0): 40, ("Another", 0): 3})
    shown = _sexes(told(counted([SEX], people)))
    assert [levels[0] for levels in shown.values()] == [None, 40, None, 0]


def test_few_who_went_on_hide_both_sides_of_the_split() -> None:
    people = _people({("Female", 0): 30, ("Female", 1): 1, ("Male", 0): 30, ("Male", 1): 10})
    assert _sexes(told(counted([SEX], people)))["Female"] == (31, None)
    assert _sexes(told(counted([SEX], people)))["Male"] == (40, None)


def test_few_who_were_left_behind_are_hidden_as_well() -> None:
    people = _people({("Female", 0): 2, ("Female", 1): 20, ("Male", 0): 10, ("Male", 1): 20})
    people += _people({(None, 0): 5, (None, 1): 5})
    shown = _sexes(told(counted([SEX], people)))
    assert shown["Female"] == (22, None)
    assert shown["Male"] == (30, 20)
    assert shown[None] == (10, None)


def test_one_hire_is_of_no_group() -> None:
    people = [*_people({("Female", 0): 30, ("Male", 0): 30}), Standing({"Sex": "Female"}, len(LEVELS) - 1)]
    shown = told(counted([SEX], people))
    hired = {cell: one.levels[-1] for cell, one in shown.items() if one.levels[0]}
    assert hired == {("Female", ALL): None, ("Male", ALL): None, WHOLE: 1}


def test_a_level_that_everybody_or_nobody_reached_tells_nothing_of_a_group() -> None:
    people = _people({("Female", 1): 8, ("Male", 1): 9})
    shown = told(counted([SEX], people))
    assert shown["Female", ALL].levels == (8, 8, 0, 0, 0)


def test_the_whole_is_always_told() -> None:
    shown = told(counted([SEX, RACE], _people({("Female", 0): 1, ("Male", 2): 1})))
    assert shown[WHOLE].levels == (2, 1, 1, 0, 0)
    assert {one.levels[0] for cell, one in shown.items() if cell != WHOLE and None not in cell} <= {0, None}


@given(st.integers(0, 10**6), st.sampled_from([15, 40, 90, 200]), st.booleans())
def test_nothing_small_is_told_or_left_behind(seed: int, size: int, both: bool) -> None:  # noqa: FBT001  drawn
    counts = counted([SEX, RACE] if both else [SEX], _drawn(Random(seed), size))
    for cell, one in told(counts).items():
        whole = counts[WHOLE].levels
        for level, number in enumerate(one.levels):
            if number is None or not counts[cell].levels[0] or None in cell or cell == WHOLE:
                continue
            assert number >= LEAST or not whole[level] or not counts[cell].levels[max(level - 1, 0)]
            left = counts[cell].levels[level - 1] - number if level else LEAST
            assert left >= LEAST or whole[level - 1] == whole[level] or not counts[cell].levels[level - 1]


@pytest.mark.parametrize("seed", range(40))
def test_every_withheld_number_could_be_another(seed: int) -> None:
    """Looks for tables of one question with the same told numbers: each withheld one has to differ in some of them."""
    random = Random(seed)
    counts = counted([SEX], _drawn(random, random.choice([12, 20, 30])))
    shown = told(counts)
    for level in range(len(LEVELS)):
        told_here = [shown[row, ALL].levels[level] for row in (*SEX.choices, None)]
        whole, hidden = counts[WHOLE].levels[level], [one for one in told_here if one is None]
        left = whole - sum(one for one in told_here if one is not None)
        fits = [fit for fit in product(range(left + 1), repeat=len(hidden)) if sum(fit) == left]
        assert all(len({fit[place] for fit in fits}) > 1 or not left for place in range(len(hidden)))


def _drawn(random: Random, size: int) -> list[Standing]:
    found = []
    for _ in range(size):
        answers = {
            question.title: random.choices(question.choices, weights=(5, 6, 1))[0]
            for question in (SEX, RACE)
            if random.random() < 0.9
        }
        found.append(Standing(answers, random.choices(range(len(LEVELS)), weights=(4, 3, 2, 1, 1))[0]))
    return found
