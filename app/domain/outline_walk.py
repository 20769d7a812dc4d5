"""Finds every text of a blueprint, in the order in which people read it, with the titles that stand above it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from app.domain.part import OVERVIEW_CHAPTERS, Part, chapter_title, group_title, level_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.domain.blueprint import Blueprint, CaseStudy, Scorecard
    from app.domain.competency import Competency
    from app.domain.entry import Chapter, Entry, Origin, Section
    from app.domain.guide import Guide
    from app.domain.ladder import Ladder, Promotion
    from app.domain.metric import Metrics
    from app.domain.milestone import Onboarding

_FIELDS = {
    "description": "What it is",
    "use": "What it is for",
    "why": "Why it matters",
    "shows": "How it shows",
    "strong": "At its best",
}
"""The texts of a competency and the words that stand before each."""
_SLUG = 40
HEAD, NAMED, DERIVED = range(3)
"""Who gets a wanted anchor first: what a part is made of, what has an id of its own, and everything else."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text, where it was found, and the anchor it would like; `rank` settles who gets it."""

    part: Part
    at: str
    trail: tuple[str, ...]
    text: str
    wish: str
    rank: int = DERIVED
    detail: str = ""
    tags: tuple[str, ...] = ()
    origin: Origin = "source"
    id: str | None = None


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the walk stands: its part, path and titles, and the beginning of the anchors derived here."""

    part: Part
    at: str
    trail: tuple[str, ...] = ()
    prefix: str = ""

    def found(self, text: str, wish: str, *, rank: int = DERIVED, origin: Origin = "source") -> Found:
        """The text that stands here."""
        return Found(self.part, self.at, self.trail, text, slug(wish, whole=True), rank, origin=origin)

    def head(self, text: str, name: str, *, rank: int = HEAD, origin: Origin = "source") -> Found:
        """The title of what stands here, under an id of the blueprint."""
        return replace(self.found(text, name, rank=rank, origin=origin), id=name)

    def field(self, name: str, text: str | None, *titles: str) -> Iterator[Found]:
        """One of the texts of what stands here, if it has one."""
        if text:
            yield self.below(name, *titles).found(text, f"{self.prefix}-{name}")

    def below(self, step: str | int, *titles: str, prefix: str | None = None) -> _Here:
        """One step further down, under more titles."""
        at = f"{self.at}/{step}" if self.at else str(step)
        return replace(self, at=at, trail=(*self.trail, *titles), prefix=self.prefix if prefix is None else prefix)


def slug(text: str, *, whole: bool = False) -> str:
    """Return a text as part of an address: small letters and digits of any script, joined by hyphens.

    The first words are enough, unless the `whole` text is wanted, as of an id.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    if not whole:
        lengths = accumulate(len(word) + 1 for word in words)
        short = [word for word, length in zip(words, lengths, strict=True) if length <= _SLUG]
        words = short or [word[:_SLUG] for word in words[:1]]
    return "-".join(words) or "entry"


def walk(blueprint: Blueprint) -> Iterator[Found]:
    """Return every text of the blueprint, part by part."""
    return chain(
        _overview(blueprint),
        *(
            _chapter(chapter, _Here(Part.ROLE, f"chapters/{index}"))
            for index, chapter in enumerate(blueprint.chapters)
            if chapter.id not in OVERVIEW_CHAPTERS
        ),
        _scorecard(blueprint.scorecard) if blueprint.scorecard.rates else (),
        *(_case(case, _Here(Part.CASES, f"case_studies/{index}")) for index, case in enumerate(blueprint.case_studies)),
        _competencies(blueprint),
        _plan(blueprint.onboarding) if blueprint.onboarding else (),
        _metrics(blueprint.metrics) if blueprint.metrics else (),
        _ladder(blueprint, blueprint.ladder) if blueprint.ladder else (),
        _guide(blueprint.guide) if blueprint.guide else (),
    )


def _entries(entries: Sequence[Entry], here: _Here) -> Iterator[Found]:
    for index, entry in enumerate(entries):
        spot = here.below(index)
        wish = entry.id or f"{here.prefix}-{slug(entry.text)}"
        found = Found(
            spot.part, spot.at, spot.trail, entry.text, slug(wish, whole=True),
            rank=NAMED if entry.id else DERIVED, detail=entry.detail or "", tags=entry.tags, origin=entry.origin,
            id=entry.id,
        )  # fmt: skip
        yield found
        yield from _entries(entry.items, spot.below("items", entry.text))


def _section(section: Section, here: _Here, name: str) -> Iterator[Found]:
    yield replace(here.head(section.title, name, rank=NAMED), id=section.id)
    inside = replace(here, trail=(*here.trail, section.title), prefix=slug(section.id))
    yield from inside.field("note", section.note)
    yield from _entries(section.entries, inside.below("entries"))


def _chapter(chapter: Chapter, here: _Here) -> Iterator[Found]:
    title = chapter_title(chapter.id)
    yield here.head(title, chapter.id)
    inside = replace(here, trail=(title,), prefix=slug(chapter.id))
    yield from inside.field("note", chapter.note)
    for index, section in enumerate(chapter.sections):
        yield from _section(section, inside.below("sections").below(index), f"{chapter.id} {section.id}")


def _overview(blueprint: Blueprint) -> Iterator[Found]:
    role, here = blueprint.role, _Here(Part.OVERVIEW, "role")
    yield here.head(role.title, role.id)
    for index, paragraph in enumerate(paragraphs(role.summary)):
        spot = here.below("summary", "Summary").below(index)
        yield spot.found(paragraph, f"summary {slug(paragraph)}")
    yield from replace(here, prefix="role").field("mission", role.mission, "Mission")
    for index, chapter in enumerate(blueprint.chapters):
        if chapter.id in OVERVIEW_CHAPTERS:
            yield from _chapter(chapter, _Here(Part.OVERVIEW, f"chapters/{index}"))
    for index, section in enumerate(blueprint.notes):
        spot = _Here(Part.OVERVIEW, f"notes/{index}", ("What to know about this text",))
        yield from _section(section, spot, f"notes {section.id}")


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text; an empty line parts them."""
    return tuple(paragraph for paragraph in text.split("\n\n") if paragraph)


def _scorecard(card: Scorecard) -> Iterator[Found]:
    here = _Here(Part.SCORECARD, "scorecard")
    yield here.head("Scorecard", card.id, rank=NAMED)
    for index, point in enumerate(card.scale.points):
        spot = here.below("scale", "Scale").below("points").below(index)
        yield spot.found(point.title, f"scale {point.value}")
    for index, dimension in enumerate(card.dimensions):
        spot = here.below("dimensions", "Dimensions").below(index)
        yield spot.head(dimension.title, dimension.id)
        for place, anchor in enumerate(dimension.anchors):
            at = spot.below("anchors", dimension.title, f"At {anchor.value}").below(place)
            yield at.found(anchor.text, f"{dimension.id} at {anchor.value}", origin=anchor.origin)
    for index, probe in enumerate(card.probes):
        spot = here.below("probes", "Probes").below(index)
        yield replace(spot.head(probe.title, probe.id, rank=NAMED, origin=probe.origin), detail=probe.question)
    for index, signal in enumerate(card.signals):
        spot = here.below("signals", "Signals", SIGNALS[signal.kind]).below(index)
        yield spot.head(signal.text, signal.id, rank=NAMED, origin=signal.origin)


SIGNALS = {"strong": "Strong", "weak": "Weak", "red_flag": "Red flag"}
"""The kinds of signals in words."""


def _case(case: CaseStudy, here: _Here) -> Iterator[Found]:
    yield here.head(case.title, case.id)
    inside = replace(here, trail=(case.title,), prefix=slug(case.id))
    yield from inside.field("applicability", case.applicability, "When to use it")
    yield from inside.field("prompt", case.prompt, "The task")
    yield from _entries(case.outputs, inside.below("outputs", "What is handed in"))
    yield from _entries(case.marking, inside.below("marking", "Marking guide"))


def _competencies(blueprint: Blueprint) -> Iterator[Found]:
    for group in dict.fromkeys(competency.group for competency in blueprint.competencies):
        yield _Here(Part.COMPETENCIES, f"groups/{group}").found(group_title(group), f"group {group}", rank=NAMED)
        for index, competency in enumerate(blueprint.competencies):
            if competency.group == group:
                yield from _competency(blueprint, competency, _Here(Part.COMPETENCIES, f"competencies/{index}"))


def _competency(blueprint: Blueprint, competency: Competency, here: _Here) -> Iterator[Found]:
    above = replace(here, trail=(group_title(competency.group),))
    yield replace(
        above.head(competency.title, competency.id, origin=competency.origin),
        tags=(*((competency.importance,) if competency.importance else ()), *competency.qualifiers),
    )
    inside = replace(above, trail=(*above.trail, competency.title), prefix=slug(competency.id))
    for name, words in _FIELDS.items():
        yield from inside.field(name, getattr(competency, name), words)
    for index, rung in enumerate(competency.rungs):
        title = level_title(blueprint, rung.id)
        spot = inside.below("rungs").below(index)
        yield replace(spot.found(title, f"{competency.id} {rung.id}", rank=NAMED), id=rung.id)
        deeper = replace(spot, trail=(*spot.trail, title))
        yield from _entries(rung.criteria, deeper.below("criteria"))
        yield from _entries(rung.examples, deeper.below("examples", "For example"))


def _plan(onboarding: Onboarding) -> Iterator[Found]:
    for index, milestone in enumerate(onboarding.milestones):
        here = _Here(Part.PLAN, f"onboarding/milestones/{index}")
        yield here.head(milestone.title, milestone.id)
        inside = replace(here, trail=(milestone.title,), prefix=slug(milestone.id))
        yield from _entries(milestone.goals, inside.below("goals", "Goals"))
        yield from _entries(milestone.evidence, inside.below("evidence", "Evidence of success"))
    if onboarding.long_term:
        here = _Here(Part.PLAN, "onboarding/long_term", (), "long-term")
        yield here.found(onboarding.long_term.title, "long-term", rank=NAMED)
        yield from _entries(onboarding.long_term.goals, here.below("goals", onboarding.long_term.title))


def _metrics(metrics: Metrics) -> Iterator[Found]:
    top = _Here(Part.METRICS, "metrics", (), "metrics")
    yield from top.field("note", metrics.note)
    for index, metric in enumerate(metrics.metrics):
        here = top.below("metrics").below(index)
        yield replace(here.head(metric.title, metric.id, origin=metric.origin), tags=metric.frequency)
        inside = replace(here, trail=(metric.title,), prefix=slug(metric.id))
        yield from inside.field("measures", metric.measures, "What it measures")
        yield from inside.field("why", metric.why, "Why it matters")
        yield from inside.field("target", metric.target.text, "Target")
    yield from _entries(metrics.guidance, top.below("guidance", "Measuring well", prefix="guidance"))


def _ladder(blueprint: Blueprint, ladder: Ladder) -> Iterator[Found]:
    top = _Here(Part.LADDER, "ladder")
    for index, level in enumerate(ladder.levels):
        yield top.below("levels", "Levels").below(index).head(level.title, level.id)
    for index, step in enumerate(ladder.promotions):
        yield from _promotion(blueprint, step, top.below("promotions").below(index))
    for name, title in PATHS.items():
        entries: tuple[Entry, ...] = getattr(ladder, name)
        if entries:
            here = top.below(name)
            yield here.found(title, name.replace("_", "-"), rank=NAMED)
            yield from _entries(entries, replace(here, trail=(title,), prefix=name.replace("_", "-")))


PATHS = {
    "feeder_roles": "Where people come from",
    "next_roles": "Where people go next",
    "adjacent_paths": "Adjacent paths",
    "evolution": "How the role evolves",
}
"""The ladder's lists of roles and paths, and their titles."""


def _promotion(blueprint: Blueprint, step: Promotion, here: _Here) -> Iterator[Found]:
    title = promotion_title(blueprint, step)
    yield here.found(title, f"from {step.from_level} to {' '.join(step.to_levels)}", rank=NAMED)
    for index, criterion in enumerate(step.criteria):
        spot = here.below("criteria", title).below(index)
        yield spot.head(criterion.text, criterion.id, rank=NAMED, origin=criterion.origin)
        if criterion.evidence:
            proof = spot.below("evidence", criterion.text, "Evidence")
            yield proof.found(criterion.evidence.text, f"{criterion.id} evidence", origin=criterion.evidence.origin)


def promotion_title(blueprint: Blueprint, step: Promotion) -> str:
    """Return a promotion in words: from which level to which."""
    goals = " or ".join(level_title(blueprint, level) for level in step.to_levels)
    return f"From {level_title(blueprint, step.from_level)} to {goals}"


def _guide(guide: Guide) -> Iterator[Found]:
    for index, section in enumerate(guide.sections):
        yield from _section(section, _Here(Part.GUIDE, f"guide/sections/{index}"), section.id)
    for index, plan in enumerate(guide.plans):
        here = _Here(Part.GUIDE, f"guide/plans/{index}", ("Preparation plans",))
        yield here.head(plan.title, plan.id, rank=NAMED)
        inside = replace(here, trail=(*here.trail, plan.title), prefix=slug(plan.id))
        yield from _entries(plan.tasks, inside.below("tasks"))
