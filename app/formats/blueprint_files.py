"""Loads a role blueprint from its folder, or says everything that keeps it from being one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.formats import blueprint_lint as lint
from app.formats.blueprint_build import build
from app.formats.blueprint_schema import CaseShape, FileShape, RoleShape, ScorecardShape
from app.formats.blueprint_shape import Shaped, fit
from app.formats.fault import Fault
from app.formats.plain_text import Spot
from app.formats.yaml_source import MAX_BYTES, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.blueprint import Blueprint

__all__ = ["Fault", "Loaded", "load_role", "roles"]

_S = TypeVar("_S", bound=FileShape)


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
    desk = _Desk(Path(os.path.commonpath([folder.absolute(), cases_folder.absolute()])))
    role = desk.read(RoleShape, folder / "role.yaml")
    scorecard = desk.read(ScorecardShape, folder / "scorecard.yaml")
    _check_names(desk, folder, role, scorecard)
    cases: list[Shaped[CaseShape]] = []
    if scorecard:
        path = folder / "scorecard.yaml"
        desk.blame(path, lint.check_scorecard(scorecard.shape, scorecard.holes))
        desk.warn(path, lint.warn_scorecard(scorecard.shape))
        cases = _read_cases(desk, path, scorecard, cases_folder)
    faults = tuple(sorted(set(desk.faults)))
    if faults or role is None or scorecard is None:
        return Loaded(None, faults, tuple(desk.warnings))
    blueprint = build(role.shape, scorecard.shape, [case.shape for case in cases])
    return Loaded(blueprint, (), tuple(desk.warnings))


@dataclass(slots=True)
class _Desk:
    """What has been found so far; files are named relative to `base`."""

    base: Path
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def read(self, kind: type[_S], path: Path) -> Shaped[_S] | None:
        """Return the file fitted to its shape, or None when it could not be read at all."""
        raw = self._bytes(path)
        if raw is None:
            return None
        read = read_yaml(raw)
        self.blame(path, read.faults)
        if read.top is None:
            return None
        self.blame(path, lint.check_texts(read.top))
        shaped = fit(kind, read.top)
        self.blame(path, shaped.faults)
        return shaped

    def blame(self, path: Path, spots: Iterable[Spot]) -> None:
        self.faults += self._named(path, spots)

    def warn(self, path: Path, spots: Iterable[Spot]) -> None:
        self.warnings += self._named(path, spots)

    def _named(self, path: Path, spots: Iterable[Spot]) -> list[Fault]:
        name = path.absolute().relative_to(self.base).as_posix()
        return [Fault(name, spot.line, spot.message) for spot in spots]

    def _bytes(self, path: Path) -> bytes | None:
        try:
            with path.open("rb") as opened:
                return opened.read(MAX_BYTES + 1)
        except FileNotFoundError:
            self.blame(path, [Spot(1, "this file is missing: add it")])
        except OSError as error:
            self.blame(path, [Spot(1, f"this file cannot be read: {error.strerror}")])
        return None


def _check_names(
    desk: _Desk, folder: Path, role: Shaped[RoleShape] | None, scorecard: Shaped[ScorecardShape] | None
) -> None:
    """One id names the folder and the files in it."""
    for shaped, name in ((role, "role.yaml"), (scorecard, "scorecard.yaml")):
        if shaped and "id" not in shaped.holes and shaped.shape.id != folder.name:
            message = f"the id is {shaped.shape.id} but the folder is {folder.name}: give both the same name"
            desk.blame(folder / name, [Spot(shaped.shape.line("id"), message)])


def _read_cases(
    desk: _Desk, path: Path, scorecard: Shaped[ScorecardShape], cases_folder: Path
) -> list[Shaped[CaseShape]]:
    """Read the case studies that the scorecard names, and hold them against its dimensions."""
    shape = scorecard.shape
    known = None if "dimensions" in scorecard.holes else frozenset(dimension.id for dimension in shape.dimensions)
    cases: list[Shaped[CaseShape]] = []
    for index, name in enumerate(shape.case_studies):
        line = shape.line("case_studies", index)
        case_path = cases_folder / f"{name}.yaml"
        unfit = _unfit_case(name, shape.case_studies[:index], case_path)
        if unfit:
            desk.blame(path, [Spot(line, unfit)])
            continue
        case = desk.read(CaseShape, case_path)
        if case:
            _check_case(desk, case_path, case, known)
            cases.append(case)
    return cases


def _unfit_case(name: str, before: list[str], path: Path) -> str | None:
    """Say why this case study cannot be read; a name that is no id never becomes part of a path."""
    if not lint.is_kebab(name):
        return f"the case study `{name}` is not a kebab-case id: write it like `cost-modeling`"
    if name in before:
        return f"the case study {name} is named twice: name it once"
    if not path.is_file():
        return f"there is no case study {name}: add {path.parent.name}/{path.name}"
    return None


def _check_case(desk: _Desk, path: Path, case: Shaped[CaseShape], known: frozenset[str] | None) -> None:
    shape = case.shape
    if "id" not in case.holes and shape.id != path.stem:
        message = f"the id is {shape.id} but the file is {path.name}: give both the same name"
        desk.blame(path, [Spot(shape.line("id"), message)])
    if not case.holes:
        desk.blame(path, lint.check_case(shape, known))
