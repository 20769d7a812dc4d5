from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.blueprint import Dimension, Scale, ScalePoint, Scorecard
from app.domain.comparison import Column, Comparison, same_version, sort_columns, sort_keys, usually_descending
from app.domain.debrief import BlueprintStamp, weights_of
from app.domain.errors import InvalidError
from app.domain.scoring import Rating, composite

SCORECARD = Scorecard(
    id="s",
    version="1",
    scale=Scale(tuple(ScalePoint(value, str(value)) for value in range(1, 6)), meets=3),
    dimensions=(Dimension("a", "A", 80), Dimension("b", "B", 20)),
)


def column(name: str, *marks: tuple[int | None, int | None], sealed: str | None = None) -> Column:
    ratings = [
        Rating(f"r{rater}", dimension, None if value is None else Fraction(value))
        for rater, pair in enumerate(marks)
        for dimension, value in zip("ab", pair, strict=True)
    ]
    score = None if sealed else composite(ratings, weights_of(SCORECARD, []))
    dimensions = {d.dimension: d for d in score.dimensions} if score else {}
    return Column(UUID(int=hash(name) % 2**64), name, "Debrief", score, sealed, dimensions, {}, len(marks), None)


ANN, BOB, CEM = column("ann", (3, 3)), column("Bob", (5, 1), (3, 1)), column("Cem", (None, 5))
SEALED = column("Abe", sealed="You still owe a scorecard on this candidate.")
ALL = (CEM, SEALED, BOB, ANN)


@pytest.mark.parametrize(
    ("sort", "descending", "names"),
    [
        ("name", False, ["Abe", "ann", "Bob", "Cem"]),
        ("name", True, ["Cem", "Bob", "ann", "Abe"]),
        ("composite", True, ["Bob", "ann", "Abe", "Cem"]),
        ("composite", False, ["ann", "Bob", "Abe", "Cem"]),
        ("coverage", True, ["ann", "Bob", "Cem", "Abe"]),
        ("spread", True, ["Bob", "ann", "Cem", "Abe"]),
        ("b", True, ["Cem", "ann", "Bob", "Abe"]),
        ("b", False, ["Bob", "ann", "Cem", "Abe"]),
    ],
)
def test_columns_stand_by_the_chosen_row(sort: str, descending: bool, names: list[str]) -> None:  # noqa: FBT001
    assert [c.candidate for c in sort_columns(ALL, sort, descending=descending)] == names


@pytest.mark.parametrize(
    ("best", "sort", "falling"),
    [
        ("high", "composite", True),
        ("low", "composite", False),
        ("low", "a", False),
        ("low", "coverage", True),
        ("low", "spread", True),
        ("high", "name", False),
    ],
)
def test_ratings_are_first_shown_with_the_best_in_front(best: Literal["high", "low"], sort: str, falling: bool) -> None:  # noqa: FBT001
    turned = replace(SCORECARD, scale=replace(SCORECARD.scale, best=best))
    assert usually_descending(turned, sort) is falling


def test_the_must_haves_are_the_blueprint_s_own_and_those_of_the_requisition() -> None:
    first, second = SCORECARD.dimensions
    own = replace(SCORECARD, dimensions=(first, replace(second, must=True)))
    stamp = BlueprintStamp("r", "Role", 1, "0" * 64)
    found = Comparison(UUID(int=1), "Role", 1, stamp, own, ("a",), ALL, "composite", descending=True)
    assert found.asked == ("a", "b")
    assert replace(found, musts=()).asked == ("b",)
    assert (found.as_usual, replace(found, descending=False).as_usual) == (True, False)


def test_every_row_that_can_sort_is_named() -> None:
    assert sort_keys(SCORECARD) == ("name", "composite", "coverage", "spread", "a", "b")


def test_the_widest_spread_is_the_largest_of_any_dimension() -> None:
    assert (BOB.widest, ANN.widest, SEALED.widest) == (Fraction(2), Fraction(0), None)


@given(st.permutations(ALL), st.sampled_from(sort_keys(SCORECARD)), st.booleans())
def test_the_order_does_not_depend_on_how_columns_came(columns: list[Column], sort: str, descending: bool) -> None:  # noqa: FBT001
    assert sort_columns(columns, sort, descending=descending) == sort_columns(ALL, sort, descending=descending)


@given(st.sampled_from(sort_keys(SCORECARD)), st.booleans(), st.integers(1, 5))
def test_a_sealed_column_stands_where_it_would_whatever_it_hides(sort: str, descending: bool, mark: int) -> None:  # noqa: FBT001
    hidden = column("Abe", (mark, mark), sealed="sealed")
    names = [c.candidate for c in sort_columns((CEM, hidden, BOB, ANN), sort, descending=descending)]
    assert names == [c.candidate for c in sort_columns(ALL, sort, descending=descending)]


def test_different_versions_are_refused_with_the_reason() -> None:
    one, other = BlueprintStamp("pm", "PM", 1, "a" * 64), BlueprintStamp("pm", "PM", 2, "b" * 64)
    same_version([one, one])
    with pytest.raises(InvalidError, match=r"different versions of the blueprint \(PM version 1, PM version 2\)"):
        same_version([one, other])
