"""Check role blueprints for faults, or show what one holds."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BAD_INPUT, BadInputError
from app.formats.blueprint_files import load_role, roles
from app.settings import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from app.domain.blueprint import Blueprint
    from app.formats.blueprint_files import Loaded


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="list every fault and warning; exit 2 when there is a fault")
    check.add_argument("role", nargs="?", metavar="ROLE|FOLDER", help="one role, or a role's folder; all roles without")
    show = actions.add_parser("show", help="summarize one blueprint")
    show.add_argument("role", metavar="ROLE|FOLDER")
    for action in (check, show):
        action.add_argument("--json", action="store_true", help="answer as JSON")
    count = actions.add_parser("inventory", help="print as JSON how long each list is that was taken from the source")
    count.add_argument("role", metavar="ROLE|FOLDER")
    actions.add_parser("schema", help="print the JSON Schema of blueprint files, for editors")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return 0, or 2 when a blueprint has faults."""
    match arguments.action:
        case "schema":
            return _schema()
        case "inventory":
            return _inventory(_folder(arguments.role))
        case "show":
            return _show(_folder(arguments.role), as_json=arguments.json)
        case _:
            names = [arguments.role] if arguments.role else roles(load(os.environ).rubrics_dir)
            return _check([_folder(name) for name in names], as_json=arguments.json)


def _schema() -> int:
    from app.formats.json_schema import json_schema

    sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    return 0


def _inventory(folder: Path) -> int:
    from app.domain.inventory import inventory

    loaded = _load(folder)
    if loaded.blueprint is None:
        return _check([folder], as_json=False)
    sys.stdout.write(json.dumps(inventory(loaded.blueprint), indent=2, ensure_ascii=False) + "\n")
    return 0


def _folder(name: str) -> Path:
    """Return the folder meant by a role's id or by a path."""
    rubrics = load(os.environ).rubrics_dir
    known = roles(rubrics)
    if name in known:
        return rubrics / name
    if Path(name).is_dir():
        return Path(name)
    message = f"There is no role or folder {name!r}; the roles here are: {', '.join(known) or 'none'}"
    raise BadInputError(message)


def _load(folder: Path) -> Loaded:
    """Load a role with the case studies that lie beside its rubrics folder, else with this installation's."""
    beside = folder.absolute().parent.parent / "case_studies"
    return load_role(folder, beside if beside.is_dir() else load(os.environ).case_studies_dir)


def _check(folders: Sequence[Path], *, as_json: bool) -> int:
    loaded = {folder.absolute().name: _load(folder) for folder in folders}
    if as_json:
        sys.stdout.write(json.dumps({name: _findings(one) for name, one in loaded.items()}, indent=2) + "\n")
    else:
        for name, one in loaded.items():
            sys.stdout.write("".join(f"{line}\n" for line in _check_lines(name, one)))
    return BAD_INPUT if any(one.faults for one in loaded.values()) else 0


def _findings(loaded: Loaded) -> dict[str, object]:
    return {
        kind: [{"file": fault.file, "line": fault.line, "message": fault.message} for fault in found]
        for kind, found in (("faults", loaded.faults), ("warnings", loaded.warnings))
    }


def _check_lines(name: str, loaded: Loaded) -> list[str]:
    faults, warnings = len(loaded.faults), len(loaded.warnings)
    return [
        *(str(fault) for fault in loaded.faults),
        *(f"{warning.file}:{warning.line}: warning: {warning.message}" for warning in loaded.warnings),
        f"{name}: {_counted(faults, 'fault')}, {_counted(warnings, 'warning')}",
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"


def _show(folder: Path, *, as_json: bool) -> int:
    loaded = _load(folder)
    if loaded.blueprint is None:
        return _check([folder], as_json=as_json)
    lines = [json.dumps(_facts(loaded.blueprint), indent=2)] if as_json else _summary(loaded.blueprint)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _facts(blueprint: Blueprint) -> dict[str, object]:
    from app.domain.blueprint import canonical_json, digest

    canonical = canonical_json(blueprint)
    return {"sha256": digest(canonical), "blueprint": json.loads(canonical)}


def _summary(blueprint: Blueprint) -> list[str]:
    from app.domain.blueprint import canonical_json, digest

    card = blueprint.scorecard
    scale = ", ".join(f"{point.value} {point.title}" for point in card.scale.points)
    width = max(len(dimension.title) for dimension in card.dimensions)
    return [
        blueprint.role.title,
        f"scale: {scale}; the bar is {card.scale.meets}",
        "",
        f"{'dimension':<{width}}  weight  anchors  probes  signals",
        *(
            f"{one.title:<{width}}  {'none' if one.weight is None else one.weight:>6}  {len(one.anchors):>7}"
            f"  {len(card.probes_for(one.id)):>6}  {len(card.signals_for(one.id)):>7}"
            for one in card.dimensions
        ),
        "",
        f"probes: {len(card.probes)}, signals: {len(card.signals)}, rule: {card.decision.kind}",
        *(
            f"case {case.label}: {case.title}, {case.minutes_min} to {case.minutes_max} minutes, "
            f"{' or '.join(case.formats)}, {len(case.outputs)} outputs"
            for case in blueprint.case_studies
        ),
        *_parts(blueprint),
        "",
        f"sha256 {digest(canonical_json(blueprint))}",
    ]


def _parts(blueprint: Blueprint) -> list[str]:
    """Return a line for each part beyond the scorecard that this blueprint has."""
    onboarding, metrics, ladder, guide = blueprint.onboarding, blueprint.metrics, blueprint.ladder, blueprint.guide
    groups = dict.fromkeys(competency.group for competency in blueprint.competencies)
    lines = [
        blueprint.chapters and f"chapters: {', '.join(chapter.id for chapter in blueprint.chapters)}",
        groups and f"competencies: {len(blueprint.competencies)}, in {', '.join(groups)}",
        onboarding and f"milestones: {', '.join(milestone.id for milestone in onboarding.milestones)}",
        metrics and f"metrics: {len(metrics.metrics)}",
        ladder and f"levels: {', '.join(level.id for level in ladder.levels)}",
        guide and f"plans to prepare: {', '.join(plan.title.lower() for plan in guide.plans)}",
    ]
    return [line for line in lines if isinstance(line, str)]
