"""Print the permission map in words, as the documentation has it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing to declare: there is one map."""


def run(_arguments: argparse.Namespace) -> int:
    """Print the map as Markdown."""
    from app.formats.permission_map import markdown

    sys.stdout.write(markdown())
    return 0
