"""The table of contents of a role's book: the parts that hold something, in order, and the chapters of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.blueprint import Blueprint, CaseStudy
from app.domain.part import Part, chapter_title, group_title
from reports.book import chapters, groups, loose

_ORDER = (
    Part.OVERVIEW,
    Part.ROLE,
    Part.COMPETENCIES,
    Part.SCORECARD,
    Part.CASES,
    Part.PLAN,
    Part.METRICS,
    Part.LADDER,
    Part.GUIDE,
)
"""The order of the book: what the role needs comes before how it is asked for."""

NOTES = "notes"
_NOTES_TITLE = "What to know about this text"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the table of contents: the address inside the book, the title, and the lines below it."""

    anchor: str
    title: str
    below: tuple[Heading, ...] = ()


def parts(blueprint: Blueprint) -> tuple[Heading, ...]:
    """The parts of the book that hold something, in order, with the chapters of each."""
    below = _below(blueprint)
    held = _held(blueprint)
    found = [Heading(part.value, part.words, tuple(below[part])) for part in _ORDER if held[part]]
    notes = _note_lines(blueprint)
    return (*found, Heading(NOTES, _NOTES_TITLE, tuple(notes))) if notes else tuple(found)


def _below(blueprint: Blueprint) -> Mapping[Part, Sequence[Heading]]:
    """The chapters of each part."""
    return {
        Part.OVERVIEW: _chapter_lines(blueprint, Part.OVERVIEW),
        Part.ROLE: _chapter_lines(blueprint, Part.ROLE),
        Part.COMPETENCIES: _group_lines(blueprint),
        Part.SCORECARD: _card_lines(blueprint),
        Part.CASES: [_case_line(case) for case in blueprint.case_studies],
        Part.PLAN: _plan_lines(blueprint),
        Part.METRICS: _metric_lines(blueprint),
        Part.LADDER: _ladder_lines(blueprint),
        Part.GUIDE: _guide_lines(blueprint),
    }


def _held(blueprint: Blueprint) -> Mapping[Part, bool]:
    """Which parts hold something."""
    role = blueprint.role
    return {
        Part.OVERVIEW: bool(role.summary or role.mission or chapters(blueprint, Part.OVERVIEW)),
        Part.ROLE: bool(chapters(blueprint, Part.ROLE)),
        Part.COMPETENCIES: bool(blueprint.competencies),
        Part.SCORECARD: blueprint.scorecard.rates,
        Part.CASES: bool(blueprint.case_studies),
        Part.PLAN: blueprint.onboarding is not None,
        Part.METRICS: blueprint.metrics is not None,
        Part.LADDER: blueprint.ladder is not None,
        Part.GUIDE: blueprint.guide is not None and bool(blueprint.guide.sections or blueprint.guide.plans),
    }


def _chapter_lines(blueprint: Blueprint, part: Part) -> list[Heading]:
    return [Heading(f"chapter-{one.id}", chapter_title(one.id)) for one in chapters(blueprint, part)]


def _group_lines(blueprint: Blueprint) -> list[Heading]:
    return [Heading(f"group-{number}", group_title(name)) for number, (name, _) in enumerate(groups(blueprint), 1)]


def _card_lines(blueprint: Blueprint) -> tuple[Heading, ...]:
    card = blueprint.scorecard
    if not card.rates:
        return ()
    lines = [Heading(f"dimension-{one.id}", one.title) for one in card.dimensions]
    rest = [Heading("dimension", "Tied to no dimension")] if loose(blueprint) else []
    return (Heading("rule", "How candidates are scored"), *lines, *rest)


def _case_line(case: CaseStudy) -> Heading:
    return Heading(f"case-{case.id}", f"{case.label} {case.title}".strip())


def _plan_lines(blueprint: Blueprint) -> tuple[Heading, ...]:
    plan = blueprint.onboarding
    if plan is None:
        return ()
    later = [Heading("milestone", plan.long_term.title)] if plan.long_term else []
    return (*(Heading(f"milestone-{one.id}", one.title) for one in plan.milestones), *later)


def _metric_lines(blueprint: Blueprint) -> list[Heading]:
    guided = blueprint.metrics is not None and blueprint.metrics.guidance
    return [Heading("metrics-guidance", "Measuring well")] if guided else []


def _ladder_lines(blueprint: Blueprint) -> tuple[Heading, ...]:
    ladder = blueprint.ladder
    if ladder is None:
        return ()
    held = {
        "paths": ("Career paths", True),
        "evolution": ("How the role evolves", ladder.evolution),
        "required": ("What each level requires", ladder.requires),
        "promotion": ("What a promotion has to show", ladder.promotions),
    }
    return tuple(Heading(f"ladder-{name}", title) for name, (title, found) in held.items() if found)


def _guide_lines(blueprint: Blueprint) -> tuple[Heading, ...]:
    guide = blueprint.guide
    if guide is None:
        return ()
    plans = [Heading("guide-plans", "Preparation plans")] if guide.plans else []
    return (*(Heading(f"guide--{section.id}", section.title) for section in guide.sections), *plans)


def _note_lines(blueprint: Blueprint) -> list[Heading]:
    carried = [Heading("notes-carried", "Carried along")] if blueprint.meta else []
    return [*(Heading(f"notes--{section.id}", section.title) for section in blueprint.notes), *carried]
