"""Examine this installation: each finding says what it saw, and how to mend what is wrong. Nothing is changed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.examination import CHECKS, Finding, Level
from app.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `doctor`."""
    parser.add_argument("--json", action="store_true", help="print the findings for a program to read")


def run(arguments: argparse.Namespace) -> int:
    """Print every finding; 1 when one failed, 0 when there are at most warnings."""
    findings = list(examine(Settings.from_environment(os.environ)))
    failed = any(finding.level is Level.FAILED for finding in findings)
    if arguments.json:
        sys.stdout.write(json.dumps({"ok": not failed, "findings": list(map(asdict, findings))}, indent=2) + "\n")
    else:
        sys.stdout.write("".join(map(_line, findings)))
    return int(failed)


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what every check found, in the order of the table."""
    for check in CHECKS:
        yield from check(settings)


def _line(finding: Finding) -> str:
    mending = f"\n         mend it: {finding.mending}" if finding.mending else ""
    return f"{finding.level.value:<8} {finding.subject}: {finding.seen}{mending}\n"
