"""The one place that averages: worked cases, and what has to hold for any ratings."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.scoring import (
    MINIMUM_COVERAGE,
    DimensionScore,
    Rating,
    Score,
    Tally,
    Weight,
    composite,
    composite_of_tallies,
    contributions,
    display,
    order,
    parse,
    shares,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DIMENSIONS = ("a", "b", "c", "d")
EIGHT = ["strategy", "fluency", "metrics", "execution", "empathy", "responsible", "leadership", "commercial"]
EIGHT_WEIGHTS = tuple(
    Weight(dimension, Fraction(weight), must=dimension in {"strategy", "responsible"})
    for dimension, weight in zip(EIGHT, (15, 15, 15, 15, 10, 10, 15, 5), strict=True)
)
# Made up so that two candidates tie exactly; the expected values were worked out by rational arithmetic.
# One line an interviewer, dimensions in order; "-" is not assessed, "." was not touched.
TIE: Mapping[str, tuple[str, ...]] = {
    "Ana": ("5 - 3 - 5 - - 5", "3 4 3 4 5 4 - 5", "3 4 3 4 4 4 3 -", "3 3 4 - 4 2 - 3"),
    "Ben": ("3 3 - 3 1 - 3 3", "- 3 - 2 1 2 3 2", "3 2 4 4 2 3 3 3", "2 2 4 3 2 2 3 3"),
    "Chen": ("3 4 4 4 - 3 - 4", "2 - 4 4 3 - - 4", "- 4 - 3 3 4 4 3", "2 - 5 4 - 4 4 -"),
    "Dara": ("1 3 3 . . 2 3 2", "3 - 2 . . 4 3 1", "3 4 2 . . 2 3 2", "2 - 2 . . 2 2 2"),
    "Eli": ("4 - 5 4 5 . - 5", "3 3 - 3 - . - 4", "4 3 3 5 4 . 5 3", "3 3 4 4 - . - 5"),
    "Fay": ("3 3 5 3 4 4 2 .", "4 4 2 2 - 3 2 .", "4 3 3 3 3 3 2 .", "3 - 4 2 4 3 2 ."),
}


def rated(table: Sequence[str], dimensions: Sequence[str]) -> list[Rating]:
    return [
        Rating(f"r{rater}", dimension, None if mark == "-" else parse(mark))
        for rater, line in enumerate(table)
        for dimension, mark in zip(dimensions, line.split(), strict=True)
        if mark != "."
    ]


def weighted(*weights: int, must: str = "") -> tuple[Weight, ...]:
    return tuple(Weight(d, Fraction(w), must=d == must) for d, w in zip(DIMENSIONS, weights, strict=False))


def test_six_candidates_with_an_exact_tie() -> None:
    scores = {name: composite(rated(table, EIGHT), EIGHT_WEIGHTS) for name, table in TIE.items()}
    assert {name: score.value for name, score in scores.items()} == {
        "Ana": Fraction(289, 80),
        "Ben": Fraction(671, 240),
        "Chen": Fraction(289, 80),
        "Dara": None,
        "Eli": None,
        "Fay": Fraction(175, 57),
    }
    assert [(place.rank, place.name) for place in order(scores)] == [(1, "Ana"), (1, "Chen"), (3, "Fay"), (4, "Ben")]
    assert (scores["Fay"].coverage, scores["Fay"].missing) == (Fraction(19, 20), ("commercial",))
    assert (scores["Dara"].coverage, scores["Dara"].why) == (Fraction(3, 4), "too little of the scorecard was assessed")
    assert (scores["Eli"].missing_must, scores["Eli"].why) == (
        ("responsible",),
        "a must-have dimension was not assessed",
    )
    assert display(scores["Ben"].value or Fraction(0)) == "2.8"


def test_half_points_and_weights_that_are_fractions() -> None:
    dimensions = [f"d{n}" for n in range(1, 8)]
    given_weights = ("0.2", "0.2", "0.15", "0.15", "0.1", "0.1", "0.1")
    weights = [Weight(d, parse(w)) for d, w in zip(dimensions, given_weights, strict=True)]
    one = composite(rated(["4 3.5 3 4 3 4.5 3"], dimensions), weights)
    other = composite(rated(["3 4 4 3.5 3.5 3 3.5"], dimensions), weights)
    assert (one.value, other.value) == (Fraction(18, 5), Fraction(141, 40))


def test_a_blank_field_does_not_turn_the_order_round() -> None:
    # A conference system multiplies by fixed weights and lets a blank count as nothing: 3,3,3 beats blank,4,4 there.
    weights = weighted(3, 2, 1)
    even, better = rated(["3 3 3"], "abc"), rated(["- 4 4"], "abc")
    scores = {
        "even": composite(even, weights, minimum=Fraction(1, 2)),
        "better": composite(better, weights, minimum=Fraction(1, 2)),
    }
    assert (scores["even"].value, scores["better"].value) == (Fraction(3), Fraction(4))
    assert [place.name for place in order(scores)] == ["better", "even"]
    assert composite(better, weights).why == "too little of the scorecard was assessed"


def test_a_missing_interviewer_is_not_a_zero() -> None:
    # A hiring system averaged (5 + 5 + nothing) / 3 to 3.33.
    assert composite(rated(["5", "5", "-"], "a"), weighted(1)).value == 5


def test_the_mean_is_taken_within_a_dimension_first() -> None:
    # Four cards on a, one on b: pooled over all cards it would be 2.2.
    assert composite(rated(["1 .", "1 .", "1 .", "1 .", ". 5"], "ab"), weighted(1, 1)).value == 3


def test_at_exactly_four_fifths_there_is_enough() -> None:
    assert composite(rated(["3 -"], "ab"), weighted(4, 1)).value == 3
    short = composite(rated(["3 -"], "ab"), weighted(399, 101))
    assert (short.value, short.enough, short.coverage) == (None, False, Fraction(399, 500))


def test_a_missing_must_refuses_whatever_the_coverage() -> None:
    score = composite(rated(["3 -"], "ab"), weighted(99, 1, must="b"))
    assert (score.value, score.missing_must) == (None, ("b",))
    assert score.coverage > MINIMUM_COVERAGE


def test_nothing_assessed_is_said() -> None:
    score = composite([], weighted(1, 1))
    assert (score.value, score.why, score.coverage, score.missing) == (
        None,
        "nothing assessed",
        Fraction(0),
        ("a", "b"),
    )


def test_a_dimension_is_a_must_only_where_that_is_said() -> None:
    assert Weight("a", Fraction(1)).must is False


def test_who_rated_only_what_counts_nothing_carries_nothing() -> None:
    assert shares(rated(["3 -"], "ab"), weighted(0, 1)) == {}


@pytest.mark.parametrize(("lowest", "highest"), [(None, None), (Fraction(2), None), (None, Fraction(4))])
def test_a_spread_needs_both_ends(lowest: Fraction | None, highest: Fraction | None) -> None:
    assert DimensionScore("a", None, 0, lowest, highest).spread is None
    assert DimensionScore("a", Fraction(3), 2, Fraction(2), Fraction(4)).spread == 2


def test_a_zero_weight_is_shown_and_not_counted() -> None:
    score = composite(rated(["5 1"], "ab"), weighted(1, 0))
    assert score.value == 5
    assert [d.mean for d in score.dimensions] == [5, 1]


def test_ties_share_a_rank_and_stand_by_name_on_either_scale() -> None:
    scores = {n: composite(rated([m], "a"), weighted(1)) for n, m in (("z", "4"), ("b", "4"), ("c", "2"), ("d", "-"))}
    assert [(p.rank, p.name) for p in order(scores)] == [(1, "b"), (1, "z"), (3, "c")]
    assert [(p.rank, p.name) for p in order(scores, best="low")] == [(1, "c"), (2, "b"), (2, "z")]


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("13/4", 1, "3.3"),
        ("-13/4", 1, "-3.3"),
        ("1/20", 1, "0.1"),
        ("-1/30", 1, "0.0"),
        ("7/2", 0, "4"),
        ("2999/1000", 2, "3.00"),
        ("5", 1, "5.0"),
    ],
)
def test_rounding_is_half_up_from_the_fraction(value: str, places: int, shown: str) -> None:
    assert display(Fraction(value), places) == shown


def test_one_place_is_shown_unless_more_are_asked_for() -> None:
    assert display(Fraction(13, 4)) == "3.3"


def test_a_long_text_is_told_by_its_beginning() -> None:
    with pytest.raises(ValueError, match="is not a number") as refused:
        parse("9" * 60)
    assert str(refused.value).count("9") == 40


@pytest.mark.parametrize("text", ["3,5", "1e3", "nan", "inf", "", "--1", "1.", ".5", "٣", "1_0", "0" * 13])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse(text)


@pytest.mark.parametrize(
    ("weights", "ratings", "said"),
    [
        ((Weight("a", Fraction(-1)), Weight("b", Fraction(2))), [], "negative"),
        ((Weight("a", Fraction(0)),), [], "all be zero"),
        ((Weight("a", Fraction(1)), Weight("a", Fraction(1))), [], "weighted twice"),
        ((Weight("a", Fraction(1)),), [Rating("r", "x", Fraction(1))], "has a rating but no weight"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights: Sequence[Weight], ratings: list[Rating], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        composite(ratings, weights)


def test_a_tally_without_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="has a rating but no weight"):
        composite_of_tallies([Tally("x", 3, 1, 3, 3)], weighted(1))


values = st.none() | st.integers(1, 5).map(Fraction) | st.sampled_from([Fraction(7, 2), Fraction(9, 2)])
tables = st.lists(
    st.builds(Rating, rater=st.sampled_from("pqrs"), dimension=st.sampled_from(DIMENSIONS), value=values), max_size=30
)
weightings = (
    st.lists(st.integers(0, 20), min_size=4, max_size=4)
    .filter(any)
    .flatmap(
        lambda numbers: st.sampled_from([*DIMENSIONS, ""]).map(
            lambda must: tuple(Weight(d, Fraction(n), must=d == must) for d, n in zip(DIMENSIONS, numbers, strict=True))
        )
    )
)
positive = st.fractions(min_value=Fraction(1, 50), max_value=50)


@given(tables, weightings, st.randoms(use_true_random=False))
def test_the_order_of_ratings_and_dimensions_changes_nothing(
    table: list[Rating], weights: tuple[Weight, ...], chance: object
) -> None:
    mixed, turned = list(table), list(weights)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis draws a Random
    chance.shuffle(turned)  # type: ignore[attr-defined]  # Hypothesis draws a Random
    one, other = composite(table, weights), composite(mixed, turned)
    assert (one.value, one.coverage, one.why) == (other.value, other.coverage, other.why)
    assert set(one.dimensions) == set(other.dimensions)


@given(tables, weightings, positive)
def test_the_unit_of_weights_changes_nothing(table: list[Rating], weights: tuple[Weight, ...], unit: Fraction) -> None:
    scaled = [Weight(w.dimension, w.weight * unit, w.must) for w in weights]
    assert composite(table, weights) == composite(table, scaled)


@given(tables, weightings, positive, st.fractions(-9, 9))
def test_the_composite_moves_with_the_scale(
    table: list[Rating], weights: tuple[Weight, ...], unit: Fraction, shift: Fraction
) -> None:
    moved = [Rating(r.rater, r.dimension, None if r.value is None else r.value * unit + shift) for r in table]
    one, other = composite(table, weights), composite(moved, weights)
    assert other.value == (None if one.value is None else one.value * unit + shift)
    assert (one.coverage, one.why, one.missing) == (other.coverage, other.why, other.missing)


@given(tables, weightings, st.sampled_from(DIMENSIONS), st.integers(1, 5))
def test_a_missing_value_never_moves_anything(
    table: list[Rating], weights: tuple[Weight, ...], dimension: str, times: int
) -> None:
    blanks = [Rating(f"absent-{n}", dimension, None) for n in range(times)]
    assert composite([*table, *blanks], weights) == composite(table, weights)


@given(tables, weightings)
def test_a_dimension_that_nobody_assessed_is_as_good_as_absent(
    table: list[Rating], weights: tuple[Weight, ...]
) -> None:
    score = composite(table, weights, minimum=Fraction(0))
    present = [w for w in weights if w.dimension not in score.missing]
    if score.value is None or not any(w.weight for w in present):
        return
    kept = [r for r in table if r.dimension not in score.missing]
    assert composite(kept, present, minimum=Fraction(0)).value == score.value


@given(tables, weightings)
def test_a_composite_lies_within_what_was_given(table: list[Rating], weights: tuple[Weight, ...]) -> None:
    score = composite(table, weights)
    assert 0 <= score.coverage <= 1
    assert score.enough is (score.value is not None) is (score.why is None)
    if score.value is not None:
        given_values = [r.value for r in table if r.value is not None]
        assert min(given_values) <= score.value <= max(given_values)
        assert score.coverage >= MINIMUM_COVERAGE
        assert score.missing_must == ()


@given(tables, weightings, st.integers(0, 29), st.integers(1, 3))
def test_a_higher_rating_never_lowers_the_composite(
    table: list[Rating], weights: tuple[Weight, ...], at: int, more: int
) -> None:
    if at >= len(table) or table[at].value is None:
        return
    old = table[at]
    raised = [*table[:at], Rating(old.rater, old.dimension, (old.value or Fraction(0)) + more), *table[at + 1 :]]
    before, after = composite(table, weights).value, composite(raised, weights).value
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after >= before


@given(tables, weightings)
def test_every_rater_carries_a_share_and_the_shares_sum_to_one(
    table: list[Rating], weights: tuple[Weight, ...]
) -> None:
    carried = shares(table, weights)
    assert all(share >= 0 for share in carried.values())
    assert sum(carried.values()) in ({1} if carried else {0})
    assert bool(carried) is (composite(table, weights).coverage > 0)


@given(tables, weightings)
def test_contributions_add_up_to_the_composite(table: list[Rating], weights: tuple[Weight, ...]) -> None:
    score = composite(table, weights)
    parts = contributions(score, weights)
    if score.value is None:
        assert parts == ()
    else:
        assert sum(part.product for part in parts) == score.value
        assert sum(part.share for part in parts) == 1


whole = st.lists(
    st.builds(
        Rating,
        rater=st.sampled_from("pqrs"),
        dimension=st.sampled_from(DIMENSIONS),
        value=st.none() | st.integers(-3, 7).map(Fraction),
    ),
    max_size=30,
)


@given(whole, weightings)
def test_ratings_added_up_by_a_database_give_the_same_score(table: list[Rating], weights: tuple[Weight, ...]) -> None:
    tallies = []
    for dimension in DIMENSIONS:
        found = [int(r.value) for r in table if r.dimension == dimension and r.value is not None]
        if found:
            tallies.append(Tally(dimension, sum(found), len(found), min(found), max(found)))
    assert composite_of_tallies(tallies, weights) == composite(table, weights)


@given(st.dictionaries(st.sampled_from("uvwxyz"), values, max_size=6))
def test_places_are_1_1_3_and_leave_out_who_has_no_composite(held: dict[str, Fraction | None]) -> None:
    scores = {name: Score(value, value is not None, None, Fraction(1), (), (), ()) for name, value in held.items()}
    places = order(scores)
    assert [p.name for p in places] == sorted(
        (name for name, value in held.items() if value is not None), key=lambda name: (-(held[name] or 0), name)
    )
    for place in places:
        ahead = sum(1 for value in held.values() if value is not None and value > (held[place.name] or 0))
        assert place.rank == ahead + 1


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_what_is_shown_is_within_half_a_step(value: Fraction, places: int) -> None:
    shown = Fraction(display(value, places))
    assert abs(shown - value) <= Fraction(1, 2 * 10**places)
    assert display(shown, places) == display(value, places)
