"""How a committee decides: sealed votes, then one recorded outcome with reasons and dissent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from app.domain.debrief import BlueprintStamp
    from app.domain.kept import KeptSummary

REASON_MINIMUM = 20


class Outcome(StrEnum):
    """What a committee may conclude, and what a member may vote for."""

    HIRE = "hire"
    NO_HIRE = "no_hire"
    HOLD = "hold"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """One member's vote, opened to the others when the decision is recorded."""

    member_id: UUID
    member: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A recorded decision. It is never changed; a correction is a new record that names the old one.

    ``absences`` names members who had not voted, with the chair's reason for deciding without them. ``analysis`` is
    None for a reader who may not compare the candidates, and where none was kept.
    """

    decision_id: UUID
    application_id: UUID
    requisition_id: UUID
    requisition: str
    candidate: str
    number: int
    outcome: Outcome
    reasons: str
    departure_reason: str
    corrects: int | None
    corrected_by: int | None
    correction_reason: str
    decided_by: str
    decided_at: datetime
    composite: Fraction | None
    coverage: Fraction
    votes: tuple[VoteRecord, ...]
    blueprint: BlueprintStamp
    checkpoint: str
    absences: str = ""
    analysis: KeptSummary | None = None

    @property
    def dissent(self) -> tuple[VoteRecord, ...]:
        """Votes for another outcome than the recorded one, kept by name."""
        return tuple(v for v in self.votes if v.outcome is not self.outcome)


def passed_over(
    outcome: Outcome,
    chosen: UUID,
    composites: Mapping[UUID, Fraction | None],
    available: Sequence[UUID],
    *,
    best: str,
) -> tuple[UUID, ...]:
    """The still available applications whose composite stands ahead of the one being hired.

    A hire against the order of the composite needs a written reason; so does a hire without a composite while
    others have one. No hire and hold pass over nobody.
    """
    if outcome is not Outcome.HIRE:
        return ()
    mine = composites.get(chosen)
    ahead = []
    for other in available:
        theirs = composites.get(other)
        if other == chosen or theirs is None:
            continue
        if mine is None or (theirs > mine if best == "high" else theirs < mine):
            ahead.append(other)
    return tuple(ahead)
