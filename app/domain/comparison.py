"""Candidates of one requisition side by side: no ranks, no winner, and the order of the viewer's choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from app.domain.card import Recommendation
from app.domain.errors import Fault, InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from app.domain.blueprint import Scorecard
    from app.domain.certainty import Certainty, Question, Standing
    from app.domain.debrief import BlueprintStamp
    from app.domain.scoring import DimensionScore, Score
    from app.domain.sealed import SealedSet


@dataclass(frozen=True, slots=True)
class Column:
    """One candidate: composite with coverage and spread, dimension scores, recommendations.

    ``score`` is ``None`` while the candidate's cards are sealed to the viewer; ``sealed`` then says why.
    ``requisition`` is named where two of them are compared. ``cards`` are the counted cards themselves,
    ``texts`` what they were read from, and ``standing`` says how sure the composite is, where that was asked.
    """

    application_id: UUID
    candidate: str
    stage: str
    score: Score | None
    sealed: str | None
    dimensions: Mapping[str, DimensionScore]
    recommendations: Mapping[Recommendation, int]
    n_cards: int
    decided: str | None
    requisition: str = ""
    cards: SealedSet | None = None
    standing: Standing | None = None
    texts: tuple[str, str] = ("", "")

    @property
    def band(self) -> int | None:
        """The band that the candidate is in, from 1; None where none can be told."""
        return None if self.standing is None else self.standing.band

    @property
    def widest(self) -> Fraction | None:
        """The largest spread on any dimension, in scale points."""
        spreads = [spread for d in self.dimensions.values() if (spread := d.spread) is not None]
        return max(spreads, default=None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The candidates of one requisition in the chosen order; ``sure`` answers ``question``, where one was asked."""

    requisition_id: UUID
    requisition: str
    openings: int
    blueprint: BlueprintStamp
    scorecard: Scorecard
    musts: tuple[str, ...]
    columns: tuple[Column, ...]
    sort: str
    descending: bool
    sure: Certainty | None = None
    question: Question | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The must-have dimensions, the blueprint's own and the requisition's, in the scorecard's order."""
        return tuple(d.id for d in self.scorecard.dimensions if d.must or d.id in self.musts)

    @property
    def as_usual(self) -> bool:
        """Whether the columns stand the way round in which this row is first shown."""
        return self.descending == usually_descending(self.scorecard, self.sort)


def usually_descending(scorecard: Scorecard, sort: str) -> bool:
    """Whether a row is first shown from its largest value down: names are not, ratings where high is best are."""
    if sort in {"coverage", "spread"}:
        return True
    return sort != "name" and scorecard.scale.best == "high"


def sort_keys(scorecard: Scorecard) -> tuple[str, ...]:
    """The rows that the columns may be sorted by."""
    return (
        "name",
        "composite",
        "coverage",
        "spread",
        *(d.id for d in scorecard.dimensions),
    )


def sort_columns(
    columns: Sequence[Column], sort: str, *, descending: bool, best: Literal["high", "low"] = "high"
) -> tuple[Column, ...]:
    """Order candidates by one row; those without a value come last either way, ties stand by name.

    By composite, whoever is in a band stands by band and then by name: within one the order is not settled.
    """
    named = sorted(columns, key=lambda c: c.candidate.casefold())
    if sort == "name":
        return tuple(reversed(named)) if descending else tuple(named)
    if sort == "composite":
        way = 1 if descending == (best == "high") else -1
        banded = sorted((c for c in named if c.band is not None), key=lambda c: way * (c.band or 0))
        return (*banded, *_by_value([c for c in named if c.band is None], sort, descending=descending))
    return _by_value(named, sort, descending=descending)


def _by_value(named: Sequence[Column], sort: str, *, descending: bool) -> tuple[Column, ...]:
    known = [c for c in named if _value(c, sort) is not None]
    unknown = [c for c in named if _value(c, sort) is None]
    known.sort(key=lambda c: _value(c, sort) or 0, reverse=descending)
    return (*known, *unknown)


def same_version(stamps: Sequence[BlueprintStamp]) -> None:
    """Refuse to lay scores from different blueprint versions side by side."""
    if len({s.sha256 for s in stamps}) > 1:
        versions = ", ".join(sorted({f"{s.title} version {s.number}" for s in stamps}))
        message = f"These were scored on different versions of the blueprint ({versions}), so they cannot be compared."
        raise InvalidError((Fault("blueprint", message),))


def _value(column: Column, sort: str) -> Fraction | None:
    if column.score is None:
        return None
    if sort == "composite":
        return column.score.value
    if sort == "coverage":
        return column.score.coverage
    if sort == "spread":
        return column.widest
    found = column.dimensions.get(sort)
    return found.mean if found else None
