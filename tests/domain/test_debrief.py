from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.blueprint import Dimension, Scale, ScalePoint, Scorecard, Signal
from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.debrief import VisibleCard, ratings_of, rows_of, score_of, tally, weights_of

SCALE = Scale(tuple(ScalePoint(value, f"Point {value}") for value in range(1, 6)), meets=3)
SCORECARD = Scorecard(
    id="s",
    version="1",
    scale=SCALE,
    dimensions=(Dimension("a", "A", 50), Dimension("b", "B", 30, must=True), Dimension("c", "C", 20)),
    signals=(Signal("first", "strong", "First"), Signal("second", "weak", "Second")),
)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def card(
    number: int, ratings: dict[str, int | None], *, counted: bool = True, signals: tuple[str, ...] = ()
) -> VisibleCard:
    content = CardContent(
        tuple(DimensionRating(d, v, f"{d}{v}") for d, v in ratings.items()), signals, Recommendation.YES
    )
    return VisibleCard(
        card_id=UUID(int=number), application_id=UUID(int=99), interviewer_id=UUID(int=50 + number),
        interviewer=f"I{number}", interview="Talk", revision=1, sealed_at=NOON, after_reveal=not counted,
        counted=counted, content=content,
    )  # fmt: skip


def test_weights_are_the_scorecards_and_musts_come_from_both() -> None:
    weights = weights_of(SCORECARD, ["c"])
    assert [(w.dimension, int(w.weight), w.must) for w in weights] == [
        ("a", 50, False),
        ("b", 30, True),
        ("c", 20, True),
    ]


def test_without_weights_every_dimension_counts_the_same() -> None:
    plain = Scorecard("s", "1", SCALE, (Dimension("a", "A"), Dimension("b", "B")))
    assert [w.weight for w in weights_of(plain, [])] == [1, 1]


def test_only_counted_cards_enter_the_composite() -> None:
    first, late = card(1, {"a": 2, "b": 3, "c": 3}), card(2, {"a": 5, "b": 5, "c": 5}, counted=False)
    assert len(ratings_of([first, late])) == 3
    assert score_of(SCORECARD, [first, late], []).value == Fraction(5, 2)


def test_largest_disagreement_first_then_scorecard_order_then_gaps() -> None:
    cards = [card(1, {"a": 2, "b": 1}), card(2, {"a": 4, "b": 3, "c": None})]
    rows = rows_of(SCORECARD, cards, [])
    assert [row.dimension.id for row in rows] == ["a", "b", "c"]
    assert [row.score.spread for row in rows] == [2, 2, None]
    assert [row.nobody for row in rows] == [False, False, True]
    assert [row.weight_share for row in rows] == [Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)]
    assert [row.must for row in rows] == [False, True, False]
    untouched, not_assessed = rows[2].cells
    assert untouched is None
    assert not_assessed is not None
    assert (not_assessed.value, not_assessed.interviewer) == (None, "I2")
    assert [cell and cell.evidence for cell in rows[0].cells] == ["a2", "a4"]


def test_signals_stand_in_the_scorecards_order_with_who_noted_them() -> None:
    cards = [card(1, {}, signals=("second",)), card(2, {}, signals=("second", "first")), card(3, {})]
    assert [(t.kind, t.text, t.interviewers) for t in tally(SCORECARD, cards)] == [
        ("strong", "First", ("I2",)),
        ("weak", "Second", ("I1", "I2")),
    ]


marks = st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(1, 5))


@given(st.lists(marks, max_size=6))
def test_every_dimension_has_one_row_and_every_card_one_cell_in_it(given_marks: list[dict[str, int | None]]) -> None:
    cards = [card(number, ratings) for number, ratings in enumerate(given_marks)]
    rows = rows_of(SCORECARD, cards, [])
    assert sorted(row.dimension.id for row in rows) == ["a", "b", "c"]
    spreads = [row.score.spread for row in rows if not row.nobody]
    assert spreads == sorted(spreads, key=lambda spread: -(spread or 0))
    for row in rows:
        values = [cell.value for cell in row.cells if cell is not None and cell.value is not None]
        assert len(row.cells) == len(cards)
        assert len(values) == row.score.n
        assert row.nobody is (not values)
