"""The role blueprint as the program holds it: a role, how its candidates are scored, and its case studies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from app.domain.canonical import canonical_text, parse_canonical, sha256
from app.domain.competency import Competency
from app.domain.entry import Chapter, Entry, Origin, Section
from app.domain.guide import Guide
from app.domain.ladder import Ladder
from app.domain.metric import Metrics
from app.domain.milestone import Onboarding

__all__ = ["Entry", "Origin"]

SignalKind = Literal["strong", "weak", "red_flag"]
RuleKind = Literal["weighted-mean", "sum-threshold", "every-required"]
CaseFormat = Literal["live", "take-home"]

FEWEST_POINTS = 2
"""A scale of one point says nothing."""


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """One point of the rating scale."""

    value: int
    title: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The rating scale: at least two points in increasing value, one of which meets the bar."""

    points: tuple[ScalePoint, ...]
    meets: int
    best: Literal["high", "low"] = "high"

    def __post_init__(self) -> None:
        """Refuse a scale that nobody could rate on."""
        values = self.values
        rising = all(left < right for left, right in pairwise(values))
        if len(values) < FEWEST_POINTS or not rising:
            message = "a scale needs two or more points in increasing value"
            raise ValueError(message)
        if self.meets not in values:
            message = f"the meets point {self.meets} is not on the scale"
            raise ValueError(message)

    @property
    def values(self) -> tuple[int, ...]:
        """The points' values, in increasing order."""
        return tuple(point.value for point in self.points)

    @property
    def lowest(self) -> int:
        """The smallest value on the scale, whichever end is best."""
        return self.points[0].value

    @property
    def highest(self) -> int:
        """The largest value on the scale, whichever end is best."""
        return self.points[-1].value

    @property
    def extremes(self) -> frozenset[int]:
        """The two end values, at which a rating needs written evidence."""
        return frozenset((self.lowest, self.highest))

    def title_of(self, value: int) -> str:
        """Return the title of the point with this value; KeyError when it is not on the scale."""
        return {point.value: point.title for point in self.points}[value]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What one point of the scale looks like in behaviour, on one dimension."""

    value: int
    text: str
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A competency as rated in interviews; a weight of None means that no dimension carries one."""

    id: str
    title: str
    weight: int | None = None
    must: bool = False
    competencies: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()

    def anchor(self, value: int) -> Anchor | None:
        """Return the anchor at this point of the scale, or None when there is none."""
        return next((anchor for anchor in self.anchors if anchor.value == value), None)


@dataclass(frozen=True, slots=True)
class Probe:
    """What an interviewer sets out to learn; `mapped_by` says who tied it to the dimensions it bears on."""

    id: str
    title: str
    question: str
    dimensions: tuple[str, ...] = ()
    origin: Origin = "source"
    mapped_by: Origin = "source"


@dataclass(frozen=True, slots=True)
class Signal:
    """An observation that speaks for or against a candidate, tied to dimensions."""

    id: str
    kind: SignalKind
    text: str
    dimensions: tuple[str, ...] = ()
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class CaseStudy:
    """A case that candidates work on, marked by the entries of `marking`.

    It takes `minutes_min` to `minutes_max` minutes; `timing_origin` says who chose these and the formats.
    """

    id: str
    label: str
    title: str
    applicability: str
    minutes_min: int
    minutes_max: int
    formats: tuple[CaseFormat, ...]
    prompt: str
    outputs: tuple[Entry, ...]
    dimensions: tuple[str, ...]
    marking: tuple[Entry, ...] = ()
    timing_origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The sum that is enough; `level` names the ladder's level it counts for, None meaning every level."""

    at_least: int
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """The value that one dimension must reach, whatever the others say."""

    dimension: str
    at_least: int


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """How ratings become one statement: thresholds belong to sum-threshold, requirements to every-required."""

    kind: RuleKind = "weighted-mean"
    thresholds: tuple[Threshold, ...] = ()
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything an interviewer rates with: scale, dimensions, probes, signals and the decision rule."""

    id: str
    version: str
    scale: Scale
    dimensions: tuple[Dimension, ...]
    probes: tuple[Probe, ...] = ()
    signals: tuple[Signal, ...] = ()
    decision: DecisionRule = DecisionRule()

    @property
    def rates(self) -> bool:
        """Whether anybody can be rated with it; a blueprint that is a ladder only has a card without dimensions."""
        return bool(self.dimensions)

    def dimension(self, dimension_id: str) -> Dimension:
        """Return the dimension with this id; KeyError when the scorecard has none."""
        return {dimension.id: dimension for dimension in self.dimensions}[dimension_id]

    def probes_for(self, dimension_id: str) -> tuple[Probe, ...]:
        """Return the probes that bear on this dimension, in the blueprint's order."""
        return tuple(probe for probe in self.probes if dimension_id in probe.dimensions)

    def signals_for(self, dimension_id: str) -> tuple[Signal, ...]:
        """Return the signals that bear on this dimension, in the blueprint's order."""
        return tuple(signal for signal in self.signals if dimension_id in signal.dimensions)


NO_SCORECARD = Scorecard(
    id="none",
    version="none",
    scale=Scale(points=(ScalePoint(0, "Not met"), ScalePoint(1, "Met")), meets=1),
    dimensions=(),
)
"""The card of a role that has no `scorecard.yaml`: it can be read and climbed, and nobody can be hired with it."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who is being hired: the role's exact title, its summary and its mission."""

    id: str
    title: str
    summary: str = ""
    mission: str = ""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a file carries beyond the format, untouched: one top-level key of its `meta`, as JSON."""

    file: str
    key: str
    json: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One role blueprint, whole; a part that the role's folder does not have is empty or None.

    `notes` has a section for each file that says what its readers should know, such as faults of its source.
    """

    role: Role
    scorecard: Scorecard = NO_SCORECARD
    case_studies: tuple[CaseStudy, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    competencies: tuple[Competency, ...] = ()
    onboarding: Onboarding | None = None
    metrics: Metrics | None = None
    ladder: Ladder | None = None
    guide: Guide | None = None
    notes: tuple[Section, ...] = ()
    meta: tuple[Meta, ...] = ()

    def cases_for(self, dimension_ids: tuple[str, ...] | frozenset[str]) -> tuple[CaseStudy, ...]:
        """Return the case studies that inform at least one of these dimensions, in the blueprint's order."""
        wanted = frozenset(dimension_ids)
        return tuple(case for case in self.case_studies if wanted.intersection(case.dimensions))

    def chapter(self, chapter_id: str) -> Chapter:
        """Return the chapter with this id; KeyError when the role has none."""
        return {chapter.id: chapter for chapter in self.chapters}[chapter_id]

    def competency(self, competency_id: str) -> Competency:
        """Return the competency with this id; KeyError when the role has none."""
        return {competency.id: competency for competency in self.competencies}[competency_id]


def canonical_json(blueprint: Blueprint) -> str:
    """Return the blueprint's one exact text, which is what a stored version keeps."""
    return canonical_text(blueprint)


def digest(canonical: str) -> str:
    """Return the SHA-256 of a canonical text, as 64 hexadecimal digits."""
    return sha256(canonical)


@lru_cache(maxsize=32)
def from_canonical(text: str) -> Blueprint:
    """Read a stored version back: the exact inverse of `canonical_json`; ValueError when the text is not one.

    Versions never change and everything here is frozen, so each text is read only once.
    """
    return parse_canonical(Blueprint, text)
