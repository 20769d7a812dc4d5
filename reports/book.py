"""What a role's book is set from: which texts stand together, how they are set, and where references lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.blueprint import Blueprint, Dimension, Probe, Signal, canonical_json
from app.domain.competency import Competency
from app.domain.entry import Chapter, Entry
from app.domain.ladder import Ladder, Level
from app.domain.part import OVERVIEW_CHAPTERS, Part, plain
from reports import wording

_LINE = 40
_KEPT = 1800
"""Letters: what a line that ends early counts as, and how many fill a third of a page."""
_IMPORTANCE = ("critical", "important", "optional", None)


@dataclass(frozen=True, slots=True)
class Target:
    """What an id in a reference stands for: the address inside the book, and the title."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of what levels require: a competency, and the rung for each level, None where nothing is required."""

    competency: str
    rungs: tuple[str | None, ...]


def brief(blueprint: Blueprint) -> bool:
    """Whether what is said at a glance fills too little of a page to stand on one alone."""
    role = blueprint.role
    return not chapters(blueprint, Part.OVERVIEW) and len(role.summary) + len(role.mission) <= _KEPT


def chapters(blueprint: Blueprint, part: str) -> tuple[Chapter, ...]:
    """The role's chapters that are read at a glance, or all the others."""
    glance = part == Part.OVERVIEW
    found = (chapter for chapter in blueprint.chapters if (chapter.id in OVERVIEW_CHAPTERS) is glance)
    return tuple(chapter for chapter in found if chapter.sections or chapter.note)


def absent(blueprint: Blueprint) -> tuple[str, ...]:
    """What the role's folder does not have, in words, for the line that says so."""
    held = {
        "the role's description": blueprint.chapters,
        "competencies": blueprint.competencies,
        "a scorecard": blueprint.scorecard.dimensions,
        "case studies": blueprint.case_studies,
        "an onboarding plan": blueprint.onboarding,
        "metrics": blueprint.metrics,
        "a ladder": blueprint.ladder,
        "a guide": blueprint.guide and blueprint.guide.sections,
        "preparation plans": blueprint.guide and blueprint.guide.plans,
    }
    return tuple(words for words, found in held.items() if not found)


def from_house(blueprint: Blueprint) -> bool:
    """Whether the house wrote any of the texts; marks of quotation inside texts are escaped in canonical JSON."""
    return 'origin":"house"' in canonical_json(blueprint)


def groups(blueprint: Blueprint) -> tuple[tuple[str, tuple[Competency, ...]], ...]:
    """The competencies by group in the blueprint's order, the most important of each group first."""
    names = dict.fromkeys(competency.group for competency in blueprint.competencies)
    return tuple((name, _by_importance(blueprint, name)) for name in names)


def targets(blueprint: Blueprint) -> Mapping[str, Target]:
    """What the ids in references stand for, where a dimension gives way to a competency of the same id."""
    return {**_scored(blueprint), **_described(blueprint)}


def scored_targets(blueprint: Blueprint) -> Mapping[str, Target]:
    """The same for what is marked in interviews, where the dimension comes first."""
    return {**_described(blueprint), **_scored(blueprint)}


def probes(blueprint: Blueprint, dimension: Dimension | None) -> tuple[Probe, ...]:
    """The probes that bear on a dimension; for None those that bear on none that is known."""
    card = blueprint.scorecard
    if dimension is not None:
        return card.probes_for(dimension.id)
    known = {one.id for one in card.dimensions}
    return tuple(probe for probe in card.probes if not known.intersection(probe.dimensions))


def signals(blueprint: Blueprint, dimension: Dimension | None, *kinds: str) -> tuple[Signal, ...]:
    """The signals of some kinds that bear on a dimension; for None those that bear on none that is known."""
    card = blueprint.scorecard
    known = {one.id for one in card.dimensions}
    return tuple(
        signal
        for signal in card.signals
        if signal.kind in kinds
        and (dimension.id in signal.dimensions if dimension else not known.intersection(signal.dimensions))
    )


def loose(blueprint: Blueprint) -> bool:
    """Whether a probe or a signal is tied to no dimension."""
    return bool(probes(blueprint, None)) or bool(signals(blueprint, None, *wording.SIGNAL_TITLES))


def required(ladder: Ladder, levels: Sequence[Level]) -> tuple[Requirement, ...]:
    """The rungs that some levels require, a row for each competency that any level of the ladder names."""
    rungs = {(one.level, one.competency): one.rung for one in ladder.requires}
    named = dict.fromkeys(one.competency for one in ladder.requires)
    return tuple(Requirement(name, tuple(rungs.get((level.id, name)) for level in levels)) for name in named)


def index(chapter: Chapter) -> bool:
    """Whether each section holds one plain entry, so that the chapter is set as one table with a row a section."""
    return len(chapter.sections) > 1 and all(
        len(section.entries) == 1 and not section.note and not section.entries[0].items for section in chapter.sections
    )


def paired(entries: Sequence[Entry]) -> bool:
    """Whether every entry has a detail and nothing below it, so that they are set as a table."""
    plain = (entry.detail is not None and not entry.items and not entry.refs for entry in entries)
    return len(entries) > 1 and all(plain)


def titled(entries: Sequence[Entry]) -> bool:
    """Whether every entry has a detail, so that the texts read as titles; beside plain texts they would shout."""
    return all(entry.detail is not None for entry in entries)


def whole(entries: Sequence[Entry]) -> bool:
    """Whether entries are short enough to be kept on one page: at most about a third of it."""
    return sum(_letters(entry) for entry in entries) <= _KEPT


def short(competency: Competency) -> bool:
    """The same for a competency with all that its rungs expect."""
    texts = (competency.description, competency.use, competency.why, competency.shows, competency.strong)
    held = (entry for rung in competency.rungs for entry in (*rung.criteria, *rung.examples))
    return sum(len(text or "") for text in texts) + sum(_letters(entry) for entry in held) <= _KEPT


def expected(blueprint: Blueprint) -> tuple[Level, ...]:
    """The levels of the ladder for which competencies say what is expected, where an id does not say as much."""
    named = {rung.id for competency in blueprint.competencies for rung in competency.rungs}
    levels = blueprint.ladder.levels if blueprint.ladder else ()
    return tuple(level for level in levels if level.id in named and level.title != plain(level.id))


def _letters(entry: Entry) -> int:
    """How many letters an entry takes, a line of them for each that begins a line."""
    return _LINE + len(entry.text) + len(entry.detail or "") + sum(_letters(item) for item in entry.items)


def _by_importance(blueprint: Blueprint, group: str) -> tuple[Competency, ...]:
    members = [competency for competency in blueprint.competencies if competency.group == group]
    return tuple(sorted(members, key=lambda one: _IMPORTANCE.index(one.importance)))


def _scored(blueprint: Blueprint) -> dict[str, Target]:
    return {one.id: Target(f"dimension-{one.id}", one.title) for one in blueprint.scorecard.dimensions}


def _described(blueprint: Blueprint) -> dict[str, Target]:
    found = {case.id: Target(f"case-{case.id}", case.title) for case in blueprint.case_studies}
    if blueprint.onboarding:
        found |= {one.id: Target(f"milestone-{one.id}", one.title) for one in blueprint.onboarding.milestones}
    if blueprint.metrics:
        found |= {one.id: Target(f"metric-{one.id}", one.title) for one in blueprint.metrics.metrics}
    if blueprint.ladder:
        found |= {one.id: Target(f"level-{one.id}", one.title) for one in blueprint.ladder.levels}
    return found | {one.id: Target(f"competency-{one.id}", one.title) for one in blueprint.competencies}
