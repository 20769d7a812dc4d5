"""Run the whole test suite; further arguments go to pytest, for example `test tests/domain -k scoring`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from app import paths
from app.cli import BadInputError
from app.cli.machine import missing_chromium, missing_pango

if TYPE_CHECKING:
    import argparse

PASSES_ON = True
# Each worker process is handed two tests at a time, in the order in which tests/conftest.py puts them.
_WORKERS = ("-n", "2", "--dist", "load", "--maxschedchunk", "2")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: every argument is pytest's."""
    parser.usage = "python3 -m app test [PYTEST ARGUMENTS]"


def run(arguments: argparse.Namespace) -> int:
    """Name what the machine lacks, then run pytest and return 0 or 1."""
    if not paths.in_checkout():
        message = "The tests are not part of an installed Plumbline; run them in a checkout"
        raise BadInputError(message)
    for lack in filter(None, (missing_pango(), missing_chromium())):
        outcome = "fail" if os.environ.get("CI") == "true" else "be skipped"
        sys.stderr.write(f"{lack}\nTests that need it will {outcome}.\n")
    chosen = any(word.startswith(("-n", "--dist", "-p", "--pdb")) for word in arguments.rest)
    command = [sys.executable, "-m", "pytest", *(() if chosen else _WORKERS), *arguments.rest]
    done = subprocess.run(command, cwd=paths.root(), env=_environment(), check=False)  # noqa: S603 - no shell
    return min(1, done.returncode)


def _environment() -> dict[str, str]:
    """Return an environment without this installation's settings: tests bring their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PLUMBLINE_")}
