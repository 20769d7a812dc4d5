"""Holds the files of one role against each other: who may point at what, and whether it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.formats import blueprint_lint as lint
from app.formats import role_lint
from app.formats.blueprint_schema import entries_of
from app.formats.role_build import CHAPTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.formats.blueprint_build import Parts
    from app.formats.blueprint_desk import Desk
    from app.formats.blueprint_schema import FileShape
    from app.formats.plain_text import Spot
    from app.formats.role_schema import RoleShape


def check_parts(desk: Desk, parts: Parts) -> None:
    """Ask of each file that a role may do without whether it makes sense; files with holes are left alone."""
    if parts.competencies and not parts.competencies.holes:
        desk.blame(desk.part("competencies"), role_lint.check_competencies(parts.competencies))
    if parts.onboarding and not parts.onboarding.holes:
        desk.blame(desk.part("onboarding"), role_lint.check_onboarding(parts.onboarding))
        desk.warn(desk.part("onboarding"), role_lint.warn_onboarding(parts.onboarding))
    if parts.metrics and not parts.metrics.holes:
        desk.blame(desk.part("metrics"), role_lint.check_metrics(parts.metrics))
    if parts.ladder and not parts.ladder.holes:
        competencies = parts.competencies.competencies if parts.competencies else []
        told = _is_whole(desk, "competencies", parts.competencies)
        desk.blame(desk.part("ladder"), role_lint.check_ladder(parts.ladder, competencies if told else None))
        if parts.competencies and told:
            desk.warn(desk.part("ladder"), role_lint.warn_reach(parts.ladder, competencies))
            desk.blame(desk.part("competencies"), role_lint.check_rung_order(parts.competencies, parts.ladder))
            desk.blame(desk.part("competencies"), role_lint.check_points(parts.competencies, parts.ladder))
    if parts.guide and not parts.guide.holes:
        desk.blame(desk.part("guide"), role_lint.check_guide(parts.guide))


def check_across(desk: Desk, role: RoleShape | None, parts: Parts) -> None:
    """Check what points from one file into another, and the ids of entries in each."""
    known = _known(desk, parts)
    competencies = frozenset(one.id for one in parts.competencies.competencies) if parts.competencies else frozenset()
    if parts.scorecard and _is_whole(desk, "competencies", parts.competencies):
        desk.blame(desk.part("scorecard"), lint.check_competencies_named(parts.scorecard, competencies))
    if parts.scorecard and parts.ladder and not parts.ladder.holes:
        levels = frozenset(level.id for level in parts.ladder.levels)
        desk.blame(desk.part("scorecard"), lint.check_levels_named(parts.scorecard, levels))
    if role and not role.holes:
        desk.blame(desk.part("role"), _chapter_faults(role))
        desk.warn(desk.part("role"), role_lint.warn_role(role))
    for name, shape in (("role", role), *parts.named().items()):
        if shape and not shape.holes:
            desk.blame(desk.part(name), _entry_faults(shape, known))


def _chapter_faults(role: RoleShape) -> Iterator[Spot]:
    for key in CHAPTERS:
        chapter = getattr(role, key)
        if chapter:
            yield from role_lint.check_chapter(key, chapter)


def _entry_faults(shape: FileShape, known: frozenset[str] | None) -> Iterator[Spot]:
    entries = list(entries_of(shape))
    yield from lint.check_ids("entry", [entry for entry in entries if entry.id])
    for entry in entries if known is not None else ():
        yield from lint.check_references(entry, "refs", entry.refs, known or frozenset(), "id")


def _is_whole(desk: Desk, name: str, shape: FileShape | None) -> bool:
    """Tell whether all that the file names is known: it was read without holes, or there is no such file."""
    return not shape.holes if shape else not desk.source.holds(desk.part(name))


def _known(desk: Desk, parts: Parts) -> frozenset[str] | None:
    """Return every id that an entry may point at, or None when some cannot be told."""
    if not all(_is_whole(desk, name, shape) for name, shape in parts.named().items()):
        return None
    return frozenset(
        one.id
        for holder, key in (
            (parts.scorecard, "dimensions"),
            (parts.competencies, "competencies"),
            (parts.onboarding, "milestones"),
            (parts.metrics, "metrics"),
            (parts.ladder, "levels"),
        )
        for one in getattr(holder, key, [])
    )
