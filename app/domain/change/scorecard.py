"""Changes in what candidates are judged by: scale, dimensions, probes, signals, decision rule and case studies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.blueprint import (
    NO_SCORECARD,
    Anchor,
    CaseStudy,
    DecisionRule,
    Dimension,
    Probe,
    Requirement,
    Scale,
    ScalePoint,
    Scorecard,
    Signal,
    Threshold,
)
from app.domain.change.lists import Kind, entries, gained, in_list
from app.domain.change.pairs import Key
from app.domain.change.record import Area, Effect
from app.domain.change.words import ORIGIN, Field, Scene, compared, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.domain.change.record import Change

Titles = dict[tuple[str, str], str]

_SCORED = (Effect.SCORES, Effect.DECISIONS)
_JUDGED = (Effect.SCORES, Effect.DECISIONS, Effect.KITS)
_KITS = (Effect.KITS,)
_CASES = (Effect.KITS, Effect.GRADING)
_READING = (Effect.READING,)


def scorecard(before: Scorecard, after: Scorecard, titles: Titles) -> Iterator[Change]:
    """Say what differs between two scorecards; one that came or went whole is one change."""
    scene = Scene(Area.DIMENSIONS, "the scorecard", _JUDGED, "scorecard", titles)
    if before == after:
        return
    if NO_SCORECARD in {before, after}:
        kept = before if after == NO_SCORECARD else after
        parts = f"{counted(len(kept.dimensions), 'dimension')} and {counted(len(kept.probes), 'probe')}"
        yield gained(scene, "scorecard", parts, kept, gone=kept is before)
        return
    named = dict(titles) | {("point", str(point.value)): point.title for point in after.scale.points}
    dimensions = replace(scene, titles=named).below("dimensions")
    probes = replace(scene, area=Area.PROBES, effects=_KITS).below("probes")
    signals = replace(scene, area=Area.SIGNALS, effects=_KITS).below("signals")
    yield from _scale(Scene(Area.SCALE, "the scale", _JUDGED, "scorecard/scale"), before.scale, after.scale)
    yield from in_list(dimensions, _DIMENSION, before.dimensions, after.dimensions)
    yield from in_list(probes, _PROBE, before.probes, after.probes)
    yield from in_list(signals, _SIGNAL, before.signals, after.signals)
    rule = Scene(Area.RULE, "the decision", _SCORED, "scorecard/decision", titles)
    yield from _rule(rule, before.decision, after.decision)
    words = {"id": Field("id", _READING), "version": Field("version label", _READING)}
    elsewhere = ("scale", "dimensions", "probes", "signals", "decision")
    yield from compared(scene, before, after, words, elsewhere=elsewhere)


def cases(before: Sequence[CaseStudy], after: Sequence[CaseStudy], titles: Titles) -> Iterator[Change]:
    """Say what differs between the case studies of two blueprints."""
    return in_list(Scene(Area.CASES, "the case studies", _CASES, "case_studies", titles), _CASE, before, after)


def _scale(scene: Scene, before: Scale, after: Scale) -> Iterator[Change]:
    yield from in_list(scene.below("points"), _POINT, before.points, after.points)
    if before.meets != after.meets:
        moves = f"The bar moves from point {before.meets} to point {after.meets}."
        yield scene.change(moves, str(before.meets), str(after.meets))
    yield from compared(scene, before, after, {"best": Field("better end")}, elsewhere=("points", "meets"))


def _point(scene: Scene, before: ScalePoint, after: ScalePoint) -> Iterator[Change]:
    if before.title != after.title:
        renamed = f"Point {after.value} of the scale is renamed from “{before.title}” to “{after.title}”."
        yield scene.touching(Effect.KITS).change(renamed, before.title, after.title)
    yield from compared(scene, before, after, {}, elsewhere=("title",))


def _dimension(scene: Scene, before: Dimension, after: Dimension) -> Iterator[Change]:
    words = {
        "id": Field("id"),
        "title": Field("title", _KITS),
        "weight": Field("weight", _SCORED),
        "must": Field("must-have", _SCORED, turns=("becomes a must-have", "is no longer a must-have")),
        "competencies": Field("competencies", (Effect.KITS, Effect.PROMOTIONS), names="competency"),
    }
    yield from compared(scene, before, after, words, elsewhere=("anchors",))
    yield from in_list(scene.touching(Effect.KITS).below("anchors"), _anchor_kind(scene), before.anchors, after.anchors)


def _anchor_kind(scene: Scene) -> Kind[Anchor]:
    def differ(own: Scene, before: Anchor, after: Anchor) -> Iterator[Change]:
        if before.text != after.text:
            name = scene.title("point", str(after.value))
            point = f"{after.value}" if name == str(after.value) else f"{after.value} ({name})"
            reworded = f"The anchor of {scene.place} at point {point} is reworded."
            yield own.change(reworded, before.text, after.text)
        words = {"value": Field("point"), "origin": ORIGIN}
        yield from compared(own, before, after, words, elsewhere=("text",))

    return Kind(
        noun="anchor",
        key=lambda anchor: Key(anchor.value, anchor.text),
        title=lambda anchor: f"{scene.subject}, point {anchor.value}",
        differ=differ,
        listed=False,
    )


def _probe(scene: Scene, before: Probe, after: Probe) -> Iterator[Change]:
    words = {
        "id": Field("id"),
        "title": Field("title"),
        "question": Field("question"),
        "dimensions": Field("dimensions", names="dimension"),
        "origin": ORIGIN,
        "mapped_by": Field("origin of the dimensions", _READING),
    }
    return compared(scene, before, after, words)


def _signal(scene: Scene, before: Signal, after: Signal) -> Iterator[Change]:
    if before.text != after.text:
        yield scene.change(f"The signal {scene.of(before.text).place} is reworded.", before.text, after.text)
    words = {
        "id": Field("id"),
        "kind": Field("kind", names="signal"),
        "dimensions": Field("dimensions", names="dimension"),
        "origin": ORIGIN,
    }
    yield from compared(scene, before, after, words, elsewhere=("text",))


def _rule(scene: Scene, before: DecisionRule, after: DecisionRule) -> Iterator[Change]:
    words = {"kind": Field("rule", names="rule")}
    yield from compared(scene, before, after, words, elsewhere=("thresholds", "requirements"))
    yield from in_list(scene.below("thresholds"), _threshold_kind(scene), before.thresholds, after.thresholds)
    yield from in_list(scene.below("requirements"), _requirement_kind(scene), before.requirements, after.requirements)


def _threshold_kind(scene: Scene) -> Kind[Threshold]:
    def title(threshold: Threshold) -> str:
        return scene.title("level", threshold.level) if threshold.level else "every level"

    return Kind(
        noun="sum that is enough for",
        key=lambda threshold: Key(threshold.level or "", ""),
        title=title,
        differ=lambda own, old, new: compared(own, old, new, _LEAST),
    )


def _requirement_kind(scene: Scene) -> Kind[Requirement]:
    return Kind(
        noun="requirement on",
        key=lambda requirement: Key(requirement.dimension, ""),
        title=lambda requirement: scene.title("dimension", requirement.dimension),
        differ=lambda own, old, new: compared(own, old, new, _LEAST),
    )


def _case(scene: Scene, before: CaseStudy, after: CaseStudy) -> Iterator[Change]:
    elsewhere = ("outputs", "marking")
    yield from compared(scene, before, after, _CASE_WORDS, elsewhere=elsewhere)
    yield from entries(scene.below("outputs"), before.outputs, after.outputs)
    yield from entries(scene.touching(Effect.GRADING).below("marking"), before.marking, after.marking)


_LEAST = {"at_least": Field("smallest value that is enough"), "level": Field("level"), "dimension": Field("dimension")}
_CASE_WORDS: Mapping[str, Field] = {
    "id": Field("id"),
    "label": Field("label", _KITS),
    "title": Field("title", _KITS),
    "applicability": Field("use", _KITS),
    "minutes_min": Field("shortest time in minutes"),
    "minutes_max": Field("longest time in minutes"),
    "formats": Field("formats"),
    "prompt": Field("prompt"),
    "dimensions": Field("dimensions", names="dimension"),
    "timing_origin": Field("origin of the timing", _READING),
}
_POINT: Kind[ScalePoint] = Kind(
    noun="point",
    key=lambda point: Key(point.value, point.title),
    title=lambda point: f"{point.value} {point.title}",
    differ=_point,
)
_DIMENSION: Kind[Dimension] = Kind(
    noun="dimension",
    key=lambda dimension: Key(dimension.id, dimension.title),
    title=lambda dimension: dimension.title,
    differ=_dimension,
)
_PROBE: Kind[Probe] = Kind(
    noun="probe",
    key=lambda probe: Key(probe.id, probe.title),
    title=lambda probe: probe.title,
    differ=_probe,
)
_SIGNAL: Kind[Signal] = Kind(
    noun="signal",
    key=lambda signal: Key(signal.id, signal.text),
    title=lambda signal: signal.text,
    differ=_signal,
)
_CASE: Kind[CaseStudy] = Kind(
    noun="case study",
    key=lambda case: Key(case.id, case.title),
    title=lambda case: case.title,
    differ=_case,
)
