"""Turns the parts of a blueprint back into plain values, with the keys of `rubric/1` in their order."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import singledispatch
from typing import TYPE_CHECKING, cast

from app.domain.blueprint import CaseStudy, DecisionRule, Dimension, Role, Scorecard, Signal
from app.domain.entry import Chapter, Entry, Section
from app.domain.ladder import Evidence, Ladder, Promotion, Typical
from app.domain.metric import Target
from app.domain.milestone import Offset
from app.formats.durations import minutes_written, offset_written
from app.formats.role_build import CHAPTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed import DataclassInstance

    from app.domain.guide import Guide

_SIGNAL_KINDS = ("strong", "weak", "red_flag")


@singledispatch
def plain(value: object) -> object:
    """Return a value of the domain as a map, list, text, number or truth value; what has its default is left out."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return given(value) if is_dataclass(value) else value


def given(value: object, *, without: Iterable[str] = (), named: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return the fields that differ from their default as a map; `named` gives keys other names than the fields'."""
    named = named or {}
    held = ((field, getattr(value, field.name)) for field in fields(cast("DataclassInstance", value)))
    return {
        named.get(field.name, field.name): plain(one)
        for field, one in held
        if field.name not in without and one != field.default
    }


@plain.register
def _(entry: Entry) -> object:
    held = given(entry)
    name = {"id": entry.id} if entry.id else {}
    return entry.text if held.keys() == {"text"} else {**name, **held}


@plain.register
def _(section: Section) -> object:
    note = {"note": section.note} if section.note else {}
    return {"id": section.id, "title": section.title, **note, "entries": plain(section.entries)}


@plain.register
def _(chapter: Chapter) -> object:
    note = {"note": chapter.note} if chapter.note else {}
    return {**note, "sections": plain(chapter.sections)}


@plain.register
def _(distance: Offset) -> object:
    return offset_written(distance)


@plain.register
def _(target: Target) -> object:
    return given(target, named={"low": "min", "high": "max"})


@plain.register
def _(evidence: Evidence) -> object:
    return given(evidence, named={"least": "min"})


@plain.register
def _(typical: Typical) -> object:
    return given(typical, named={"least": "min", "most": "max"})


@plain.register
def _(promotion: Promotion) -> object:
    return given(promotion, named={"from_level": "from", "to_levels": "to"})


@plain.register
def _(dimension: Dimension) -> object:
    anchors = {anchor.value: given(anchor, without=["value"]) for anchor in dimension.anchors}
    return {**given(dimension, without=["anchors"]), "anchors": anchors}


@plain.register
def _(signal: Signal) -> object:
    return given(signal, without=["kind"])


@plain.register
def _(rule: DecisionRule) -> object:
    return given(rule, named={"kind": "rule"})


def ladder_map(ladder: Ladder) -> dict[str, object]:
    """Return what `ladder.yaml` says."""
    requires: dict[str, dict[str, str]] = {}
    for needed in ladder.requires:
        requires.setdefault(needed.level, {})[needed.competency] = needed.rung
    counted = {} if ladder.minimum is None else {"minimum": ladder.minimum}
    ruled = ladder.rule != "all" or counted
    told = given(ladder, without=["levels", "requires", "rule", "minimum"])
    return {
        "levels": plain(ladder.levels),
        **({"requires": requires} if requires else {}),
        **({"rule": {"kind": ladder.rule, **counted}} if ruled else {}),
        **told,
    }


def guide_map(guide: Guide) -> dict[str, object]:
    """Return what `guide.yaml` says, its plans before its last words."""
    written = {section.id.replace("-", "_"): plain(section.entries) for section in guide.sections}
    closing = {key: written.pop(key) for key in ("closing",) if key in written}
    return {**written, **({"plans": plain(guide.plans)} if guide.plans else {}), **closing}


def scorecard_map(card: Scorecard, cases: Iterable[CaseStudy]) -> dict[str, object]:
    """Return what `scorecard.yaml` says of how candidates are scored, and the case studies that it names."""
    signals = {kind: [plain(one) for one in card.signals if one.kind == kind] for kind in _SIGNAL_KINDS}
    named = [case.id for case in cases]
    return {
        "scale": plain(card.scale),
        **({"decision": plain(card.decision)} if card.decision != DecisionRule() else {}),
        "dimensions": plain(card.dimensions),
        **({"probes": plain(card.probes)} if card.probes else {}),
        **({"signals": {kind: held for kind, held in signals.items() if held}} if card.signals else {}),
        **({"case_studies": named} if named else {}),
    }


def case_map(case: CaseStudy) -> dict[str, object]:
    """Return what a case study's file says."""
    house = {"origin": case.timing_origin} if case.timing_origin != "source" else {}
    lengths = {"min": minutes_written(case.minutes_min), "max": minutes_written(case.minutes_max), **house}
    return {
        "label": case.label,
        "title": case.title,
        "applicability": case.applicability,
        "duration": lengths,
        "format": plain(case.formats),
        "prompt": case.prompt,
        "outputs": plain(case.outputs),
        "dimensions": plain(case.dimensions),
        **({"marking": plain(case.marking)} if case.marking else {}),
    }


def role_map(role: Role, chapters: Iterable[Chapter]) -> dict[str, object]:
    """Return what `role.yaml` says; `title` comes first."""
    held = {chapter.id: chapter for chapter in chapters}
    summary = _by_section(held.pop("summary", None))
    mission = _by_section(held.pop("mission", None))
    about: dict[str, object] = {
        "business_value": summary.get("business-value"),
        "horizon": _first(summary.get("horizon")),
        "interacts_with": summary.get("interacts-with"),
        "reports_to": _first(summary.get("reporting-line")),
    }
    aims = {"strategic_importance": mission.get("strategic-importance"), "outcomes": mission.get("outcomes")}
    told = {"core": role.mission, **{key: one for key, one in aims.items() if one is not None}}
    written = {key: held[name] for key in CHAPTERS if (name := key.replace("_", "-")) in held}
    return {
        "title": role.title,
        "summary": paragraphs(role.summary),
        **{key: one for key, one in about.items() if one is not None},
        **({"mission": told} if role.mission else {}),
        **{key: plain(chapter) for key, chapter in written.items()},
    }


def paragraphs(summary: str) -> list[str]:
    """Return the paragraphs of a summary; one whole text where they would not join to the same again."""
    parts = summary.split("\n\n") if summary else []
    return parts if all(part and part == part.strip() for part in parts) else [summary]


def _by_section(chapter: Chapter | None) -> dict[str, list[object]]:
    sections = chapter.sections if chapter else ()
    return {section.id: [plain(entry) for entry in section.entries] for section in sections}


def _first(written: list[object] | None) -> object:
    return written[0] if written else None
