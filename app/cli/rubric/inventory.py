"""`rubric inventory`: how long each list is that was taken from the source."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from app.cli.rubric import check
from app.cli.rubric.folders import folder_of, loaded

if TYPE_CHECKING:
    import argparse

HELP = "print as JSON how long each list is that was taken from the source"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("role", metavar="ROLE|FOLDER")


def run(arguments: argparse.Namespace) -> int:
    """Print the counts; return 0, or 2 when the blueprint has faults."""
    from app.domain.inventory import inventory

    folder = folder_of(arguments.role)
    blueprint = loaded(folder).blueprint
    if blueprint is None:
        return check.report([folder], as_json=False)
    sys.stdout.write(json.dumps(inventory(blueprint), indent=2, ensure_ascii=False) + "\n")
    return 0
