"""`rubric diff`: how two blueprints differ, in words."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from app.cli.rubric import kept, telling

if TYPE_CHECKING:
    import argparse

    from app.cli.rubric.kept import Named

HELP = "say how two blueprints differ and what that affects"
DIFFERENT = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two blueprints and the form of the answer."""
    parser.add_argument("before", metavar="A", help=kept.WAYS)
    parser.add_argument("after", metavar="B", help="the blueprint to compare it with, named the same way")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.add_argument("--exit-code", action="store_true", help="exit 1 when they differ")


def run(arguments: argparse.Namespace) -> int:
    """Print the differences; return 0, or 1 when they differ and `--exit-code` asks for it."""
    from app.domain.change import changes

    before, after = kept.named(arguments.before), kept.named(arguments.after)
    found = changes(before.blueprint, after.blueprint)
    if arguments.json:
        answer = {"before": _facts(before), "after": _facts(after), **telling.as_json(found)}
        sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    else:
        head = [f"{before.name} -> {after.name}", *telling.counts(found), *telling.lines(found)]
        sys.stdout.write("".join(f"{line}\n" for line in head))
    return DIFFERENT if found and arguments.exit_code else 0


def _facts(named: Named) -> dict[str, str]:
    from app.domain.blueprint import canonical_json, digest

    return {
        "name": named.name,
        "role": named.blueprint.role.id,
        "sha256": digest(canonical_json(named.blueprint)),
    }
