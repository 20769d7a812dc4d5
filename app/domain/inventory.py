"""Counts what a blueprint took from its source, list by list, so that nothing is lost on the way in."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.domain.blueprint import Blueprint, Scorecard
    from app.domain.competency import Competency
    from app.domain.entry import Entry, Section
    from app.domain.guide import Guide
    from app.domain.ladder import Ladder
    from app.domain.metric import Metrics
    from app.domain.milestone import Onboarding

_Count = tuple[str, int]

_CARD = "summary-card"
_GROUPS = {"technical": "technical_skills", "behavioural": "soft_skills"}
_SOURCE_NAMES = {"hands-on": "internship"}
"""Where the source calls a list by another name than the format does."""

_FIELDS = ("description", "use", "why", "shows", "strong")


class _Written(Protocol):
    @property
    def origin(self) -> str: ...


def inventory(blueprint: Blueprint) -> dict[str, int]:
    """Return the length of every list by its id; what the house added is not counted.

    `.sub` counts the items below a list's entries, `.sub(text)` those below one entry, and a field's name counts
    the entries in which that field is filled.
    """
    counts = dict(
        chain(
            _role(blueprint),
            _competencies(blueprint.competencies),
            _hiring(blueprint),
            _onboarding(blueprint.onboarding) if blueprint.onboarding else (),
            _metrics(blueprint.metrics) if blueprint.metrics else (),
            _ladder(blueprint.ladder) if blueprint.ladder else (),
            _guide(blueprint.guide) if blueprint.guide else (),
        )
    )
    return {name: count for name, count in sorted(counts.items()) if count}


def _sourced(written: Iterable[_Written]) -> int:
    return sum(one.origin == "source" for one in written)


def _name(text: str) -> str:
    return text.replace("-", "_")


def _list(name: str, entries: tuple[Entry, ...]) -> Iterator[_Count]:
    yield name, _sourced(entries)
    yield f"{name}.detail", sum(entry.detail is not None for entry in entries)
    yield f"{name}.sub", sum(_sourced(entry.items) for entry in entries)
    for entry in entries:
        yield f"{name}.sub({entry.text})", _sourced(entry.items)


def _role(blueprint: Blueprint) -> Iterator[_Count]:
    role = blueprint.role
    yield "summary.paragraphs", len([paragraph for paragraph in role.summary.split("\n\n") if paragraph])
    yield "mission.core", int(bool(role.mission))
    for chapter in blueprint.chapters:
        if chapter.id == _CARD:
            yield from _card(chapter.sections)
            continue
        yield f"{_name(chapter.id)}.intro", int(chapter.note is not None)
        for section in chapter.sections:
            yield from _list(f"{_name(chapter.id)}.{_name(section.id)}", section.entries)
        yield f"{_name(chapter.id)}.rows", sum(_sourced(section.entries) for section in chapter.sections)


def _card(sections: tuple[Section, ...]) -> Iterator[_Count]:
    rows = [entry for section in sections for entry in section.entries]
    yield "scorecard_summary.rows", _sourced(rows)
    for row in rows:
        yield f"scorecard_summary.{_name(row.id or row.text)}", _sourced(row.items)


def _competencies(competencies: tuple[Competency, ...]) -> Iterator[_Count]:
    groups = dict.fromkeys(competency.group for competency in competencies)
    for group in groups:
        kind, *rest = group.split("/")
        name = ".".join([_GROUPS.get(kind, _name(kind)), *(_name(part) for part in rest)])
        members = [competency for competency in competencies if competency.group == group]
        yield name, _sourced(members)
        for key in _FIELDS:
            yield f"{name}.{key}", sum(getattr(member, key) is not None for member in members)


def _hiring(blueprint: Blueprint) -> Iterator[_Count]:
    card: Scorecard = blueprint.scorecard
    yield "hiring.assess", _sourced(card.probes)
    yield "hiring.scorecard", len(card.dimensions)
    yield "hiring.case_studies", len(blueprint.case_studies)
    for case in blueprint.case_studies:
        yield f"hiring.case_studies.{case.label}.outputs", _sourced(case.outputs)
    for kind in ("strong", "weak", "red_flag"):
        yield f"hiring.signals.{kind}", _sourced(signal for signal in card.signals if signal.kind == kind)


def _onboarding(onboarding: Onboarding) -> Iterator[_Count]:
    for milestone in onboarding.milestones:
        name = f"goals.{_name(milestone.id)}"
        yield from _list(name, milestone.goals)
        yield f"{name}.evidence", _sourced(milestone.evidence)
    later = onboarding.long_term
    if later:
        yield f"goals.long_term_{later.opens.months}_{later.closes.months}m", _sourced(later.goals)


def _metrics(metrics: Metrics) -> Iterator[_Count]:
    yield "kpis.intro", int(metrics.note is not None)
    yield "kpis.rows", _sourced(metrics.metrics)
    yield "kpis.measurement_notes", _sourced(metrics.guidance)


def _ladder(ladder: Ladder) -> Iterator[_Count]:
    yield from _list("career.feeder_roles", ladder.feeder_roles)
    yield from _list("career.next_roles", ladder.next_roles)
    yield from _list("career.adjacent_paths", ladder.adjacent_paths)
    yield from _list("career.evolution", ladder.evolution)
    yield "career.promotion_criteria", sum(_sourced(step.criteria) for step in ladder.promotions)


def _guide(guide: Guide) -> Iterator[_Count]:
    for section in guide.sections:
        yield from _list(f"guide.{_name(_SOURCE_NAMES.get(section.id, section.id))}", section.entries)
    for plan in guide.plans:
        yield f"guide.plans.{_name(plan.id)}", _sourced(plan.tasks)
