"""What a scorecard says, and when it is complete enough to be sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.domain.errors import Fault
from app.domain.text import text_faults

if TYPE_CHECKING:
    from app.domain.blueprint import Scorecard

EVIDENCE_LIMIT = 4000
NOTE_LIMIT = 4000
MINUTES_A_DIMENSION = 2
"""About how long it takes to rate one dimension and write down what was seen."""


class Recommendation(StrEnum):
    """An interviewer's overall judgement; there is no middle."""

    STRONG_NO = "strong_no"
    NO = "no"
    YES = "yes"
    STRONG_YES = "strong_yes"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.replace("_", " ").capitalize()


class CardState(StrEnum):
    """Where a duty to score stands: owed (perhaps with a draft), sealed, or released without scoring."""

    OWED = "owed"
    SEALED = "sealed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class DimensionRating:
    """A value on one dimension with what was seen or said; ``value`` is ``None`` for *not assessed*."""

    dimension: str
    value: int | None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class CardContent:
    """Everything that an interviewer writes; dimensions that were not touched are not listed.

    ``undecided`` holds evidence typed where no level is chosen yet: only a draft has any, and it is no rating.
    ``private_note`` is for its author only and is never part of what others see.
    """

    ratings: tuple[DimensionRating, ...] = ()
    signals: tuple[str, ...] = ()
    recommendation: Recommendation | None = None
    summary: str = ""
    private_note: str = ""
    undecided: tuple[DimensionRating, ...] = ()

    def rating(self, dimension: str) -> DimensionRating | None:
        """The rating on a dimension, or ``None`` when it was not touched."""
        return next((r for r in self.ratings if r.dimension == dimension), None)

    @property
    def rated(self) -> tuple[DimensionRating, ...]:
        """The ratings that carry a value."""
        return tuple(r for r in self.ratings if r.value is not None)


@dataclass(frozen=True, slots=True)
class BegunRevision:
    """A revision that its author has begun to write, with the reason as far as it is written."""

    content: CardContent
    reason: str


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What is kept beside a sealed card, for its author alone.

    ``own`` is what they had written before somebody else entered their card, ``begun`` a revision that is not sealed.
    """

    own: CardContent | None = None
    begun: BegunRevision | None = None


def draft_faults(content: CardContent, scorecard: Scorecard) -> tuple[Fault, ...]:
    """Faults that even a draft may not have: values off the scale, unknown names, texts that are too long."""
    known = {d.id for d in scorecard.dimensions}
    signals = {s.id for s in scorecard.signals}
    faults = [
        Fault("signals", f"{signal!r} is not a signal of this scorecard")
        for signal in content.signals
        if signal not in signals
    ]
    for rating in (*content.ratings, *content.undecided):
        faults += _rating_faults(rating, scorecard, known)
    faults += _text_faults(content)
    return tuple(faults)


def sealing_faults(content: CardContent, scorecard: Scorecard, focus: Sequence[str]) -> tuple[Fault, ...]:
    """Everything that stands between this content and a seal, in the order of the form."""
    faults = list(draft_faults(content, scorecard))
    asked = {*focus, *(note.dimension for note in content.undecided)}
    for dimension in scorecard.dimensions:
        rating = content.rating(dimension.id)
        if rating is None and dimension.id in asked:
            faults.append(
                Fault(
                    f"rating-{dimension.id}",
                    f"Rate {dimension.title}, or choose “not assessed”.",
                )
            )
        elif rating is not None and rating.value in scorecard.scale.extremes and not rating.evidence.strip():
            title = scorecard.scale.title_of(rating.value)
            message = f"Write what you saw or heard: {dimension.title} is rated “{title}”."
            faults.append(Fault(f"evidence-{dimension.id}", message))
    if not content.rated:
        faults.append(
            Fault(
                "ratings",
                "Rate at least one dimension. If you could not interview, ask to be released instead.",
            )
        )
    if content.recommendation is None:
        faults.append(Fault("recommendation", "Choose an overall recommendation."))
    return tuple(faults)


def to_json(content: CardContent) -> str:
    """Canonical text of a card: sorted keys, no spaces; the same content always gives the same text."""
    body = {
        "ratings": _plain(content.ratings),
        "signals": sorted(content.signals),
        "recommendation": content.recommendation,
        "summary": content.summary,
        "private_note": content.private_note,
    }
    if content.undecided:
        body["undecided"] = _plain(content.undecided)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> CardContent:
    """Read back what :func:`to_json` wrote."""
    body: Mapping[str, Any] = json.loads(text)
    recommendation = body["recommendation"]
    return CardContent(
        ratings=_ratings(body["ratings"]),
        signals=tuple(body["signals"]),
        recommendation=Recommendation(recommendation) if recommendation else None,
        summary=body["summary"],
        private_note=body["private_note"],
        undecided=_ratings(body.get("undecided", ())),
    )


def kept_to_json(kept: KeptDraft) -> str:
    """The text of what is kept beside a sealed card; empty when that is nothing."""
    if kept.begun is None:
        return to_json(kept.own) if kept.own else ""
    own = to_json(kept.own) if kept.own else ""
    body = {"begun": to_json(kept.begun.content), "reason": kept.begun.reason, "own": own}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def kept_from_json(text: str) -> KeptDraft:
    """Read back what :func:`kept_to_json` wrote, or the draft that was there when the card was sealed."""
    if not text:
        return KeptDraft()
    body: Mapping[str, Any] = json.loads(text)
    if "begun" not in body:
        return KeptDraft(from_json(text))
    own = from_json(body["own"]) if body["own"] else None
    return KeptDraft(own, BegunRevision(from_json(body["begun"]), body["reason"]))


def in_order(ratings: Iterable[DimensionRating], scorecard: Scorecard) -> tuple[DimensionRating, ...]:
    """The ratings in the scorecard's order of dimensions."""
    place = {d.id: i for i, d in enumerate(scorecard.dimensions)}
    return tuple(sorted(ratings, key=lambda r: place.get(r.dimension, len(place))))


def _plain(ratings: Iterable[DimensionRating]) -> list[dict[str, Any]]:
    return [{"dimension": r.dimension, "evidence": r.evidence, "value": r.value} for r in ratings]


def _ratings(plain: Iterable[Mapping[str, Any]]) -> tuple[DimensionRating, ...]:
    return tuple(DimensionRating(r["dimension"], r["value"], r["evidence"]) for r in plain)


def _rating_faults(rating: DimensionRating, scorecard: Scorecard, known: set[str]) -> list[Fault]:
    if rating.dimension not in known:
        return [Fault("ratings", f"{rating.dimension!r} is not a dimension of this scorecard")]
    scale = scorecard.scale
    if rating.value is not None and rating.value not in scale.values:
        message = f"{rating.value} is not on the scale: choose {scale.lowest} to {scale.highest}, or “not assessed”."
        return [Fault(f"rating-{rating.dimension}", message)]
    return list(text_faults(f"evidence-{rating.dimension}", "the evidence", rating.evidence, limit=EVIDENCE_LIMIT))


def _text_faults(content: CardContent) -> list[Fault]:
    texts = (("summary", content.summary), ("private_note", content.private_note))
    return [fault for name, text in texts for fault in text_faults(name, "a note", text, limit=NOTE_LIMIT)]
