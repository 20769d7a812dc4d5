"""The shape of blueprint files, `schema: rubric/1`: which keys there are and what may stand under each.

Shape only. What a reference points at, or whether weights add up, is asked in `blueprint_lint`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from app.domain.blueprint import CaseFormat, Origin, RuleKind
from app.formats.yaml_source import YamlMap, line_at

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = "rubric/1"


class Shape(BaseModel):
    """A map in a file. Unknown keys are refused; it remembers the lines it was read from."""

    model_config = ConfigDict(strict=True, extra="forbid")

    _source: YamlMap | None = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def keep_source(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Keep the map that this was made from."""
        made = handler(data)
        if isinstance(data, YamlMap):
            made._source = data  # noqa: SLF001  (its own class)
        return made

    def line(self, *path: str | int) -> int:
        """Return the line of what lies at this path below, or of the nearest thing above it that has one."""
        return 1 if self._source is None else line_at(self._source, path)


def _as_entry(written: object) -> object:
    return {"text": written} if isinstance(written, str) else written


class EntryShape(Shape):
    """An entry: a plain text, or a map when more is known about it."""

    text: str
    id: str | None = None
    detail: str | None = None
    origin: Origin = "source"
    items: list[EntryLike] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    refs: list[str] = Field(default_factory=list)


EntryLike = Annotated[EntryShape, BeforeValidator(_as_entry, json_schema_input_type=str | EntryShape)]
Entries = list[EntryLike]
Meta = dict[str, Any]


class FileShape(Shape):
    """What every blueprint file begins with: `notes` say what its readers should know, `meta` is carried untouched.

    `holes` are the top-level keys under which something did not fit and was taken out.
    """

    _holes: frozenset[str] = PrivateAttr(default=frozenset())

    schema_: Literal["rubric/1"] = Field(alias="schema")
    kind: str
    id: str
    version: str
    notes: Entries = Field(
        default_factory=list, description="What readers should know; the house's unless an origin says otherwise."
    )
    meta: Meta = Field(default_factory=dict)

    @property
    def holes(self) -> frozenset[str]:
        """The top-level keys of which nothing should be concluded."""
        return self._holes

    def mark_holes(self, holes: frozenset[str]) -> None:
        """Note what was taken out."""
        self._holes = holes


class ScalePointShape(Shape):
    """A point of the rating scale."""

    value: int
    title: str


class ScaleShape(Shape):
    """The rating scale and the point at which the bar is met."""

    points: list[ScalePointShape]
    meets: int
    best: Literal["high", "low"] = "high"


class AnchorShape(Shape):
    """The behavior that one point stands for."""

    text: str
    origin: Origin = "source"


class DimensionShape(Shape):
    """A dimension with its anchors by point."""

    id: str
    title: str
    weight: Annotated[int, Field(ge=0, le=100)] | None = None
    must: bool = False
    competencies: list[str] = Field(default_factory=list)
    anchors: dict[int, AnchorShape]


class ProbeShape(Shape):
    """A probe and the dimensions it bears on."""

    id: str
    title: str
    question: str
    dimensions: list[str] = Field(default_factory=list)
    origin: Origin = "source"
    mapped_by: Origin = "source"


class SignalShape(Shape):
    """A signal and the dimensions it bears on."""

    id: str
    text: str
    dimensions: list[str] = Field(default_factory=list)
    origin: Origin = "source"


class SignalsShape(Shape):
    """The signals by kind."""

    strong: list[SignalShape] = Field(default_factory=list)
    weak: list[SignalShape] = Field(default_factory=list)
    red_flag: list[SignalShape] = Field(default_factory=list)


class ThresholdShape(Shape):
    """The sum that is enough, at one level or at every level."""

    at_least: int
    level: str | None = None


class RequirementShape(Shape):
    """The point that one dimension must reach."""

    dimension: str
    at_least: int


class DecisionShape(Shape):
    """The decision rule with what it needs."""

    rule: RuleKind = "weighted-mean"
    thresholds: list[ThresholdShape] = Field(default_factory=list)
    requirements: list[RequirementShape] = Field(default_factory=list)


class ScorecardShape(FileShape):
    """`scorecard.yaml`."""

    kind: Literal["scorecard"]
    scale: ScaleShape
    decision: DecisionShape = Field(default_factory=DecisionShape)
    dimensions: list[DimensionShape]
    probes: list[ProbeShape] = Field(default_factory=list)
    signals: SignalsShape = Field(default_factory=SignalsShape)
    case_studies: list[str] = Field(default_factory=list)


class DurationShape(Shape):
    """How long a case takes, as ISO 8601 durations such as PT60M, and who said so."""

    min: str
    max: str
    origin: Origin = "source"


class CaseShape(FileShape):
    """A file of `case_studies/`."""

    kind: Literal["case-study"]
    label: str
    title: str
    applicability: str
    duration: DurationShape
    format: list[CaseFormat]
    prompt: str
    outputs: Entries
    dimensions: list[str]
    marking: Entries = Field(default_factory=list)


def entries_of(held: object) -> Iterator[EntryShape]:
    """Yield every entry in a shape, list or map, those below other entries included."""
    if isinstance(held, EntryShape):
        yield held
    if isinstance(held, Shape):
        for name in type(held).model_fields:
            yield from entries_of(getattr(held, name))
    elif isinstance(held, list):
        for item in held:
            yield from entries_of(item)
    elif isinstance(held, dict):
        for item in held.values():
            yield from entries_of(item)
