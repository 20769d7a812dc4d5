"""Verify the audit chain, against itself, the live rows and a printed checkpoint; or export it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.cli.looking import looking
from app.settings import load

if TYPE_CHECKING:
    import argparse

    from app.domain.audit import Broken, Checkpoint, Link
    from app.queries.audit import Sound


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `verify` and `export`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="{verify,export}")
    verify = acts.add_parser("verify", help="exit 0 when the chain holds, 1 when it does not, 2 when it cannot be read")
    verify.add_argument("--checkpoint", metavar="LINE", help="a line printed on a decision: plumbline-audit/v1 ...")
    verify.add_argument("--file", metavar="EXPORT.jsonl", help="verify an export instead of the database")
    verify.add_argument("--json", action="store_true", help="answer in JSON")
    export = acts.add_parser("export", help="write every event as a line of JSON, without personal text")
    export.add_argument("file", metavar="OUT.jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Verify or export as asked."""
    if arguments.act == "export":
        return _export(Path(arguments.file))
    witness = _checkpoint(arguments.checkpoint)
    found = _verify_file(Path(arguments.file), witness) if arguments.file else _verify_database(witness)
    return _answer(found, as_json=arguments.json)


def _checkpoint(line: str | None) -> Checkpoint | None:
    from app.domain.audit import parse_checkpoint

    if line is None:
        return None
    try:
        return parse_checkpoint(line)
    except ValueError as error:
        raise BadInputError(str(error)) from error


def _verify_database(witness: Checkpoint | None) -> Sound | Broken:
    from app.queries import audit

    with looking(load(os.environ).database_url) as session:
        return audit.verify(session, witness)


def _verify_file(file: Path, witness: Checkpoint | None) -> Sound | Broken:
    from app.domain.audit import Walk
    from app.queries.audit import Sound

    walk = Walk(witness)
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                broken = walk.step(_link(file, number, line))
                if broken:
                    return broken
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}"
        raise BadInputError(message) from error
    return walk.end() or Sound(walk.head.seq, walk.line(), ())


def _link(file: Path, number: int, line: str) -> Link:
    from app.domain.audit import Link

    try:
        event = json.loads(line)
        return Link(int(event["seq"]), str(event["body"]), str(event["prev"]), str(event["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file}:{number}: this is not an exported event; make the file with: python3 -m app audit export"
        raise BadInputError(message) from error


def _export(file: Path) -> int:
    from app.queries import audit

    try:
        with looking(load(os.environ).database_url) as session, file.open("x", encoding="utf-8", newline="\n") as out:
            count = 0
            for line in audit.exported(session):
                out.write(line + "\n")
                count += 1
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}; name a new file in a folder of yours"
        raise BadInputError(message) from error
    sys.stdout.write(f"{count} events written to {file}\n")
    return 0


def _answer(found: Sound | Broken, *, as_json: bool) -> int:
    from app.domain.audit import Broken

    if isinstance(found, Broken):
        told = {"sound": False, "seq": found.seq, "what": found.what}
        where = f"at event {found.seq}" if found.seq else "outside the chain"
        sys.stdout.write(json.dumps(told) + "\n" if as_json else f"BROKEN {where}: {found.what}\n")
        return 1
    told = {"sound": True, "size": found.size, "checkpoint": found.checkpoint, "erased": list(found.erased)}
    sys.stdout.write(json.dumps(told) + "\n" if as_json else _in_words(found))
    return 0


def _in_words(found: Sound) -> str:
    lines = [f"sound: {found.size} events"]
    if found.erased:
        lines.append(f"erased payloads, without which the chain holds: {', '.join(map(str, found.erased))}")
    if found.checkpoint:
        lines.append(found.checkpoint)
    return "\n".join(lines) + "\n"
