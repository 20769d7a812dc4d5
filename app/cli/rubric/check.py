"""`rubric check`: every fault and warning of role blueprints."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from app.cli import BAD_INPUT
from app.cli.rubric.folders import folder_of, loaded
from app.formats.blueprint_files import roles
from app.settings import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from app.formats.blueprint_files import Loaded

HELP = "list every fault and warning; exit 2 when there is a fault"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "role", nargs="?", metavar="ROLE|FOLDER", help="one role, or a role's folder; all roles without"
    )
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check what was named; return 0, or 2 when there is a fault."""
    names = [arguments.role] if arguments.role else roles(load(os.environ).rubrics_dir)
    return report([folder_of(name) for name in names], as_json=arguments.json)


def report(folders: Sequence[Path], *, as_json: bool) -> int:
    """Print the findings of these folders; return 0, or 2 when there is a fault."""
    held = {folder.absolute().name: loaded(folder) for folder in folders}
    if as_json:
        sys.stdout.write(json.dumps({name: _findings(one) for name, one in held.items()}, indent=2) + "\n")
    else:
        for name, one in held.items():
            sys.stdout.write("".join(f"{line}\n" for line in _check_lines(name, one)))
    return BAD_INPUT if any(one.faults for one in held.values()) else 0


def _findings(found: Loaded) -> dict[str, object]:
    return {
        kind: [{"file": fault.file, "line": fault.line, "message": fault.message} for fault in one]
        for kind, one in (("faults", found.faults), ("warnings", found.warnings))
    }


def _check_lines(name: str, found: Loaded) -> list[str]:
    faults, warnings = len(found.faults), len(found.warnings)
    return [
        *(str(fault) for fault in found.faults),
        *(f"{warning.file}:{warning.line}: warning: {warning.message}" for warning in found.warnings),
        f"{name}: {_counted(faults, 'fault')}, {_counted(warnings, 'warning')}",
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"
