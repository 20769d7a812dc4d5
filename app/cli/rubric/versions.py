"""`rubric versions`: the published versions of each role."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.cli.rubric import kept

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from app.queries.versions import RoleShelf, VersionLine

HELP = "list the published versions, newest first"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the role and the form of the answer."""
    parser.add_argument("role", nargs="?", metavar="ROLE", help="one role; all roles without")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the versions."""
    from app.queries import versions

    with kept.session() as session:
        shelves = versions.shelf(session, role=arguments.role)
    if arguments.role and not shelves:
        message = f"No version of {arguments.role!r} is published; publish one with: rubric publish {arguments.role}"
        raise BadInputError(message)
    if arguments.json:
        answer = {shelf.role: [_facts(line) for line in shelf.lines] for shelf in shelves}
        sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    else:
        told = [text for shelf in shelves for text in _lines(shelf)] or ["no version is published yet"]
        sys.stdout.write("".join(f"{text}\n" for text in told))
    return 0


def _facts(line: VersionLine) -> dict[str, object]:
    return {
        "number": line.number,
        "title": line.title,
        "sha256": line.sha256,
        "published_at": line.at.isoformat(),
        "published_by": line.by or None,
        "note": line.note,
        "requisitions": line.requisitions,
    }


def _lines(shelf: RoleShelf) -> Iterator[str]:
    yield f"{shelf.role}: {shelf.newest.title}"
    for line in shelf.lines:
        at, who = line.at.strftime("%Y-%m-%d %H:%M UTC"), line.by or "the program"
        rests = f"{line.requisitions} requisition{'' if line.requisitions == 1 else 's'}"
        yield f"  version {line.number}  {line.sha256[: kept.SHORT_HASH]}  {at}  by {who}  {rests}"
        yield from (f"    {text}" for text in line.note.splitlines())
