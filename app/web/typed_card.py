"""What somebody typed into a scorecard or a grade, exactly as typed, and what it means.

The form is drawn from this, so whatever is wrong with it comes back whole. The fields of a scorecard are
`rating-<dimension>` (a value or ``none``), `evidence-<dimension>`, `signals`, `recommendation`, `summary`,
`private_note` and `version`; a grade has no signals and no private note.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.errors import Fault, InvalidError

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from app.domain.blueprint import Scorecard

NOT_ASSESSED = "none"
INTEGER = re.compile(r"-?[0-9]{1,9}")
"""A whole number; int() would also take other scripts' digits and underscores."""
_UNHASHED = frozenset({"csrf_token", "intent", "version"})


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form; every text has plain line ends."""

    ratings: Mapping[str, str]
    evidence: Mapping[str, str]
    signals: tuple[str, ...]
    recommendation: str
    summary: str
    private_note: str

    def content(self) -> CardContent:
        """What the fields mean; :class:`InvalidError` for a rating or recommendation that means nothing."""
        faults = [
            Fault(f"rating-{dimension}", "Choose one of the levels, or “not assessed”.")
            for dimension, text in self.ratings.items()
            if text not in {"", NOT_ASSESSED} and not INTEGER.fullmatch(text)
        ]
        if self.recommendation and self.recommendation not in set(Recommendation):
            faults.append(Fault("recommendation", "Choose one of the four recommendations."))
        if faults:
            raise InvalidError(tuple(faults))
        return CardContent(
            ratings=tuple(self._rating(d) for d, text in self.ratings.items() if text),
            signals=self.signals,
            recommendation=Recommendation(self.recommendation) if self.recommendation else None,
            summary=self.summary,
            private_note=self.private_note,
            undecided=tuple(
                DimensionRating(d, None, note)
                for d, note in self.evidence.items()
                if note.strip() and not self.ratings.get(d)
            ),
        )

    def _rating(self, dimension: str) -> DimensionRating:
        text = self.ratings[dimension]
        value = None if text == NOT_ASSESSED else int(text)
        return DimensionRating(dimension, value, self.evidence.get(dimension, ""))


def from_form(fields: MultiDict[str, str]) -> Typed:
    """The fields of a request; whether the scorecard has such dimensions is asked of the domain later."""
    return Typed(
        ratings={d: text.strip() for d, text in _of_dimensions(fields, "rating-")},
        evidence={d: lines(text) for d, text in _of_dimensions(fields, "evidence-")},
        signals=tuple(dict.fromkeys(fields.getlist("signals"))),
        recommendation=fields.get("recommendation", "").replace("-", "_"),
        summary=lines(fields.get("summary", "")),
        private_note=lines(fields.get("private_note", "")),
    )


def from_content(content: CardContent, scorecard: Scorecard) -> Typed:
    """The fields that show a stored card."""
    ratings, evidence = {}, {}
    notes = {note.dimension: note.evidence for note in content.undecided}
    for dimension in scorecard.dimensions:
        rating = content.rating(dimension.id)
        ratings[dimension.id] = "" if rating is None else shown(rating.value)
        evidence[dimension.id] = rating.evidence if rating else notes.get(dimension.id, "")
    return Typed(
        ratings, evidence, content.signals, content.recommendation or "", content.summary, content.private_note
    )


def version_in(fields: MultiDict[str, str]) -> int:
    """The version that the form was opened with; -1, which no card has, when it carries none."""
    text = fields.get("version", "")
    return int(text) if INTEGER.fullmatch(text) else -1


def body_hash(fields: MultiDict[str, str]) -> str:
    """SHA-256 of what somebody wrote, without what only the form carries."""
    written = sorted((name, value) for name, value in fields.items(multi=True) if name not in _UNHASHED)
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()


def _of_dimensions(fields: MultiDict[str, str], prefix: str) -> list[tuple[str, str]]:
    return [(name.removeprefix(prefix), text) for name, text in fields.items() if name.startswith(prefix)]


def lines(text: str) -> str:
    """A text with plain line ends."""
    # Browsers send a line end as two characters; scripts send one.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(value: int | None) -> str:
    """A value as a field has it."""
    return NOT_ASSESSED if value is None else str(value)
