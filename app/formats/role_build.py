"""Turns the files that describe the role into the domain's chapters, competencies, plan, metrics, ladder and guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.blueprint import Role
from app.domain.competency import Competency, Rung
from app.domain.entry import Chapter, Entry, Section
from app.domain.guide import Guide, Plan
from app.domain.ladder import Criterion, Evidence, Ladder, Level, Promotion, RungNeeded, Typical
from app.domain.metric import Metric, Metrics, Target
from app.domain.milestone import Calendar, LongTerm, Milestone, Offset, Onboarding
from app.formats.durations import offset
from app.formats.role_schema import MissionShape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.formats.blueprint_schema import EntryShape
    from app.formats.role_schema import (
        ChapterShape,
        CompetencyShape,
        CriterionShape,
        EvidenceShape,
        GuideShape,
        LadderShape,
        LevelShape,
        LongTermShape,
        MetricShape,
        MetricsShape,
        MilestoneShape,
        OnboardingShape,
        RoleShape,
    )

CHAPTERS = (
    "responsibilities",
    "activities",
    "deliverables",
    "success",
    "environment",
    "tools",
    "stakeholders",
    "decision_rights",
    "experience",
    "risks",
    "variants",
    "ai_impact",
    "summary_card",
)
"""The keys of `role.yaml` that hold a chapter."""

_GUIDE_TITLES = {
    "intro": "Introduction",
    "profile": "Who succeeds",
    "learning_outcomes": "What the guide covers",
    "why": "Why the role matters",
    "success_factors": "Success factors",
    "responsibilities": "Responsibilities",
    "capabilities": "Capabilities",
    "tools": "Tools",
    "resume_keywords": "Resume keywords",
    "hands_on": "Hands-on practice",
    "closing": "In closing",
}


def entries(shapes: Sequence[EntryShape]) -> tuple[Entry, ...]:
    """Return entries as the domain holds them, with those below them."""
    return tuple(
        Entry(
            text=shape.text,
            id=shape.id,
            detail=shape.detail,
            origin=shape.origin,
            items=entries(shape.items),
            tags=tuple(shape.tags),
            refs=tuple(shape.refs),
        )
        for shape in shapes
    )


def build_role(shape: RoleShape) -> Role:
    """Return what identifies the role."""
    mission = shape.mission.core if shape.mission else ""
    return Role(id=shape.id, title=shape.title, summary="\n\n".join(shape.summary), mission=mission)


def build_chapters(shape: RoleShape) -> tuple[Chapter, ...]:
    """Return the chapters that the role's file has, in the order in which people read them."""
    summary = _sections(
        ("business-value", "Business value", shape.business_value),
        ("horizon", "Horizon", [shape.horizon] if shape.horizon else []),
        ("interacts-with", "Works with", shape.interacts_with),
        ("reporting-line", "Reports to", [shape.reports_to] if shape.reports_to else []),
    )
    aims = shape.mission or MissionShape(core="")
    mission = _sections(
        ("strategic-importance", "Why it matters to the company", aims.strategic_importance),
        ("outcomes", "Outcomes expected", aims.outcomes),
    )
    written = ((key, getattr(shape, key)) for key in CHAPTERS)
    chapters = (
        Chapter("summary", summary),
        Chapter("mission", mission),
        *(_chapter(key, held) for key, held in written if held is not None),
    )
    return tuple(chapter for chapter in chapters if chapter.sections)


def _sections(*parts: tuple[str, str, Sequence[EntryShape]]) -> tuple[Section, ...]:
    return tuple(Section(id=name, title=title, entries=entries(held)) for name, title, held in parts if held)


def _chapter(key: str, shape: ChapterShape) -> Chapter:
    sections = (
        Section(id=one.id, title=one.title, entries=entries(one.entries), note=one.note) for one in shape.sections
    )
    return Chapter(id=key.replace("_", "-"), sections=tuple(sections), note=shape.note)


def build_competency(shape: CompetencyShape) -> Competency:
    """Return a competency with its rungs."""
    rungs = (
        Rung(id=rung.id, criteria=entries(rung.criteria), examples=entries(rung.examples), points=rung.points)
        for rung in shape.rungs
    )
    return Competency(
        id=shape.id,
        title=shape.title,
        group=shape.group,
        importance=shape.importance,
        qualifiers=tuple(shape.qualifiers),
        description=shape.description,
        use=shape.use,
        why=shape.why,
        shows=shape.shows,
        strong=shape.strong,
        origin=shape.origin,
        rungs=tuple(rungs),
    )


def build_onboarding(shape: OnboardingShape) -> Onboarding:
    """Return the plan."""
    calendar = shape.calendar
    return Onboarding(
        milestones=tuple(_milestone(milestone) for milestone in shape.milestones),
        calendar=Calendar(days=calendar.days, roll=calendar.roll, extend_for_leave=calendar.extend_for_leave),
        long_term=_long_term(shape.long_term) if shape.long_term else None,
    )


def _long_term(shape: LongTermShape) -> LongTerm:
    opens, closes = _offset(shape.opens), _offset(shape.closes)
    return LongTerm(title=shape.title, opens=opens, closes=closes, goals=entries(shape.goals))


def _milestone(shape: MilestoneShape) -> Milestone:
    return Milestone(
        id=shape.id,
        title=shape.title,
        offset=_offset(shape.offset),
        goals=entries(shape.goals),
        evidence=entries(shape.evidence),
        review_opens=_offset(shape.review_opens),
        sign_off=tuple(shape.sign_off),
        owner=shape.owner,
    )


def _offset(written: str) -> Offset:
    return offset(written) or Offset()


def build_metrics(shape: MetricsShape) -> Metrics:
    """Return the metrics."""
    metrics = tuple(_metric(metric) for metric in shape.metrics)
    return Metrics(metrics=metrics, note=shape.note, guidance=entries(shape.guidance))


def _metric(shape: MetricShape) -> Metric:
    target = shape.target
    return Metric(
        id=shape.id,
        title=shape.title,
        measures=shape.measures,
        why=shape.why,
        target=Target(text=target.text, low=target.min, high=target.max, unit=target.unit, direction=target.direction),
        frequency=tuple(shape.frequency),
        guardrail=shape.guardrail,
        context_specific=shape.context_specific,
        origin=shape.origin,
    )


def build_ladder(shape: LadderShape) -> Ladder:
    """Return the ladder."""
    return Ladder(
        levels=tuple(_level(level) for level in shape.levels),
        requires=tuple(
            RungNeeded(level=level, competency=competency, rung=rung)
            for level, needed in shape.requires.items()
            for competency, rung in needed.items()
        ),
        rule=shape.rule.kind,
        minimum=shape.rule.minimum,
        promotions=tuple(
            Promotion(
                from_level=step.from_,
                to_levels=tuple(step.to),
                criteria=tuple(_criterion(criterion) for criterion in step.criteria),
            )
            for step in shape.promotions
        ),
        feeder_roles=entries(shape.feeder_roles),
        next_roles=entries(shape.next_roles),
        adjacent_paths=entries(shape.adjacent_paths),
        evolution=entries(shape.evolution),
    )


def _level(shape: LevelShape) -> Level:
    usual = shape.typical
    typical = None
    if usual:
        typical = Typical(_offset(usual.min), _offset(usual.max) if usual.max else None, usual.origin)
    return Level(id=shape.id, title=shape.title, track=shape.track, rank=shape.rank, typical=typical)


def _criterion(shape: CriterionShape) -> Criterion:
    return Criterion(
        id=shape.id,
        text=shape.text,
        competencies=tuple(shape.competencies),
        evidence=_evidence(shape.evidence) if shape.evidence else None,
        origin=shape.origin,
    )


def _evidence(shape: EvidenceShape) -> Evidence:
    return Evidence(text=shape.text, least=shape.min, horizon=_offset(shape.horizon), origin=shape.origin)


def build_guide(shape: GuideShape) -> Guide:
    """Return the guide's sections and plans."""
    held = ((key.replace("_", "-"), title, getattr(shape, key)) for key, title in _GUIDE_TITLES.items())
    plans = (
        Plan(id=plan.id, title=plan.title, duration=plan.duration, tasks=entries(plan.tasks)) for plan in shape.plans
    )
    return Guide(sections=_sections(*held), plans=tuple(plans))
