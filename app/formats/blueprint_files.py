"""Loads a role blueprint from its files, or says everything that keeps it from being one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from app.formats import blueprint_lint as lint
from app.formats.blueprint_build import Parts, build
from app.formats.blueprint_desk import Desk, FolderSource, HeldSource
from app.formats.blueprint_schema import CaseShape, ScorecardShape
from app.formats.fault import Fault
from app.formats.plain_text import Spot
from app.formats.role_check import check_across, check_parts
from app.formats.role_schema import (
    CompetenciesShape,
    GuideShape,
    LadderShape,
    MetricsShape,
    OnboardingShape,
    RoleShape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.domain.blueprint import Blueprint
    from app.formats.blueprint_desk import Source

__all__ = ["Fault", "Loaded", "load_files", "load_role", "roles"]

RUBRICS, CASES = "rubrics", "case_studies"
"""The two folders below the common one, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A blueprint, or None when there are faults; warnings keep nothing from being used."""

    blueprint: Blueprint | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def roles(rubrics_dir: Path) -> tuple[str, ...]:
    """Return the ids of the roles in this folder, in order: each is a folder, not hidden, that holds YAML files."""
    if not rubrics_dir.is_dir():
        return ()
    seen = (folder for folder in rubrics_dir.iterdir() if not folder.name.startswith("."))
    return tuple(sorted(folder.name for folder in seen if any(folder.glob("*.yaml"))))


def load_role(folder: Path, cases_folder: Path) -> Loaded:
    """Load the role in `folder`, with the case studies that its scorecard names from `cases_folder`."""
    folder, cases_folder = folder.absolute(), cases_folder.absolute()
    base = Path(os.path.commonpath([folder, cases_folder]))
    below = [PurePosixPath(one.relative_to(base).as_posix()) for one in (folder, cases_folder)]
    return _load(FolderSource(base), folder.name, below[0], below[1])


def load_files(files: Mapping[str, bytes], role: str) -> Loaded:
    """Load a role from memory: `rubrics/<role>/<part>.yaml` and `case_studies/<case>.yaml` by name, as bytes."""
    return _load(HeldSource(files), role, PurePosixPath(RUBRICS, role), PurePosixPath(CASES))


def _load(source: Source, name: str, folder: PurePosixPath, cases_folder: PurePosixPath) -> Loaded:
    desk = Desk(source, name, folder)
    role = desk.read(RoleShape, desk.part("role"))
    parts = Parts(
        scorecard=desk.read_optional(ScorecardShape, desk.part("scorecard")),
        competencies=desk.read_optional(CompetenciesShape, desk.part("competencies")),
        onboarding=desk.read_optional(OnboardingShape, desk.part("onboarding")),
        metrics=desk.read_optional(MetricsShape, desk.part("metrics")),
        ladder=desk.read_optional(LadderShape, desk.part("ladder")),
        guide=desk.read_optional(GuideShape, desk.part("guide")),
    )
    cases = _check_scorecard(desk, parts.scorecard, cases_folder)
    check_parts(desk, parts)
    check_across(desk, role, parts)
    faults = tuple(sorted(set(desk.faults)))
    if faults or role is None:
        return Loaded(None, faults, tuple(desk.warnings))
    return Loaded(build(role, parts, cases), (), tuple(desk.warnings))


def _check_scorecard(
    desk: Desk, scorecard: ScorecardShape | None, cases_folder: PurePosixPath
) -> tuple[CaseShape, ...]:
    """Check the scorecard; read the case studies that it names and hold them against its dimensions."""
    name = desk.part("scorecard")
    if scorecard is None:
        if not desk.source.holds(name):
            desk.warn(desk.part("role"), [Spot(1, lint.NOBODY_HIRED)])
        return ()
    desk.blame(name, lint.check_scorecard(scorecard))
    desk.warn(name, lint.warn_scorecard(scorecard))
    known = None if "dimensions" in scorecard.holes else frozenset(one.id for one in scorecard.dimensions)
    cases: list[CaseShape] = []
    for index, case_id in enumerate(scorecard.case_studies):
        case_name = str(cases_folder / f"{case_id}.yaml")
        unfit = _unfit_case(desk, case_id, scorecard.case_studies[:index], case_name)
        if unfit:
            desk.blame(name, [Spot(scorecard.line("case_studies", index), unfit)])
            continue
        case = desk.read(CaseShape, case_name)
        if case:
            desk.blame(case_name, () if case.holes else lint.check_case(case, known))
            cases.append(case)
    return tuple(cases)


def _unfit_case(desk: Desk, case_id: str, before: list[str], name: str) -> str | None:
    """Say why this case study cannot be read; an id that is none never becomes part of a path that is opened."""
    if not lint.is_kebab(case_id):
        return f"the case study `{case_id}` is not a kebab-case id: write it like `cost-modeling`"
    if case_id in before:
        return f"the case study {case_id} is named twice: name it once"
    if not desk.source.holds(name):
        return f"there is no case study {case_id}: add {name}"
    return None
