from __future__ import annotations

from dataclasses import replace

from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.decision import Outcome
from app.domain.history import SealedState, card_history, decision_history
from tests.factories.documents import decision_document
from tests.factories.hiring import NOW

TITLES = {"strategy": "Strategy", "execution": "Execution", "fluency": "Technical fluency"}
FIRST = CardContent(
    ratings=(DimensionRating("execution", 3, "Shipped."), DimensionRating("strategy", None)),
    signals=("names-trade-offs",),
    recommendation=Recommendation.YES,
    summary="Good",
    private_note="Mine alone",
)


def told(later: CardContent, *, after_reveal: bool = False) -> tuple[str, ...]:
    states = [SealedState(2, NOW, after_reveal, later), SealedState(1, NOW, after_reveal=False, content=FIRST)]
    (change,) = card_history(states, TITLES)
    return change.sentences


def test_a_changed_rating_says_from_what_to_what_and_whether_others_were_visible() -> None:
    later = replace(FIRST, ratings=(DimensionRating("execution", 2, "Shipped."), DimensionRating("strategy", None)))
    assert told(later, after_reveal=True) == (
        "Rating of Execution changed from 3 to 2 in revision 2, after others were visible",
    )


def test_every_part_that_others_may_read_is_told_in_the_order_of_the_scorecard() -> None:
    later = CardContent(
        ratings=(
            DimensionRating("fluency", 5, "Typed it."),
            DimensionRating("strategy", 4),
            DimensionRating("execution", 3),
        ),
        recommendation=Recommendation.NO,
        summary="Better",
    )
    assert told(later) == (
        "Rating of Strategy changed from not assessed to 4 in revision 2",
        "Evidence on Execution was rewritten in revision 2",
        "Rating of Technical fluency changed from not rated to 5 in revision 2",
        "Evidence on Technical fluency was rewritten in revision 2",
        "Recommendation changed from Yes to No in revision 2",
        "Other signals were ticked in revision 2",
        "The summary was rewritten in revision 2",
    )


def test_a_private_note_is_never_told() -> None:
    assert told(replace(FIRST, private_note="Changed my mind")) == ()


def test_a_card_sealed_once_has_no_history() -> None:
    assert card_history([SealedState(1, NOW, after_reveal=False, content=FIRST)], TITLES) == ()


def test_a_correction_says_what_it_changed() -> None:
    first = decision_document().record
    second = replace(first, number=first.number + 1, outcome=Outcome.HOLD, reasons="Others")
    (change,) = decision_history((second, first))
    where = f" in record {second.number}"
    assert change.sentences == (
        f"Outcome changed from {first.outcome.words} to Hold{where}",
        f"The reasons were rewritten{where}",
    )
