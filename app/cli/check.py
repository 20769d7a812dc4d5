"""Run every gate: style, types, import rules, dependencies, templates and blueprints."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths
from app.cli import BadInputError

if TYPE_CHECKING:
    import argparse

_TEMPLATE_FOLDERS = ("templates", "reports")


@dataclass(frozen=True, slots=True)
class Gate:
    """A named tool with its arguments; it passes when the tool ends with 0."""

    name: str
    tool: str
    arguments: tuple[str, ...] = ()


GATES = (
    Gate("ruff check", "ruff", ("check", "--quiet")),
    Gate("ruff format", "ruff", ("format", "--check", "--quiet")),
    Gate("mypy", "mypy"),
    Gate("import rules", "lint-imports", ("--no-logo",)),
    Gate("dependencies", "deptry", (".",)),
    # Only its rules: djlint's formatter changes meaning (it joins attributes and puts white space into text).
    Gate("templates", "djlint", (*_TEMPLATE_FOLDERS, "--lint", "--quiet")),
    Gate("blueprints", "python", ("-m", "app", "rubric", "check")),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one gate ended."""

    gate: Gate
    passed: bool
    seconds: float
    output: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `check`."""
    names = ", ".join(gate.name for gate in GATES)
    parser.add_argument("only", nargs="*", metavar="GATE", help=f"run only these gates: {names}")


def run(arguments: argparse.Namespace) -> int:
    """Run the gates two at a time, print one line each, and the output of those that failed."""
    if not paths.in_checkout():
        message = "The gates examine source code; run them in a checkout"
        raise BadInputError(message)
    chosen = _chosen(arguments.only)
    with ThreadPoolExecutor(2) as pool:
        outcomes = [_shown(outcome) for outcome in pool.map(_examined, chosen)]
    failed = [outcome.gate.name for outcome in outcomes if not outcome.passed]
    sys.stdout.write(
        f"{len(failed)} of {len(outcomes)} gates failed: {', '.join(failed)}\n" if failed else "All passed.\n"
    )
    return 1 if failed else 0


def _chosen(names: list[str]) -> tuple[Gate, ...]:
    known = {gate.name: gate for gate in GATES}
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"There is no gate {unknown[0]!r}; the gates are: {', '.join(known)}"
        raise BadInputError(message)
    return tuple(known[name] for name in names) or GATES


def _examined(gate: Gate) -> Outcome:
    # Every tool stands beside the interpreter of the environment that runs this.
    command = [str(Path(sys.executable).with_name(gate.tool)), *gate.arguments]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - the fixed commands above
        command, cwd=paths.root(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Outcome(gate, done.returncode == 0, time.perf_counter() - began, done.stdout)


def _shown(outcome: Outcome) -> Outcome:
    word = "OK" if outcome.passed else "FAILED"
    sys.stdout.write(f"{outcome.gate.name:.<24} {word:<6} {outcome.seconds:5.1f} s\n")
    if not outcome.passed:
        sys.stdout.write(outcome.output.rstrip() + "\n")
    sys.stdout.flush()
    return outcome
