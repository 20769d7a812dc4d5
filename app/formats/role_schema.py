"""The shape of the blueprint files that describe the role: competencies, plan, metrics, ladder and guide."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.domain.competency import Importance
from app.domain.entry import Origin
from app.domain.ladder import LadderRule
from app.domain.metric import Direction, Frequency
from app.domain.milestone import Party
from app.formats.blueprint_schema import Entries, EntryLike, FileShape, Shape


def _both() -> list[Party]:
    return ["hire", "manager"]


class SectionShape(Shape):
    """Entries under a title."""

    id: str
    title: str
    note: str | None = None
    entries: Entries


class ChapterShape(Shape):
    """Sections, with an optional note before them."""

    note: str | None = None
    sections: list[SectionShape]


class MissionShape(Shape):
    """What the role is there for."""

    core: str
    strategic_importance: Entries = Field(default_factory=list)
    outcomes: Entries = Field(default_factory=list)


class RoleShape(FileShape):
    """`role.yaml`."""

    kind: Literal["role"]
    title: str
    summary: list[str]
    business_value: Entries = Field(default_factory=list)
    horizon: EntryLike | None = None
    interacts_with: Entries = Field(default_factory=list)
    reports_to: EntryLike | None = None
    mission: MissionShape | None = None
    responsibilities: ChapterShape | None = None
    activities: ChapterShape | None = None
    deliverables: ChapterShape | None = None
    success: ChapterShape | None = None
    environment: ChapterShape | None = None
    tools: ChapterShape | None = None
    stakeholders: ChapterShape | None = None
    decision_rights: ChapterShape | None = None
    experience: ChapterShape | None = None
    risks: ChapterShape | None = None
    variants: ChapterShape | None = None
    ai_impact: ChapterShape | None = None
    summary_card: ChapterShape | None = None


class RungShape(Shape):
    """What one level expects."""

    id: str
    criteria: Entries
    examples: Entries = Field(default_factory=list)
    points: int | None = None


class CompetencyShape(Shape):
    """A competency."""

    id: str
    title: str
    group: str
    importance: Importance | None = None
    qualifiers: list[str] = Field(default_factory=list)
    description: str | None = None
    use: str | None = None
    why: str | None = None
    shows: str | None = None
    strong: str | None = None
    origin: Origin = "source"
    rungs: list[RungShape] = Field(default_factory=list)


class CompetenciesShape(FileShape):
    """`competencies.yaml`."""

    kind: Literal["competencies"]
    competencies: list[CompetencyShape]


class CalendarShape(Shape):
    """How due dates are counted."""

    days: Literal["calendar", "working"] = "calendar"
    roll: Literal["forward", "back", "none"] = "forward"
    extend_for_leave: bool = True


class MilestoneShape(Shape):
    """A milestone; distances are ISO 8601, such as P30D, P6M or -P5D."""

    id: str
    title: str
    offset: str
    review_opens: str = "P0D"
    goals: Entries
    evidence: Entries = Field(default_factory=list)
    sign_off: list[Party] = Field(default_factory=_both)
    owner: Party = "hire"


class LongTermShape(Shape):
    """What lies beyond the plan."""

    title: str
    opens: str
    closes: str
    goals: Entries


class OnboardingShape(FileShape):
    """`onboarding.yaml`."""

    kind: Literal["onboarding"]
    calendar: CalendarShape = Field(default_factory=CalendarShape)
    milestones: list[MilestoneShape]
    long_term: LongTermShape | None = None


class TargetShape(Shape):
    """A target in words; bounds are decimal numbers in quotes."""

    text: str
    min: str | None = None
    max: str | None = None
    unit: str | None = None
    direction: Direction | None = None


class MetricShape(Shape):
    """A metric."""

    id: str
    title: str
    measures: str
    why: str
    target: TargetShape
    frequency: list[Frequency]
    guardrail: bool = False
    context_specific: bool = False
    origin: Origin = "source"


class MetricsShape(FileShape):
    """`metrics.yaml`."""

    kind: Literal["metrics"]
    note: str | None = None
    metrics: list[MetricShape]
    guidance: Entries = Field(default_factory=list)


class TypicalShape(Shape):
    """How long people usually work at a level."""

    min: str
    max: str | None = None
    origin: Origin = "house"


class LevelShape(Shape):
    """A level of the ladder."""

    id: str
    title: str
    track: str
    rank: int
    typical: TypicalShape | None = None


class RuleShape(Shape):
    """When a level is reached: all required rungs, at least so many of them, or so many points."""

    kind: LadderRule = "all"
    minimum: int | None = None


class EvidenceShape(Shape):
    """What proves a criterion."""

    text: str
    min: int = 1
    horizon: str
    origin: Origin = "house"


class CriterionShape(Shape):
    """One thing that a promotion has to show."""

    id: str
    text: str
    competencies: list[str]
    evidence: EvidenceShape | None = None
    origin: Origin = "source"


class PromotionShape(Shape):
    """A step from one level to one of several."""

    from_: str = Field(alias="from")
    to: list[str]
    criteria: list[CriterionShape]


class LadderShape(FileShape):
    """`ladder.yaml`; `requires` maps a level to the rung it asks of each competency."""

    kind: Literal["ladder"]
    levels: list[LevelShape]
    requires: dict[str, dict[str, str]] = Field(default_factory=dict)
    rule: RuleShape = Field(default_factory=RuleShape)
    promotions: list[PromotionShape] = Field(default_factory=list)
    feeder_roles: Entries = Field(default_factory=list)
    next_roles: Entries = Field(default_factory=list)
    adjacent_paths: Entries = Field(default_factory=list)
    evolution: Entries = Field(default_factory=list)


class PlanShape(Shape):
    """What to do with a given time."""

    id: str
    title: str
    duration: str
    tasks: Entries


class GuideShape(FileShape):
    """`guide.yaml`."""

    kind: Literal["guide"]
    intro: Entries = Field(default_factory=list)
    profile: Entries = Field(default_factory=list)
    learning_outcomes: Entries = Field(default_factory=list)
    why: Entries = Field(default_factory=list)
    success_factors: Entries = Field(default_factory=list)
    responsibilities: Entries = Field(default_factory=list)
    capabilities: Entries = Field(default_factory=list)
    tools: Entries = Field(default_factory=list)
    resume_keywords: Entries = Field(default_factory=list)
    hands_on: Entries = Field(default_factory=list)
    plans: list[PlanShape] = Field(default_factory=list)
    closing: Entries = Field(default_factory=list)
