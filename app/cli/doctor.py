"""Examine this installation: each finding says what it saw, and how to mend what is wrong. Nothing is changed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.examination import CHECKS, DEEP
from app.cli.findings import RESTORE, Finding, Level
from app.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    Check = Callable[[Settings], Iterator[Finding]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `doctor`."""
    parser.add_argument("--all", action="store_true", help="also read every event, sealed row and document")
    parser.add_argument("--json", action="store_true", help="print the findings for a program to read")


def run(arguments: argparse.Namespace) -> int:
    """Print every finding; 1 when one failed, 0 when there are at most warnings."""
    findings = list(examine(Settings.from_environment(os.environ), deep=arguments.all))
    failed = any(finding.level is Level.FAILED for finding in findings)
    if arguments.json:
        sys.stdout.write(json.dumps({"ok": not failed, "findings": list(map(asdict, findings))}, indent=2) + "\n")
    else:
        sys.stdout.write("".join(map(_line, findings)))
    return int(failed)


def examine(settings: Settings, *, deep: bool = False) -> Iterator[Finding]:
    """Yield what every check found, in the order of the table; the deep ones read everything."""
    for check in (*CHECKS, *(DEEP if deep else ())):
        yield from checked(check, settings)


def checked(check: Check, settings: Settings) -> Iterator[Finding]:
    """Yield what one check found; data too damaged to be looked at is a finding as well."""
    try:
        yield from check(settings)
    except Exception as error:  # noqa: BLE001  what a flipped bit makes of a value can break anything that reads it
        # The kind alone: the words of a database may repeat what it holds.
        about = check.__name__.removeprefix("check_").replace("_", " ")
        yield Finding(about, Level.FAILED, f"what it looks at cannot be read ({type(error).__name__})", RESTORE)


def _line(finding: Finding) -> str:
    mending = f"\n         mend it: {finding.mending}" if finding.mending else ""
    return f"{finding.level.value:<8} {finding.subject}: {finding.seen}{mending}\n"
