"""Check, show, publish, compare or import role blueprints."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import argparse

ACTIONS = ("check", "show", "publish", "versions", "diff", "inventory", "schema", "import")
"""One module of this package each, with `HELP`, `add_arguments(parser)` and `run(arguments) -> int`."""

_MODULES = {"import": "importing"}
"""Actions whose name Python keeps for itself."""


class _Action(Protocol):
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, arguments: argparse.Namespace) -> int: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name in ACTIONS:
        action = _module(name)
        action.add_arguments(actions.add_parser(name, help=action.HELP, description=action.HELP))


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return 0, or 2 when a blueprint has faults."""
    return _module(arguments.action).run(arguments)


def _module(name: str) -> _Action:
    return cast("_Action", importlib.import_module(f"app.cli.rubric.{_MODULES.get(name, name)}"))
