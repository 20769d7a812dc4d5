"""The debrief of one application: sealed scorecards side by side, largest disagreement first.

Everything here is built from cards that the viewer may see; a card that is still sealed to the viewer never
enters, so no mean, count or order can carry it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain import scoring
from app.domain.card import CardContent, Recommendation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.domain.blueprint import Dimension, Scorecard


@dataclass(frozen=True, slots=True)
class BlueprintStamp:
    """Which blueprint version a document rests on."""

    role: str
    title: str
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class VisibleCard:
    """One sealed revision of a scorecard as its viewer may see it (``private_note`` only for its author).

    ``counted`` is false for a revision that was made after others' cards were visible: it is shown, and the
    composite keeps the interviewer's last independent revision. ``entered_by`` names who typed it for the interviewer.
    """

    card_id: UUID
    application_id: UUID
    interviewer_id: UUID
    interviewer: str
    interview: str
    revision: int
    sealed_at: datetime
    after_reveal: bool
    counted: bool
    content: CardContent
    reason: str = ""
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One interviewer on one dimension: a value, *not assessed* (``assessed`` false), or untouched (``None`` cell)."""

    card_id: UUID
    interviewer: str
    value: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Row:
    """A dimension across all interviewers; ``cells`` follow the order of the debrief's cards."""

    dimension: Dimension
    weight_share: Fraction
    must: bool
    cells: tuple[Cell | None, ...]
    score: scoring.DimensionScore

    @property
    def nobody(self) -> bool:
        """Whether no interviewer gave a value."""
        return self.score.n == 0


@dataclass(frozen=True, slots=True)
class SignalTally:
    """A signal and the interviewers who noted it."""

    kind: str
    text: str
    interviewers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody whose card is not in: still owed, or released with a reason."""

    interviewer: str
    interview: str
    state: str
    reason: str = ""
    card_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Debrief:
    """One application with everything that a committee discusses."""

    application_id: UUID
    requisition_id: UUID
    requisition: str
    candidate: str
    blueprint: BlueprintStamp
    scorecard: Scorecard
    cards: tuple[VisibleCard, ...]
    later_revisions: tuple[VisibleCard, ...]
    rows: tuple[Row, ...]
    score: scoring.Score
    signals: tuple[SignalTally, ...]
    missing: tuple[Duty, ...]
    opened_at: datetime | None
    opened_by: str | None

    @property
    def recommendations(self) -> tuple[tuple[str, Recommendation], ...]:
        """Interviewer and recommendation, in the order of the cards."""
        return tuple((c.interviewer, c.content.recommendation) for c in self.cards if c.content.recommendation)


def weights_of(scorecard: Scorecard, musts: Sequence[str]) -> tuple[scoring.Weight, ...]:
    """The scorecard's weights; without any, every dimension counts the same."""
    unweighted = all(d.weight is None for d in scorecard.dimensions)
    return tuple(
        scoring.Weight(
            d.id,
            Fraction(1 if unweighted else d.weight or 0),
            must=d.must or d.id in musts,
        )
        for d in scorecard.dimensions
    )


def ratings_of(cards: Sequence[VisibleCard]) -> tuple[scoring.Rating, ...]:
    """Every rating of the counted cards; one rater is one person, however many interviews they held."""
    return tuple(
        scoring.Rating(
            str(card.interviewer_id),
            r.dimension,
            None if r.value is None else Fraction(r.value),
        )
        for card in cards
        if card.counted
        for r in card.content.ratings
    )


def score_of(scorecard: Scorecard, cards: Sequence[VisibleCard], musts: Sequence[str]) -> scoring.Score:
    """The composite of an application from its counted cards."""
    return scoring.composite(ratings_of(cards), weights_of(scorecard, musts))


def rows_of(scorecard: Scorecard, cards: Sequence[VisibleCard], musts: Sequence[str]) -> tuple[Row, ...]:
    """One row a dimension: largest spread first, dimensions that nobody assessed last, ties in scorecard order."""
    weights = {w.dimension: w for w in weights_of(scorecard, musts)}
    total = sum((w.weight for w in weights.values()), Fraction(0))
    scores = {d.dimension: d for d in score_of(scorecard, cards, musts).dimensions}
    rows = [
        Row(
            d,
            weights[d.id].weight / total,
            weights[d.id].must,
            tuple(_cell(card, d.id) for card in cards),
            scores[d.id],
        )
        for d in scorecard.dimensions
    ]
    return tuple(sorted(rows, key=lambda row: (row.nobody, -(row.score.spread or 0))))


def tally(scorecard: Scorecard, cards: Sequence[VisibleCard]) -> tuple[SignalTally, ...]:
    """Signals that anybody noted, in the scorecard's order, with who noted them."""
    return tuple(
        SignalTally(signal.kind, signal.text, who)
        for signal in scorecard.signals
        if (who := tuple(c.interviewer for c in cards if signal.id in c.content.signals))
    )


def _cell(card: VisibleCard, dimension: str) -> Cell | None:
    rating = card.content.rating(dimension)
    if rating is None:
        return None
    return Cell(card.card_id, card.interviewer, rating.value, rating.evidence)
