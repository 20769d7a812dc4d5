from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.blueprint import Scale, ScalePoint
from app.domain.growth.insight import Agreement, Prediction, Ratio, at_bar, in_months, spread, stay, told_apart

LEVELS = ("senior", "principal")
FEW = 5


def _people(*counts: tuple[str, str, int]) -> list[tuple[str, str]]:
    return [(team, level) for team, level, count in counts for _ in range(count)]


def test_few_people_are_not_counted_out() -> None:
    found = spread(_people(("Routes", "senior", 5), ("Routes", "principal", 1), ("Maps", "senior", 2)), LEVELS)
    assert [(line.team, [cell.words for cell in line.counts]) for line in found.teams] == [
        ("Maps", ["1 to 4", "0"]),
        ("Routes", ["5", "1 to 4"]),
    ]
    assert [cell.words for cell in found.totals] == ["Not shown", "Not shown"]


def test_a_total_that_gives_nothing_away_is_told() -> None:
    found = spread(_people(("Routes", "senior", 2), ("Maps", "senior", 3), ("Sea", "senior", 7)), LEVELS)
    assert [(cell.people, cell.words) for cell in found.totals] == [(12, "12"), (0, "0")]


def test_a_total_below_five_hides_too() -> None:
    found = spread(_people(("Routes", "senior", 1), ("Maps", "senior", 2)), LEVELS)
    assert found.totals[0].words == "1 to 4"


def test_people_at_no_level_of_the_ladder_are_left_out_and_teams_without_a_name_come_last() -> None:
    found = spread(
        [*_people(("", "senior", 6), ("air", "senior", 6), ("Road", "senior", 6)), ("Road", "baker")], LEVELS
    )
    assert [line.team for line in found.teams] == ["air", "Road", ""]
    assert found.totals[0].people == 18


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_no_hidden_count_can_be_worked_out(counts: list[int]) -> None:
    found = spread(_people(*((f"team {number}", "senior", count) for number, count in enumerate(counts))), ("senior",))
    told = found.totals[0]
    shown = {line.team: line.counts[0] for line in found.teams}
    ranges = [range(1, FEW) if cell.people is None else (cell.people,) for cell in shown.values()]
    fitting = [
        guess
        for guess in product(*ranges)
        if told.people is None or sum(guess) == told.people
        if told.words != "1 to 4" or 0 < sum(guess) < FEW
    ]
    for place, cell in enumerate(shown.values()):
        possible = {guess[place] for guess in fitting}
        assert (len(possible) > 1) is (cell.people is None)


def test_a_middle_stay_needs_five_people() -> None:
    found = stay("Senior", [100, 400, 800, 900, 1000], [400, 500, 600, 700])
    assert (found.so_far, found.until_they_moved) == ("26 months", "Not shown: fewer than 5")


@pytest.mark.parametrize(
    ("days", "words"), [(0, "no time"), (1, "1 day"), (30, "30 days"), (31, "1 month"), (366, "12 months")]
)
def test_days_are_said_in_months(days: int, words: str) -> None:
    assert in_months(days) == words


def test_shares_name_what_they_count() -> None:
    assert Ratio(2, 5, "cases").words == "2 of 5 cases"
    assert [Ratio(1, whole, "people", rough=True).words for whole in (7, 8, 12)] == [
        "1 of about 5 people", "1 of about 10 people", "1 of about 10 people"
    ]  # fmt: skip
    assert Ratio(1, 4, "cases").words == "Not shown: fewer than 5 cases"


@pytest.mark.parametrize(
    ("people", "same", "compared", "words"),
    [
        (5, 2, 3, "67 %, 2 of 3 marks of 5 people"),
        (5, 1, 8, "13 %, 1 of 8 marks of 5 people"),
        (4, 50, 80, "Not shown: fewer than 5 people"),
        (6, 0, 0, "Nothing to compare yet"),
    ],
)
def test_agreement_is_over_all_marks_of_a_cycle(people: int, same: int, compared: int, words: str) -> None:
    assert Agreement("Autumn", date(2026, 10, 1), people, same, compared).words == words


def test_interviews_stand_beside_what_came_of_them() -> None:
    good = [Prediction(over=True, reached=True)] * 4 + [Prediction(over=True, reached=False)]
    over, under = told_apart([*good, Prediction(over=False, reached=True), Prediction(over=False, reached=True)])
    assert (over.words, under.words) == ("4 of 5 people", "Not shown: fewer than 5 people")
    assert (under.part, under.whole) == (2, 2)


def test_the_bar_is_met_from_either_end_of_a_scale() -> None:
    points = tuple(ScalePoint(value, str(value)) for value in (1, 2, 3))
    high, low = Scale(points, meets=2), Scale(points, meets=2, best="low")
    assert [at_bar(Fraction(3, 2), scale) for scale in (high, low)] == [False, True]
    assert [at_bar(Fraction(2), scale) for scale in (high, low)] == [True, True]
