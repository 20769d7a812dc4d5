"""`rubric import`: make a role of a ladder that somebody else published."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BAD_INPUT, BadInputError
from app.settings import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from app.formats.ladder_import import Format, Outcome
    from app.formats.ladder_source import Imported

HELP = "make a role of a published ladder, and report everything that is not as it was"

_ONE = {
    "competencies": "competency",
    "groups": "group",
    "rungs": "rung",
    "criteria": "criterion",
    "examples": "example",
    "levels": "level",
    "requirements": "requirement",
}
"""What is counted, when there is one of it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the source, the new role and its place."""
    parser.add_argument("source", metavar="SOURCE", type=Path, help="a job family in YAML, or a table in CSV")
    parser.add_argument("--as", dest="role", metavar="ROLE-ID", required=True, help="the id of the new role")
    parser.add_argument("--into", metavar="FOLDER", type=Path, help="where roles lie; this installation's without")
    parser.add_argument("--format", choices=("ft", "csv"), help="as the file's name says without")
    parser.add_argument("--title", metavar="TEXT", help="the role's title; as the source says without")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the role and report on it; return 0, or 2 when nothing was written because of faults."""
    from app.formats.ladder_import import import_ladder
    from app.formats.ladder_source import Meant

    into = arguments.into or load(os.environ).rubrics_dir
    target = into / arguments.role
    if target.exists():
        message = f"{target} is there already: choose another id, or move it away first"
        raise BadInputError(message)
    kind = arguments.format or _kind(arguments.source)
    outcome = import_ladder(
        _bytes(arguments.source), str(arguments.source), kind, Meant(arguments.role, arguments.title)
    )
    if outcome.imported is not None:
        _write(outcome.files, target)
    return _report(outcome, outcome.imported, target, as_json=arguments.json)


def _kind(source: Path) -> Format:
    from app.formats.ladder_import import ENDINGS

    kind = ENDINGS.get(source.suffix.lower())
    if kind is None:
        message = f"The name of {source} does not say what it is: add --format ft or --format csv"
        raise BadInputError(message)
    return kind


def _bytes(source: Path) -> bytes:
    from app.formats.yaml_source import MAX_BYTES

    try:
        with source.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"{source} cannot be read: {error.strerror}"
        raise BadInputError(message) from error


def _write(files: Mapping[str, str], target: Path) -> None:
    """Write the files beside their place, then give the whole folder its name: it is there whole or not at all."""
    staging = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        staging.mkdir(parents=True)
        for name, text in files.items():
            (staging / Path(name).name).write_text(text, encoding="utf-8")
        staging.rename(target)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        message = f"{target} cannot be written: {error.strerror}"
        raise BadInputError(message) from error


def _report(outcome: Outcome, imported: Imported | None, target: Path, *, as_json: bool) -> int:
    facts = _facts(outcome, imported, target)
    lines = [json.dumps(facts, indent=2, ensure_ascii=False)] if as_json else _lines(outcome, imported, target)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return BAD_INPUT if imported is None else 0


def _facts(outcome: Outcome, imported: Imported | None, target: Path) -> dict[str, object]:
    from app.formats.ladder_source import counts

    if imported is None:
        faults = [{"file": one.file, "line": one.line, "message": one.message} for one in outcome.faults]
        return {"written": [], "faults": faults}
    return {
        "role": imported.blueprint.role.id,
        "counts": counts(imported.blueprint),
        "kept": list(imported.kept),
        "changed": [{"line": spot.line, "message": spot.message} for spot in imported.changed],
        "guesses": list(imported.guesses),
        "warnings": [warning.message for warning in outcome.warnings],
        "written": [str(target / Path(name).name) for name in outcome.files],
        "faults": [],
    }


def _lines(outcome: Outcome, imported: Imported | None, target: Path) -> list[str]:
    from app.formats.ladder_source import counts

    if imported is None:
        return [*(str(fault) for fault in outcome.faults), "nothing was written"]
    said = ", ".join(
        f"{count} {_ONE[what] if count == 1 else what}" for what, count in counts(imported.blueprint).items()
    )
    return [
        f"{imported.blueprint.role.title}: {said}",
        *(f"kept: {one}" for one in imported.kept),
        *(f"changed: line {spot.line}: {spot.message}" for spot in imported.changed),
        *(f"to check: {guess}" for guess in imported.guesses),
        *(f"warning: {warning.message}" for warning in outcome.warnings),
        *(f"written: {target / Path(name).name}" for name in outcome.files),
    ]
