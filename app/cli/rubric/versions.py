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

    from app.queries.versions import Edition, RoleShelf

HELP = "list the published versions, newest first"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the role and the form of the answer."""
    parser.add_argument("role", nargs="?", metavar="ROLE", help="one role; all roles without")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the versions."""
    from app.queries import versions

    with kept.session() as session:
        shelves = versions.shelf(session, arguments.role)
    if arguments.role and not shelves:
        message = f"No version of {arguments.role!r} is published; publish one with: rubric publish {arguments.role}"
        raise BadInputError(message)
    if arguments.json:
        answer = {shelf.role: [_facts(edition) for edition in shelf.editions] for shelf in shelves}
        sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    else:
        told = [line for shelf in shelves for line in _lines(shelf)] or ["no version is published yet"]
        sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


def _facts(edition: Edition) -> dict[str, object]:
    return {
        "number": edition.number,
        "title": edition.title,
        "sha256": edition.sha256,
        "published_at": edition.at.isoformat(),
        "published_by": edition.by or None,
        "note": edition.note,
        "requisitions": edition.requisitions,
    }


def _lines(shelf: RoleShelf) -> Iterator[str]:
    yield f"{shelf.role}: {shelf.newest.title}"
    for edition in shelf.editions:
        at, who = edition.at.strftime("%Y-%m-%d %H:%M UTC"), edition.by or "the program"
        rests = f"{edition.requisitions} requisition{'' if edition.requisitions == 1 else 's'}"
        yield f"  version {edition.number}  {edition.sha256[: kept.SHORT_HASH]}  {at}  by {who}  {rests}"
        yield from (f"    {line}" for line in edition.note.splitlines())
