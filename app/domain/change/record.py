"""What a comparison of two blueprints says: one change, the part it is in, and what it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Area(StrEnum):
    """The part of a blueprint that a change is in, in the order in which a blueprint is read."""

    ROLE = "role"
    SCALE = "scale"
    DIMENSIONS = "dimensions"
    PROBES = "probes"
    SIGNALS = "signals"
    RULE = "rule"
    CASES = "cases"
    COMPETENCIES = "competencies"
    PLAN = "plan"
    METRICS = "metrics"
    LADDER = "ladder"
    GUIDE = "guide"
    NOTES = "notes"

    @property
    def words(self) -> str:
        """The part's heading on a page."""
        return _AREA_WORDS[self]


class Effect(StrEnum):
    """What a change reaches in the work of people, the weightiest first."""

    SCORES = "scores"
    DECISIONS = "decisions"
    KITS = "kits"
    GRADING = "grading"
    PLANS = "plans"
    METRICS = "metrics"
    ASSESSMENTS = "assessments"
    PROMOTIONS = "promotions"
    READING = "reading"

    @property
    def words(self) -> str:
        """What is reached, as it stands in a list."""
        return _EFFECT_WORDS[self]


_AREA_WORDS = {
    Area.ROLE: "The role",
    Area.SCALE: "Scale",
    Area.DIMENSIONS: "Dimensions",
    Area.PROBES: "Probes",
    Area.SIGNALS: "Signals",
    Area.RULE: "Decision rule",
    Area.CASES: "Case studies",
    Area.COMPETENCIES: "Competencies",
    Area.PLAN: "First year",
    Area.METRICS: "Metrics",
    Area.LADDER: "Ladder",
    Area.GUIDE: "Guide",
    Area.NOTES: "Notes and extra fields",
}
_EFFECT_WORDS = {
    Effect.SCORES: "scores and comparisons",
    Effect.DECISIONS: "decisions",
    Effect.KITS: "interview kits",
    Effect.GRADING: "case grading",
    Effect.PLANS: "onboarding plans",
    Effect.METRICS: "metrics",
    Effect.ASSESSMENTS: "assessments",
    Effect.PROMOTIONS: "promotion cases",
    Effect.READING: "reading only",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two blueprints.

    `sentence` stands on its own; `before` and `after` are the texts that it is about, None where there is none.
    `at` is the thing's path in the newer blueprint, or in the older one when it is `gone`, as in the outline's places.
    """

    area: Area
    subject: str
    sentence: str
    before: str | None
    after: str | None
    effects: tuple[Effect, ...]
    at: str = ""
    gone: bool = False

    @property
    def told(self) -> bool:
        """Whether the sentence says both values itself, so that showing them beside it would only be noise."""
        values = [value for value in (self.before, self.after) if value]
        return sorted(values) == ["no", "yes"] or all(value in self.sentence for value in values)
