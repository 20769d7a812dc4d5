"""Agreement, strictness, comparison and adverse impact of any tidy CSV file, as one JSON object."""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING, Any, Protocol, cast

from app.cli import BadInputError
from app.formats.tidy_csv import TidyFaultError

if TYPE_CHECKING:
    import argparse

ACTIONS = ("agreement", "severity", "compare", "impact", "published", "fit")


class _Action(Protocol):
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def answer(self, arguments: argparse.Namespace) -> dict[str, Any]: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions, each in its own module."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name in ACTIONS:
        action = _action(name)
        action.add_arguments(actions.add_parser(name, help=action.HELP, description=action.HELP))


def run(arguments: argparse.Namespace) -> int:
    """Print the answer; return 0 also where values cannot be told. A fault of the file is one line and exit code 2."""
    try:
        answer = _action(arguments.action).answer(arguments)
    except TidyFaultError as error:
        raise BadInputError(str(error)) from error
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    return 0


def _action(name: str) -> _Action:
    return cast("_Action", importlib.import_module(f"app.cli.stats.{name}"))
