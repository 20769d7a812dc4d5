"""`rubric schema`: the JSON Schema of blueprint files, with which editors complete them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "print the JSON Schema of blueprint files, for editors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no options: there is one schema."""


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001  every action is called alike
    """Print the schema."""
    from app.formats.json_schema import json_schema

    sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    return 0
