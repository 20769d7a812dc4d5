"""`rubric publish`: make the next version of a role."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from app.cli.rubric import check, kept, telling
from app.cli.rubric.folders import folder_of, loaded
from app.settings import load

if TYPE_CHECKING:
    import argparse
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.queries.versions import VersionLine

HELP = "make the next version of a role; the same content twice makes nothing"
MOST_LINES = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the role, the note, and whether to change anything."""
    parser.add_argument("role", metavar="ROLE|FOLDER")
    parser.add_argument("--note", default="", metavar="TEXT", help="why this version: it is kept and shown with it")
    parser.add_argument("--dry-run", action="store_true", help="say what would be published and publish nothing")


def run(arguments: argparse.Namespace) -> int:
    """Publish and say which version it became; return 0, or 2 when the blueprint has faults."""
    folder = folder_of(arguments.role)
    blueprint = loaded(folder).blueprint
    if blueprint is None:
        return check.report([folder], as_json=False)
    told = _rehearsed(blueprint) if arguments.dry_run else _published(blueprint, arguments.note)
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


def _rehearsed(blueprint: Blueprint) -> list[str]:
    with kept.session() as session:
        lines = _lines(session, blueprint.role.id)
        same = _same(lines, blueprint)
        if same:
            return [_known(same)]
        number = lines[0].number + 1 if lines else 1
        head = f"{blueprint.role.id}: would become version {number} ({_short(blueprint)}); nothing was published"
        return [head, *_changes(session, lines, blueprint)]


def _published(blueprint: Blueprint, note: str) -> list[str]:
    from app.cli.opening import opened
    from app.models.engine import writing
    from app.services import blueprints

    engine = opened(load(os.environ))
    try:
        with writing(engine) as session:
            before = _lines(session, blueprint.role.id)
            version_id: UUID = blueprints.publish(session, None, blueprint, now=datetime.now(UTC), note=note)
            made = next(one for one in _lines(session, blueprint.role.id) if one.version_id == version_id)
            if any(one.version_id == version_id for one in before):
                return [_known(made)]
            head = f"{made.role}: version {made.number} published ({made.sha256[: kept.SHORT_HASH]})"
            return [head, *_changes(session, before, blueprint)]
    finally:
        engine.dispose()


def _lines(session: Session, role: str) -> tuple[VersionLine, ...]:
    from app.queries import versions

    return tuple(line for shelf in versions.shelf(session, role=role) for line in shelf.lines)


def _same(lines: tuple[VersionLine, ...], blueprint: Blueprint) -> VersionLine | None:
    from app.domain.blueprint import canonical_json, digest

    sha256 = digest(canonical_json(blueprint))
    return next((line for line in lines if line.sha256 == sha256), None)


def _known(line: VersionLine) -> str:
    return f"{line.role}: version {line.number} holds just this content; nothing was published"


def _short(blueprint: Blueprint) -> str:
    from app.domain.blueprint import canonical_json, digest

    return digest(canonical_json(blueprint))[: kept.SHORT_HASH]


def _changes(session: Session, before: tuple[VersionLine, ...], blueprint: Blueprint) -> list[str]:
    from app.domain.change import changes
    from app.queries import blueprints

    if not before:
        return ["the first version of this role"]
    found = changes(blueprints.of_digest(session, before[0].sha256), blueprint)
    told = list(islice(telling.lines(found), MOST_LINES + 1))
    more = [f"... all of it with: rubric diff {before[0].role}@{before[0].number} {before[0].role}"]
    since = f"since version {before[0].number}: "
    first, *rest = telling.counts(found)
    return [since + first, *rest, *told[:MOST_LINES], *(more if len(told) > MOST_LINES else [])]
