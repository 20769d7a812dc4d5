"""Holds the files of one role against each other: who may point at what, and whether it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.formats import blueprint_lint as lint
from app.formats import role_lint
from app.formats.blueprint_schema import entries_of
from app.formats.role_build import CHAPTERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.formats.blueprint_build import Parts
    from app.formats.blueprint_desk import Desk
    from app.formats.blueprint_schema import FileShape, ScorecardShape
    from app.formats.plain_text import Spot
    from app.formats.role_schema import RoleShape


def check_parts(desk: Desk, folder: Path, parts: Parts) -> None:
    """Ask of each file that a role may do without whether it makes sense; files with holes are left alone."""
    if parts.competencies and not parts.competencies.holes:
        desk.blame(folder / "competencies.yaml", role_lint.check_competencies(parts.competencies))
    if parts.onboarding and not parts.onboarding.holes:
        desk.blame(folder / "onboarding.yaml", role_lint.check_onboarding(parts.onboarding))
        desk.warn(folder / "onboarding.yaml", role_lint.warn_onboarding(parts.onboarding))
    if parts.metrics and not parts.metrics.holes:
        desk.blame(folder / "metrics.yaml", role_lint.check_metrics(parts.metrics))
    if parts.ladder and not parts.ladder.holes:
        competencies = parts.competencies.competencies if parts.competencies else []
        told = _is_whole(parts.competencies, folder / "competencies.yaml")
        desk.blame(folder / "ladder.yaml", role_lint.check_ladder(parts.ladder, competencies if told else None))
    if parts.guide and not parts.guide.holes:
        desk.blame(folder / "guide.yaml", role_lint.check_guide(parts.guide))


def check_across(
    desk: Desk, folder: Path, role: RoleShape | None, scorecard: ScorecardShape | None, parts: Parts
) -> None:
    """Check what points from one file into another, and the ids of entries in each."""
    known = _known(folder, scorecard, parts)
    competencies = frozenset(one.id for one in parts.competencies.competencies) if parts.competencies else frozenset()
    if scorecard and _is_whole(parts.competencies, folder / "competencies.yaml"):
        desk.blame(folder / "scorecard.yaml", lint.check_competencies_named(scorecard, competencies))
    if role and not role.holes:
        desk.blame(folder / "role.yaml", _chapter_faults(role))
    for name, shape in (("role", role), *parts.named().items()):
        if shape and not shape.holes:
            desk.blame(folder / f"{name}.yaml", _entry_faults(shape, known))


def _chapter_faults(role: RoleShape) -> Iterator[Spot]:
    for key in CHAPTERS:
        chapter = getattr(role, key)
        if chapter:
            yield from role_lint.check_chapter(chapter)


def _entry_faults(shape: FileShape, known: frozenset[str] | None) -> Iterator[Spot]:
    entries = list(entries_of(shape))
    yield from lint.check_ids("entry", [entry for entry in entries if entry.id])
    for entry in entries if known is not None else ():
        yield from lint.check_references(entry, "refs", entry.refs, known or frozenset(), "id")


def _is_whole(shape: FileShape | None, path: Path) -> bool:
    """Tell whether all that the file names is known: it was read without holes, or there is no such file."""
    return not shape.holes if shape else not path.exists()


def _known(folder: Path, scorecard: ScorecardShape | None, parts: Parts) -> frozenset[str] | None:
    """Return every id that an entry may point at, or None when some cannot be told."""
    files = {"scorecard": scorecard, **parts.named()}
    if not all(_is_whole(shape, folder / f"{name}.yaml") for name, shape in files.items()):
        return None
    return frozenset(
        one.id
        for holder, key in (
            (scorecard, "dimensions"),
            (parts.competencies, "competencies"),
            (parts.onboarding, "milestones"),
            (parts.metrics, "metrics"),
            (parts.ladder, "levels"),
        )
        for one in getattr(holder, key, [])
    )
