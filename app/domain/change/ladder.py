"""Changes in the ladder: levels, what they require, and what a promotion has to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.change.lists import Kind, entries, gained, in_list
from app.domain.change.pairs import Key
from app.domain.change.record import Area, Effect
from app.domain.change.words import ORIGIN, Field, Scene, compared, counted, quoted, shown
from app.domain.ladder import Criterion, Evidence, Ladder, Level, Promotion, RungNeeded, Typical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.domain.change.record import Change

_GROWTH = (Effect.ASSESSMENTS, Effect.PROMOTIONS)
_LISTS = {
    "feeder_roles": "Feeder roles",
    "next_roles": "Next roles",
    "adjacent_paths": "Adjacent paths",
    "evolution": "Evolution",
}


def ladder(before: Ladder | None, after: Ladder | None, titles: Mapping[tuple[str, str], str]) -> Iterator[Change]:
    """Say what differs between two ladders."""
    scene = Scene(Area.LADDER, "the ladder", _GROWTH, "ladder", titles)
    if before is None or after is None:
        kept = before or after
        if kept:
            yield gained(scene, "ladder", counted(len(kept.levels), "level"), kept, gone=after is None)
        return
    yield from in_list(scene.below("levels"), _LEVEL, before.levels, after.levels)
    yield from in_list(scene.below("requires"), _needed_kind(scene), before.requires, after.requires)
    steps = scene.touching(Effect.PROMOTIONS).below("promotions")
    yield from in_list(steps, _promotion_kind(scene), before.promotions, after.promotions)
    for name, title in _LISTS.items():
        part = scene.touching(Effect.READING).below(name).of(title)
        yield from entries(part, getattr(before, name), getattr(after, name))
    words = {"rule": Field("rule"), "minimum": Field("minimum")}
    yield from compared(scene, before, after, words, elsewhere=("levels", "requires", "promotions", *_LISTS))


def _level(scene: Scene, before: Level, after: Level) -> Iterator[Change]:
    words = {"id": Field("id"), "title": Field("title"), "track": Field("track"), "rank": Field("rank")}
    yield from compared(scene, before, after, words, elsewhere=("typical",))
    yield from _typical(scene.touching(Effect.READING).below("typical"), before.typical, after.typical)


def _typical(scene: Scene, before: Typical | None, after: Typical | None) -> Iterator[Change]:
    if before is None or after is None:
        if before is not after:
            verb = "removed" if before else "added"
            yield scene.change(f"The typical time at {scene.place} is {verb}.", shown(before), shown(after))
        return
    words = {"least": Field("shortest typical time"), "most": Field("longest typical time"), "origin": ORIGIN}
    yield from compared(scene, before, after, words)


def _needed_kind(scene: Scene) -> Kind[RungNeeded]:
    def title(needed: RungNeeded) -> str:
        return f"{scene.title('competency', needed.competency)} at {scene.title('level', needed.level)}"

    def differ(own: Scene, before: RungNeeded, after: RungNeeded) -> Iterator[Change]:
        if before.rung != after.rung:
            level, competency = scene.title("level", after.level), scene.title("competency", after.competency)
            old, new = scene.title("level", before.rung), scene.title("level", after.rung)
            asks = f"{quoted(level)} asks for {quoted(competency)} at the rung {quoted(new)} instead of {quoted(old)}."
            yield own.change(asks, old, new)
        yield from compared(own, before, after, {}, elsewhere=("rung",))

    return Kind(
        noun="requirement",
        key=lambda needed: Key((needed.level, needed.competency), ""),
        title=title,
        differ=differ,
    )


def _promotion_kind(scene: Scene) -> Kind[Promotion]:
    def differ(own: Scene, before: Promotion, after: Promotion) -> Iterator[Change]:
        words = {"from_level": Field("level below", names="level"), "to_levels": Field("levels above", names="level")}
        yield from compared(own, before, after, words, elsewhere=("criteria",))
        yield from in_list(own.below("criteria"), _CRITERION, before.criteria, after.criteria)

    return Kind(
        noun="promotion",
        key=lambda step: Key(step.from_level, ""),
        title=lambda step: f"Promotion from {scene.title('level', step.from_level)}",
        differ=differ,
    )


def _criterion(scene: Scene, before: Criterion, after: Criterion) -> Iterator[Change]:
    words = {
        "id": Field("id"),
        "competencies": Field("competencies", names="competency"),
        "origin": ORIGIN,
    }
    if before.text != after.text:
        yield scene.change(f"The criterion {quoted(before.text)} is reworded.", before.text, after.text)
    yield from compared(scene, before, after, words, elsewhere=("text", "evidence"))
    yield from _evidence(scene.below("evidence"), before.evidence, after.evidence)


def _evidence(scene: Scene, before: Evidence | None, after: Evidence | None) -> Iterator[Change]:
    if before is None or after is None:
        if before is not after:
            verb = "removed" if before else "added"
            yield scene.change(f"The evidence of {scene.place} is {verb}.", shown(before), shown(after))
        return
    words = {
        "text": Field("evidence"),
        "least": Field("number of pieces of evidence"),
        "horizon": Field("time that evidence may come from"),
        "origin": ORIGIN,
    }
    yield from compared(scene, before, after, words)


_LEVEL: Kind[Level] = Kind(
    noun="level",
    key=lambda level: Key(level.id, level.title),
    title=lambda level: level.title,
    differ=_level,
)
_CRITERION: Kind[Criterion] = Kind(
    noun="criterion",
    key=lambda criterion: Key(criterion.id, criterion.text),
    title=lambda criterion: criterion.text,
    differ=_criterion,
    listed=False,
)
