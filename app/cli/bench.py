"""Measure speed: each benchmark prints its floors, its ratios and PASS or SHORT against the goal."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from app import paths
from app.cli import BadInputError

if TYPE_CHECKING:
    import argparse

_PREFIX = "bench_"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bench`."""
    parser.add_argument("only", nargs="*", metavar="NAME", help="run only these, for example: comparison")
    parser.add_argument("--list", action="store_true", help="print the names and measure nothing")


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmarks one after the other, each in a process of its own; 1 when one of them broke."""
    known = names()
    if arguments.list:
        sys.stdout.writelines(f"{name}\n" for name in known)
        return 0
    unknown = [name for name in arguments.only if name not in known]
    if unknown or not known:
        why = f"There is no benchmark {unknown[0]!r}" if unknown else "An installed Plumbline brings no benchmarks"
        message = f"{why}; there are: {', '.join(known) or 'none'}"
        raise BadInputError(message)
    broken = [name for name in arguments.only or known if not _measure(name)]
    if broken:
        sys.stderr.write(f"Broke off: {', '.join(broken)}\n")
    return 1 if broken else 0


def names() -> tuple[str, ...]:
    """Return the names of the benchmarks in `tests/bench`, without their prefix."""
    found = sorted((paths.root() / "tests" / "bench").glob(f"{_PREFIX}*.py"))
    return tuple(file.stem.removeprefix(_PREFIX) for file in found)


def _measure(name: str) -> bool:
    """Run one benchmark apart, so that what it loads and leaves behind cannot slow down the next."""
    sys.stdout.write(f"\n== {name} ==\n")
    sys.stdout.flush()
    code = f"import sys; from tests.bench.{_PREFIX}{name} import main; sys.exit(main())"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PLUMBLINE_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.root(), env=environment, check=False)  # noqa: S603 - fixed words
    return done.returncode == 0
