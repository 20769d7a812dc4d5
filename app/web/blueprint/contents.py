"""What the parts of a blueprint hold, in words and numbers, and the headings that each part's page offers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from app.domain.change.words import counted
from app.domain.climb import steps
from app.domain.outline import Part
from app.domain.part import OVERVIEW_CHAPTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.domain.blueprint import Blueprint
    from app.web.blueprint.book import Book


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on a page; `below` are those under it."""

    anchor: str
    title: str
    below: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One part in the list of contents; one that the blueprint lacks holds nothing, and `missing` says what it is."""

    part: Part
    holds: str
    missing: str


_MISSING = {
    Part.ROLE: ("role.yaml", "what the role does, whom it works with and what it decides"),
    Part.SCORECARD: ("scorecard.yaml", "the dimensions that candidates are rated on. Without it nobody can be hired"),
    Part.CASES: ("scorecard.yaml", "the case studies that candidates work on"),
    Part.COMPETENCIES: ("competencies.yaml", "the abilities that the role needs and what each level expects of them"),
    Part.PLAN: ("onboarding.yaml", "the milestones of a hire's first year, their goals and their evidence"),
    Part.METRICS: ("metrics.yaml", "what is measured, why, and what to aim at"),
    Part.LADDER: ("ladder.yaml", "levels, what a promotion has to show, and where people come from and go to"),
    Part.GUIDE: ("guide.yaml", "how a person grows into the role, with plans to prepare"),
}  # fmt: skip
"""The file that would hold a part, and what would stand in it."""


def lines(blueprint: Blueprint) -> tuple[Line, ...]:
    """Every part but the overview, in the order in which they are read."""
    holds = {
        Part.ROLE: _role(blueprint),
        Part.SCORECARD: _scorecard(blueprint),
        Part.CASES: counted(len(blueprint.case_studies), "case study") if blueprint.case_studies else "",
        Part.COMPETENCIES: _competencies(blueprint),
        Part.PLAN: _plan(blueprint),
        Part.METRICS: _metrics(blueprint),
        Part.LADDER: _ladder(blueprint),
        Part.GUIDE: _guide(blueprint),
    }
    return tuple(Line(part, held, _missing(part)) for part, held in holds.items())


def _missing(part: Part) -> str:
    file, what = _MISSING[part]
    return f"The file {file} of the role's folder would say it: {what}."


def _role(blueprint: Blueprint) -> str:
    chapters = [chapter for chapter in blueprint.chapters if chapter.id not in OVERVIEW_CHAPTERS]
    entries = sum(len(section.entries) for chapter in chapters for section in chapter.sections)
    return f"{counted(len(chapters), 'chapter')}, {counted(entries, 'entry')}" if chapters else ""


def _scorecard(blueprint: Blueprint) -> str:
    card = blueprint.scorecard
    if not card.rates:
        return ""
    parts = ((card.dimensions, "dimension"), (card.probes, "probe"), (card.signals, "signal"))
    return ", ".join(counted(len(held), noun) for held, noun in parts if held)


def _competencies(blueprint: Blueprint) -> str:
    groups = {competency.group for competency in blueprint.competencies}
    found = f"{counted(len(blueprint.competencies), 'competency')} in {counted(len(groups), 'group')}"
    return found if groups else ""


def _plan(blueprint: Blueprint) -> str:
    plan = blueprint.onboarding
    if plan is None:
        return ""
    goals = sum(len(milestone.goals) for milestone in plan.milestones)
    return f"{counted(len(plan.milestones), 'milestone')}, {counted(goals, 'goal')}"


def _metrics(blueprint: Blueprint) -> str:
    metrics = blueprint.metrics.metrics if blueprint.metrics else ()
    guards = sum(metric.guardrail for metric in metrics)
    found = counted(len(metrics), "metric") + (f", {counted(guards, 'guardrail')}" if guards else "")
    return found if metrics else ""


def _ladder(blueprint: Blueprint) -> str:
    ladder = blueprint.ladder
    if ladder is None:
        return ""
    criteria = sum(len(promotion.criteria) for promotion in ladder.promotions)
    found = counted(len(ladder.levels), "level")
    return (
        f"{found}, {counted(criteria, 'promotion criterion')}".replace("criterions", "criteria") if criteria else found
    )


def _guide(blueprint: Blueprint) -> str:
    guide = blueprint.guide
    if guide is None:
        return ""
    found = counted(len(guide.sections), "section")
    return f"{found}, {counted(len(guide.plans), 'preparation plan')}" if guide.plans else found


def headings(book: Book, part: Part) -> tuple[Heading, ...]:
    """The headings of one part's page."""
    make = _HEADINGS.get(part)
    return tuple(make(book)) if make else ()


def _overview(book: Book) -> Iterator[Heading]:
    yield Heading("_contents", "Contents")
    yield from (Heading(place.anchor, place.text) for place in book.of(Part.OVERVIEW) if _is_chapter(place.at))
    if book.blueprint.notes or book.blueprint.meta:
        yield Heading("_notes", "What to know about this text")
    yield Heading("_version", "This version")


def _role_headings(book: Book) -> Iterator[Heading]:
    return (Heading(place.anchor, place.text) for place in book.of(Part.ROLE) if _is_chapter(place.at))


def _is_chapter(path: str) -> bool:
    return path.startswith("chapters/") and path.count("/") == 1


def _scorecard_headings(book: Book) -> Iterator[Heading]:
    card = book.blueprint.scorecard
    below = (_heading(book, f"scorecard/dimensions/{index}") for index, _ in enumerate(card.dimensions))
    yield Heading("_weights", "Weights")
    yield Heading("_scale", "Scale")
    yield Heading("_dimensions", "Dimensions", tuple(below))
    if card.probes:
        yield Heading("_probes", "All probes")
    if card.signals:
        yield Heading("_signals", "All signals")


def _case_headings(book: Book) -> Iterator[Heading]:
    return (_heading(book, f"case_studies/{index}") for index, _ in enumerate(book.blueprint.case_studies))


def _competency_headings(book: Book) -> Iterator[Heading]:
    for group in dict.fromkeys(one.group for one in book.blueprint.competencies):
        below = (
            _heading(book, f"competencies/{index}")
            for index, one in enumerate(book.blueprint.competencies)
            if one.group == group
        )
        place = book.by_path[f"groups/{group}"]
        yield Heading(place.anchor, place.text, tuple(below))


def _plan_headings(book: Book) -> Iterator[Heading]:
    plan = book.blueprint.onboarding
    paths = [f"onboarding/milestones/{index}" for index, _ in enumerate(plan.milestones)] if plan else []
    return (_heading(book, path) for path in chain(paths, ("onboarding/long_term",)) if path in book.by_path)


def _metric_headings(book: Book) -> Iterator[Heading]:
    metrics = book.blueprint.metrics
    below = (_heading(book, f"metrics/metrics/{index}") for index, _ in enumerate(metrics.metrics if metrics else ()))
    yield Heading("_metrics", "Metrics", tuple(below))
    if metrics and metrics.guidance:
        yield Heading("_guidance", "Measuring well")


def _ladder_headings(book: Book) -> Iterator[Heading]:
    ladder = book.blueprint.ladder
    if ladder is None:
        return
    if ladder.feeder_roles or ladder.next_roles or ladder.adjacent_paths:
        yield Heading("_paths", "Career paths")
    yield Heading("_levels", "Levels")
    if ladder.requires:
        below = (Heading(f"_to-{step.above.id}", f"To {step.above.title}") for step in steps(book.blueprint))
        yield Heading("_steps", "What changes between levels", tuple(below))
    if ladder.promotions:
        yield Heading("_promotions", "What a promotion has to show")
    if ladder.evolution:
        yield _heading(book, "ladder/evolution")


def _guide_headings(book: Book) -> Iterator[Heading]:
    guide = book.blueprint.guide
    if guide is None:
        return
    yield from (_heading(book, f"guide/sections/{index}") for index, _ in enumerate(guide.sections))
    if guide.plans:
        yield Heading("_plans", "Preparation plans")


def _heading(book: Book, path: str) -> Heading:
    place = book.by_path[path]
    return Heading(place.anchor, place.text)


_HEADINGS = {
    Part.OVERVIEW: _overview,
    Part.ROLE: _role_headings,
    Part.SCORECARD: _scorecard_headings,
    Part.CASES: _case_headings,
    Part.COMPETENCIES: _competency_headings,
    Part.PLAN: _plan_headings,
    Part.METRICS: _metric_headings,
    Part.LADDER: _ladder_headings,
    Part.GUIDE: _guide_headings,
}
