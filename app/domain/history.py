"""What changed on a sealed record, in words: from its revisions as their reader may see them, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from app.domain.card import CardContent, DimensionRating

if TYPE_CHECKING:
    from app.domain.decision import DecisionRecord

_NOT_ASSESSED, _NOT_RATED = "not assessed", "not rated"


@dataclass(frozen=True, slots=True)
class SealedState:
    """One sealed state of a scorecard, as far as its reader may see it."""

    number: int
    sealed_at: datetime
    after_reveal: bool
    content: CardContent


@dataclass(frozen=True, slots=True)
class Change:
    """What one revision changed, one sentence each; none where only hidden parts changed."""

    at: datetime
    number: int
    sentences: tuple[str, ...]


def card_history(states: Sequence[SealedState], titles: Mapping[str, str]) -> tuple[Change, ...]:
    """What each revision changed against the one before it, oldest first; ``titles`` by dimension, in order."""
    ordered = sorted(states, key=lambda state: state.number)
    return tuple(Change(new.sealed_at, new.number, _sentences(old, new, titles)) for old, new in pairwise(ordered))


def decision_history(records: Sequence[DecisionRecord]) -> tuple[Change, ...]:
    """What each record changed against the one that it corrects, oldest first."""
    ordered = sorted(records, key=lambda record: record.number)
    return tuple(Change(new.decided_at, new.number, _corrected(old, new)) for old, new in pairwise(ordered))


def _sentences(old: SealedState, new: SealedState, titles: Mapping[str, str]) -> tuple[str, ...]:
    when = f" in revision {new.number}" + (", after others were visible" if new.after_reveal else "")
    found = [words for dimension, title in titles.items() for words in _rating(old, new, dimension, title)]
    before, after = old.content, new.content
    if before.recommendation and after.recommendation and before.recommendation is not after.recommendation:
        found.append(f"Recommendation changed from {before.recommendation.words} to {after.recommendation.words}")
    if set(before.signals) != set(after.signals):
        found.append("Other signals were ticked")
    if before.summary != after.summary:
        found.append("The summary was rewritten")
    return tuple(f"{words}{when}" for words in found)


def _rating(old: SealedState, new: SealedState, dimension: str, title: str) -> list[str]:
    before, after = old.content.rating(dimension), new.content.rating(dimension)
    found = []
    if _value(before) != _value(after):
        found.append(f"Rating of {title} changed from {_value(before)} to {_value(after)}")
    if (before.evidence if before else "") != (after.evidence if after else ""):
        found.append(f"Evidence on {title} was rewritten")
    return found


def _value(rating: DimensionRating | None) -> str:
    if rating is None:
        return _NOT_RATED
    return _NOT_ASSESSED if rating.value is None else str(rating.value)


def _corrected(old: DecisionRecord, new: DecisionRecord) -> tuple[str, ...]:
    where = f" in record {new.number}"
    found = []
    if old.outcome is not new.outcome:
        found.append(f"Outcome changed from {old.outcome.words} to {new.outcome.words}")
    if old.reasons != new.reasons:
        found.append("The reasons were rewritten")
    if old.departure_reason != new.departure_reason:
        found.append("Why a higher composite was passed over was rewritten")
    if old.composite != new.composite or old.coverage != new.coverage:
        found.append("The composite was worked out anew")
    return tuple(f"{words}{where}" for words in found)
