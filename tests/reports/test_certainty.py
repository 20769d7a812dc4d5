"""The words that say how sure a comparison is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.analysis.estimate import ALL_EQUAL, ONE_RATER, ONE_TARGET
from app.analysis.sensitivity import BEHIND, TIED, TOO_FEW
from app.analysis.severity.adjusting import NOTHING_LEARNED, UNCONNECTED
from app.analysis.severity.fit import FEW_CARDS, FEW_TARGETS, ONCE_EACH
from app.domain.certainty import (
    NO_HISTORY_OF_SOME,
    ONE_OPENING,
    TOO_FEW_CANDIDATES,
    TOO_FEW_CARDS,
    Places,
    Rival,
    Sensitivity,
    Spread,
    Standing,
)
from reports import certainty
from tests.factories.documents import comparison_document, scorecard

REASONS = (
    ALL_EQUAL, ONE_RATER, ONE_TARGET, BEHIND, TIED, TOO_FEW, NOTHING_LEARNED, UNCONNECTED, FEW_CARDS, FEW_TARGETS,
    ONCE_EACH, ONE_OPENING, NO_HISTORY_OF_SOME, TOO_FEW_CANDIDATES, TOO_FEW_CARDS,
)  # fmt: skip
NAMES = {"a": "Ana", "b": "Ben"}


@pytest.mark.parametrize("why", REASONS)
def test_every_reason_has_its_sentence(why: str) -> None:
    said = certainty.sentence(why)
    assert said.endswith(".")
    assert said == certainty.WHY[why]


def test_no_reason_is_no_sentence_and_a_new_one_is_still_said() -> None:
    assert certainty.sentence(None) == ""
    assert certainty.sentence("the moon was full") == "The moon was full."


def test_a_bar_ends_where_the_scale_ends() -> None:
    standing = Standing("a", 3, Fraction(5), Fraction(1), 4.56, 5.44, 1)
    assert certainty.within(standing, scorecard().scale) == "4.6 to 5.0"
    assert certainty.within(None, scorecard().scale) is None


def test_bands_have_names() -> None:
    assert (certainty.band_title(1), certainty.band_title(10), certainty.band_title(11)) == (
        "First band", "Tenth band", "Band 11",
    )  # fmt: skip


def test_the_mark_of_an_adjusted_score_is_no_finer_than_its_number() -> None:
    comparison = comparison_document().comparison
    standing = Standing("a", 4, Fraction(3), Fraction(1), 2.5, 3.5, 1, adjusted=3.2468)
    columns = tuple(replace(column, standing=standing) for column in comparison.columns)
    drawn = certainty.banded(replace(comparison, columns=columns), adjusted=True)
    assert {row.adjusted for row in drawn if row.value is not None} == {3.2}


def test_what_interviewers_usually_do_is_the_difference_of_the_numbers_beside_it() -> None:
    comparison = comparison_document().comparison
    standing = Standing("a", 4, Fraction(335, 100), Fraction(1), 2.5, 3.5, 1, adjusted=3.24)
    column = replace(comparison.columns[0], candidate="Ana", standing=standing)
    assert certainty.usually(replace(comparison, columns=(column,))) == (
        "Ana: 3.2 beside 3.4. These interviewers usually score 0.2 higher than colleagues for the same people.",
    )


@pytest.mark.parametrize(
    ("share", "said"), [(Fraction(6, 100), "6"), (Fraction(1, 15), "6.7"), (Fraction(601, 10000), "6.1")]
)
def test_points_that_must_move_are_rounded_up(share: Fraction, said: str) -> None:
    assert certainty.points_moved(share) == said


def sensitivity(*rivals: Rival, leaders: tuple[str, ...] = ("a",)) -> Sensitivity:
    return Sensitivity(leaders, rivals, (), 50)


def test_whether_the_weights_decide_is_said_for_every_case() -> None:
    near = Rival("b", Fraction(1, 5), Fraction(6, 100), dominated=False, tie_weights=(), why=None)
    far = Rival("b", Fraction(1, 5), None, dominated=True, tie_weights=(), why=None)
    odd = Rival("b", None, None, dominated=False, tie_weights=(), why="too few dimensions in common")
    assert certainty.holds(sensitivity(near), NAMES) == (
        "Ana stays ahead unless at least 6 of 100 weight points move; then Ben draws level."
    )
    assert certainty.holds(sensitivity(far), NAMES) == "Ana is ahead whatever the weights."
    assert "No weights that can be told of" in certainty.holds(sensitivity(odd), NAMES)
    assert certainty.holds(sensitivity(leaders=("a", "b")), NAMES) == "Ana and Ben share the same composite exactly."
    assert certainty.holds(sensitivity(), NAMES) == "Ana is the only one with a composite."
    assert "Nobody has a composite" in certainty.holds(sensitivity(leaders=()), NAMES)


def test_the_nearest_rival_is_whoever_the_fewest_points_help() -> None:
    near, far = (
        Rival(name, Fraction(1, 5), Fraction(points, 100), dominated=False, tie_weights=(), why=None)
        for name, points in (("b", 6), ("c", 9))
    )
    assert sensitivity(far, near).nearest == near
    assert sensitivity().nearest is None


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("own", "of these candidates alone"),
        ("pooled", "these candidates' and the decided ones of 5 openings"),
        ("fit", "62 scorecards of 5 openings, fitted beforehand"),
    ],
)
def test_what_bars_rest_on_is_said(basis: str, said: str) -> None:
    assert said in certainty.basis(Spread(0.4, 0.1, 0.3, 0.7, basis, 62, 5))  # type: ignore[arg-type]  # the parameter


def test_hundredths_of_chances_sum_to_a_hundred() -> None:
    comparison = comparison_document(6).comparison
    told = [c.application_id.hex for c in comparison.columns if c.band is not None]
    assert len(told) > 1
    third = tuple(1 / len(told) for _ in told)
    names, stacks = certainty.stacks(comparison, Places(tuple(told), tuple(third for _ in told), 0))
    assert len(stacks) == len(told)
    assert all(sum(stack.parts) == 100 and len(stack.parts) == len(names) for stack in stacks)


def test_a_comparison_says_who_stands_in_no_band_and_what_nobody_asked() -> None:
    comparison = comparison_document(6).comparison
    rows = certainty.banded(comparison, adjusted=False)
    assert {row.label for row in rows} == {column.candidate for column in comparison.columns}
    sealed = next(row for row in rows if row.shown == "sealed")
    assert (sealed.value, sealed.band) == (None, "")
    twin = certainty.banded_rows(rows, adjusted=True)
    assert all(len(line) == 4 and line[3] == "not shown" for line in twin)
    assert any(one.startswith("Nobody assessed ") for one in certainty.gaps(comparison))
    assert certainty.pairs(comparison)
