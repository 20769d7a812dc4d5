"""Loads a role blueprint from its folder, or says everything that keeps it from being one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.formats import blueprint_lint as lint
from app.formats.blueprint_build import Parts, build
from app.formats.blueprint_desk import Desk
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
    from app.domain.blueprint import Blueprint

__all__ = ["Fault", "Loaded", "load_role", "roles"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A blueprint, or None when there are faults; warnings keep nothing from being used."""

    blueprint: Blueprint | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def roles(rubrics_dir: Path) -> tuple[str, ...]:
    """Return the ids of the roles in this folder, in order: each is a folder that holds YAML files."""
    if not rubrics_dir.is_dir():
        return ()
    return tuple(sorted(folder.name for folder in rubrics_dir.iterdir() if any(folder.glob("*.yaml"))))


def load_role(folder: Path, cases_folder: Path) -> Loaded:
    """Load the role in `folder`, with the case studies that its scorecard names from `cases_folder`."""
    desk = Desk(Path(os.path.commonpath([folder.absolute(), cases_folder.absolute()])))
    role = desk.read(RoleShape, folder / "role.yaml")
    scorecard = desk.read(ScorecardShape, folder / "scorecard.yaml")
    parts = Parts(
        competencies=desk.read_optional(CompetenciesShape, folder / "competencies.yaml"),
        onboarding=desk.read_optional(OnboardingShape, folder / "onboarding.yaml"),
        metrics=desk.read_optional(MetricsShape, folder / "metrics.yaml"),
        ladder=desk.read_optional(LadderShape, folder / "ladder.yaml"),
        guide=desk.read_optional(GuideShape, folder / "guide.yaml"),
    )
    cases = _check_scorecard(desk, folder / "scorecard.yaml", scorecard, cases_folder) if scorecard else ()
    check_parts(desk, folder, parts)
    check_across(desk, folder, role, scorecard, parts)
    faults = tuple(sorted(set(desk.faults)))
    if faults or role is None or scorecard is None:
        return Loaded(None, faults, tuple(desk.warnings))
    return Loaded(build(role, scorecard, cases, parts), (), tuple(desk.warnings))


def _check_scorecard(desk: Desk, path: Path, scorecard: ScorecardShape, cases_folder: Path) -> tuple[CaseShape, ...]:
    """Check the scorecard; read the case studies that it names and hold them against its dimensions."""
    desk.blame(path, lint.check_scorecard(scorecard))
    desk.warn(path, lint.warn_scorecard(scorecard))
    known = None if "dimensions" in scorecard.holes else frozenset(one.id for one in scorecard.dimensions)
    cases: list[CaseShape] = []
    for index, name in enumerate(scorecard.case_studies):
        case_path = cases_folder / f"{name}.yaml"
        unfit = _unfit_case(name, scorecard.case_studies[:index], case_path)
        if unfit:
            desk.blame(path, [Spot(scorecard.line("case_studies", index), unfit)])
            continue
        case = desk.read(CaseShape, case_path)
        if case:
            desk.blame(case_path, () if case.holes else lint.check_case(case, known))
            cases.append(case)
    return tuple(cases)


def _unfit_case(name: str, before: list[str], path: Path) -> str | None:
    """Say why this case study cannot be read; a name that is no id never becomes part of a path."""
    if not lint.is_kebab(name):
        return f"the case study `{name}` is not a kebab-case id: write it like `cost-modeling`"
    if name in before:
        return f"the case study {name} is named twice: name it once"
    if not path.is_file():
        return f"there is no case study {name}: add {path.parent.name}/{path.name}"
    return None
