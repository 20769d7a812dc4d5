from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.debrief import BlueprintStamp
from app.domain.decision import DecisionRecord, Outcome, VoteRecord, passed_over

A, B, C, D = (UUID(int=n) for n in range(1, 5))
COMPOSITES = {A: Fraction(7, 2), B: Fraction(4), C: Fraction(3), D: None}


@pytest.mark.parametrize(
    ("chosen", "best", "ahead"),
    [
        (A, "high", (B,)),
        (B, "high", ()),
        (C, "high", (A, B)),
        (D, "high", (A, B, C)),
        (A, "low", (C,)),
        (C, "low", ()),
    ],
)
def test_who_a_hire_passes_over(chosen: UUID, best: str, ahead: tuple[UUID, ...]) -> None:
    assert passed_over(Outcome.HIRE, chosen, COMPOSITES, [A, B, C, D], best=best) == ahead


def test_only_who_is_still_available_counts() -> None:
    assert passed_over(Outcome.HIRE, C, COMPOSITES, [A, C], best="high") == (A,)


@pytest.mark.parametrize("outcome", [Outcome.NO_HIRE, Outcome.HOLD])
def test_only_a_hire_passes_over_anybody(outcome: Outcome) -> None:
    assert passed_over(outcome, C, COMPOSITES, [A, B, C, D], best="high") == ()


@given(st.dictionaries(st.sampled_from([A, B, C, D]), st.none() | st.fractions(1, 5), min_size=1))
def test_whoever_is_ahead_would_not_be_passed_back(composites: dict[UUID, Fraction | None]) -> None:
    for chosen in composites:
        for other in passed_over(Outcome.HIRE, chosen, composites, list(composites), best="high"):
            assert chosen not in passed_over(Outcome.HIRE, other, composites, list(composites), best="high")


def test_an_exact_tie_passes_over_nobody() -> None:
    tied = {A: Fraction(289, 80), B: Fraction(578, 160)}
    assert passed_over(Outcome.HIRE, A, tied, [A, B], best="high") == ()


def test_dissent_is_every_other_vote() -> None:
    votes = tuple(VoteRecord(UUID(int=n), f"M{n}", outcome, "Why.") for n, outcome in enumerate(Outcome))
    record = DecisionRecord(
        decision_id=A, application_id=B, requisition_id=C, requisition="PM", candidate="Mira", number=1,
        outcome=Outcome.HOLD, reasons="Wait.", departure_reason="", corrects=None, corrected_by=None,
        correction_reason="", decided_by="Chidi", decided_at=datetime(2026, 11, 22, tzinfo=UTC), composite=None,
        coverage=Fraction(1), votes=votes, blueprint=BlueprintStamp("pm", "PM", 1, "0" * 64), checkpoint="",
    )  # fmt: skip
    assert [vote.outcome for vote in record.dissent] == [Outcome.HIRE, Outcome.NO_HIRE]
    assert Outcome.NO_HIRE.words == "No hire"
