"""Run the whole test suite; further arguments go to pytest, for example `test tests/domain -k scoring`.

With --faults only the tests that break something on purpose run, as often as fits into a quarter of an hour, and a
table of figures ends the run.
"""

from __future__ import annotations

import os
import signal
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
# What matters most comes first, so a worker takes the next test only when it is free.
_FAULTS = ("-m", "fault", "--faults", "-n", "2", "--dist", "load", "--maxschedchunk", "1", "-q")
_MINUTES = 15.0
_LAST_SECONDS = 5
"""How long before its end a run that should have ended by itself is interrupted, so that its table is still printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two options of ours; every other argument is pytest's."""
    parser.usage = "python3 -m app test [--faults [--minutes N]] [PYTEST ARGUMENTS]"
    parser.add_argument("--faults", action="store_true", help="break things often, and print a table of figures")
    parser.add_argument("--minutes", type=float, metavar="N", help="how long --faults may take (15)")


def run(arguments: argparse.Namespace) -> int:
    """Name what the machine lacks, then run pytest and return 0 or 1."""
    if not paths.in_checkout():
        message = "The tests are not part of an installed Plumbline; run them in a checkout"
        raise BadInputError(message)
    for lack in filter(None, (missing_pango(), missing_chromium())):
        outcome = "fail" if os.environ.get("CI") == "true" else "be skipped"
        sys.stderr.write(f"{lack}\nTests that need it will {outcome}.\n")
    if arguments.minutes is not None and not arguments.faults:
        message = "--minutes bounds a run of --faults only; leave it out or add --faults"
        raise BadInputError(message)
    chosen = any(word.startswith(("-n", "--dist", "-p", "--pdb")) for word in arguments.rest)
    words = _FAULTS if arguments.faults else () if chosen else _WORKERS
    if not arguments.faults:
        return _ended([*words, *arguments.rest], None)
    minutes = arguments.minutes or _MINUTES
    return _ended([*words, f"--faults-minutes={minutes}", *arguments.rest], 60 * minutes)


def _ended(words: list[str], seconds: float | None) -> int:
    """Run pytest with these words, for so many seconds at most."""
    command = [sys.executable, "-m", "pytest", *words]
    with subprocess.Popen(command, cwd=paths.root(), env=_environment()) as process:  # noqa: S603 - no shell
        try:
            code = process.wait(seconds and seconds - _LAST_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                code = process.wait(_LAST_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                return 1
    return min(1, code)


def _environment() -> dict[str, str]:
    """Return an environment without this installation's settings: tests bring their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PLUMBLINE_")}
