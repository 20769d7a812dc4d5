"""Turns files without faults into the blueprint of the domain."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from app.domain.blueprint import (
    NO_SCORECARD,
    Anchor,
    Blueprint,
    CaseStudy,
    DecisionRule,
    Dimension,
    Probe,
    Requirement,
    Scale,
    ScalePoint,
    Scorecard,
    Signal,
    SignalKind,
    Threshold,
)
from app.formats.blueprint_notes import build_meta, build_notes
from app.formats.durations import minutes
from app.formats.role_build import (
    build_chapters,
    build_competency,
    build_guide,
    build_ladder,
    build_metrics,
    build_onboarding,
    build_role,
    entries,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.formats.blueprint_schema import (
        CaseShape,
        DecisionShape,
        DimensionShape,
        FileShape,
        ProbeShape,
        ScaleShape,
        ScorecardShape,
        SignalShape,
    )
    from app.formats.role_schema import (
        CompetenciesShape,
        GuideShape,
        LadderShape,
        MetricsShape,
        OnboardingShape,
        RoleShape,
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """The files that a role may do without; None for each that it has not."""

    scorecard: ScorecardShape | None = None
    competencies: CompetenciesShape | None = None
    onboarding: OnboardingShape | None = None
    metrics: MetricsShape | None = None
    ladder: LadderShape | None = None
    guide: GuideShape | None = None

    def named(self) -> dict[str, FileShape | None]:
        """Return each by the name of its file, without the ending."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


def build(role: RoleShape, parts: Parts, cases: Sequence[CaseShape]) -> Blueprint:
    """Return the blueprint that these files describe; they must be without faults."""
    competencies = parts.competencies.competencies if parts.competencies else []
    files: dict[str, FileShape | None] = {"role": role, **parts.named()}
    return Blueprint(
        role=build_role(role),
        scorecard=_scorecard(parts.scorecard) if parts.scorecard else NO_SCORECARD,
        case_studies=tuple(_case(case) for case in cases),
        chapters=build_chapters(role),
        competencies=tuple(build_competency(competency) for competency in competencies),
        onboarding=build_onboarding(parts.onboarding) if parts.onboarding else None,
        metrics=build_metrics(parts.metrics) if parts.metrics else None,
        ladder=build_ladder(parts.ladder) if parts.ladder else None,
        guide=build_guide(parts.guide) if parts.guide else None,
        notes=build_notes(files, cases),
        meta=build_meta(files, cases),
    )


def _scorecard(shape: ScorecardShape) -> Scorecard:
    signals = shape.signals
    return Scorecard(
        id=shape.id,
        version=shape.version,
        scale=_scale(shape.scale),
        dimensions=tuple(_dimension(dimension) for dimension in shape.dimensions),
        probes=tuple(_probe(probe) for probe in shape.probes),
        signals=(
            *_signals("strong", signals.strong),
            *_signals("weak", signals.weak),
            *_signals("red_flag", signals.red_flag),
        ),
        decision=_decision(shape.decision),
    )


def _scale(shape: ScaleShape) -> Scale:
    points = tuple(ScalePoint(value=point.value, title=point.title) for point in shape.points)
    return Scale(points=points, meets=shape.meets, best=shape.best)


def _dimension(shape: DimensionShape) -> Dimension:
    anchors = sorted(shape.anchors.items())
    return Dimension(
        id=shape.id,
        title=shape.title,
        weight=shape.weight,
        must=shape.must,
        competencies=tuple(shape.competencies),
        anchors=tuple(Anchor(value=value, text=anchor.text, origin=anchor.origin) for value, anchor in anchors),
    )


def _probe(shape: ProbeShape) -> Probe:
    return Probe(
        id=shape.id,
        title=shape.title,
        question=shape.question,
        dimensions=tuple(shape.dimensions),
        origin=shape.origin,
        mapped_by=shape.mapped_by,
    )


def _signals(kind: SignalKind, shapes: Sequence[SignalShape]) -> tuple[Signal, ...]:
    return tuple(
        Signal(id=shape.id, kind=kind, text=shape.text, dimensions=tuple(shape.dimensions), origin=shape.origin)
        for shape in shapes
    )


def _decision(shape: DecisionShape) -> DecisionRule:
    return DecisionRule(
        kind=shape.rule,
        thresholds=tuple(Threshold(at_least=part.at_least, level=part.level) for part in shape.thresholds),
        requirements=tuple(
            Requirement(dimension=part.dimension, at_least=part.at_least) for part in shape.requirements
        ),
    )


def _case(shape: CaseShape) -> CaseStudy:
    return CaseStudy(
        id=shape.id,
        label=shape.label,
        title=shape.title,
        applicability=shape.applicability,
        minutes_min=minutes(shape.duration.min) or 0,
        minutes_max=minutes(shape.duration.max) or 0,
        formats=tuple(shape.format),
        prompt=shape.prompt,
        outputs=entries(shape.outputs),
        dimensions=tuple(shape.dimensions),
        marking=entries(shape.marking),
        timing_origin=shape.duration.origin,
    )
