"""The differences between two blueprints, in words, and what they reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.blueprint import Meta, Role
from app.domain.change.growth import competencies, guide, metrics, onboarding
from app.domain.change.ladder import ladder
from app.domain.change.lists import Kind, chapters, in_list, sections
from app.domain.change.pairs import Key
from app.domain.change.record import Area, Change, Effect
from app.domain.change.scorecard import cases, scorecard
from app.domain.change.words import Field, Scene, compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from app.domain.blueprint import Blueprint
    from app.domain.outline import Place

__all__ = ["Area", "Change", "Effect", "Summary", "changes", "nearest", "summary"]

_READING = (Effect.READING,)
_PARTS = frozenset(
    {"role", "scorecard", "case_studies", "chapters", "competencies", "onboarding", "metrics", "ladder", "guide"}
) | {"notes", "meta"}


@dataclass(frozen=True, slots=True)
class Summary:
    """How many changes there are in each area and for each effect, in order; what has none is left out."""

    total: int
    areas: tuple[tuple[Area, int], ...]
    effects: tuple[tuple[Effect, int], ...]


def changes(before: Blueprint, after: Blueprint) -> tuple[Change, ...]:
    """Return every difference between two blueprints, by area; none exactly when they are equal."""
    if before == after:
        return ()
    found = sorted(_found(before, after), key=lambda change: _ORDER[change.area])
    return tuple(found)


def summary(found: Iterable[Change]) -> Summary:
    """Count changes by area and by effect."""
    held = tuple(found)
    areas = Counter(change.area for change in held)
    effects = Counter(effect for change in held for effect in change.effects)
    return Summary(
        total=len(held),
        areas=tuple((area, areas[area]) for area in Area if areas[area]),
        effects=tuple((effect, effects[effect]) for effect in Effect if effects[effect]),
    )


def nearest(at: str, known: Mapping[str, Place]) -> Place | None:
    """Return the place of what stands at this path, else of the closest thing that holds it; `known` is by path."""
    steps = at.split("/")
    paths = ("/".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((known[path] for path in paths if path in known), None)


def _found(before: Blueprint, after: Blueprint) -> Iterator[Change]:
    titles = _titles(before) | _titles(after)
    role = Scene(Area.ROLE, "the role", _READING, titles=titles)
    yield from _role(role.below("role"), before.role, after.role)
    yield from chapters(role.below("chapters"), before.chapters, after.chapters)
    yield from scorecard(before.scorecard, after.scorecard, titles)
    yield from cases(before.case_studies, after.case_studies, titles)
    yield from competencies(before.competencies, after.competencies, titles)
    yield from onboarding(before.onboarding, after.onboarding)
    yield from metrics(before.metrics, after.metrics)
    yield from ladder(before.ladder, after.ladder, titles)
    yield from guide(before.guide, after.guide)
    notes = Scene(Area.NOTES, "the notes", _READING, titles=titles)
    yield from sections(notes.below("notes"), before.notes, after.notes)
    yield from in_list(Scene(Area.NOTES, "the extra fields", _READING, "meta"), _META, before.meta, after.meta)
    yield from compared(notes, before, after, {}, elsewhere=tuple(_PARTS))


def _role(scene: Scene, before: Role, after: Role) -> Iterator[Change]:
    words = {"id": Field("id"), "title": Field("title"), "summary": Field("summary"), "mission": Field("mission")}
    return compared(scene, before, after, words)


def _titles(blueprint: Blueprint) -> dict[tuple[str, str], str]:
    """Return what a reader calls the things that ids point at, by kind and id."""
    levels = blueprint.ladder.levels if blueprint.ladder else ()
    return (
        {("dimension", one.id): one.title for one in blueprint.scorecard.dimensions}
        | {("competency", one.id): one.title for one in blueprint.competencies}
        | {("level", one.id): one.title for one in levels}
        | _WORDS
    )


def _meta(scene: Scene, before: Meta, after: Meta) -> Iterator[Change]:
    return compared(scene, before, after, {"json": Field("content")})


_ORDER = {area: place for place, area in enumerate(Area)}
_WORDS = {
    ("signal", "red_flag"): "red flag",
    ("rule", "weighted-mean"): "weighted mean",
    ("rule", "sum-threshold"): "sum that is enough",
    ("rule", "every-required"): "every requirement met",
}
_META: Kind[Meta] = Kind(
    noun="extra field",
    key=lambda meta: Key((meta.file, meta.key), meta.key),
    title=lambda meta: f"{meta.key} in {meta.file}",
    differ=_meta,
)
