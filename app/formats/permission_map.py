"""The permission map as a Markdown page for the documentation, made from the map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.explaining import EVERYWHERE, areas, rule
from app.domain.facts import Role
from app.domain.granting import SCOPED, TAKES_TWO
from app.domain.policy_words import THOUGH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INTRODUCTION = """# Who may do what

This page is printed from the permission map by `python3 -m app permissions > docs/permissions.md`; a test compares the
two, so it is never out of date. The same map answers every request, and the pages *Who may do what* and *What you may
do* in the program are made from it as well. How roles are given stands in [administrators.md](administrators.md).

Roles: {roles}. A person may hold several, and what they allow adds up. {scoped} can also be held in one requisition or
one team; there they allow what they allow everywhere, and nothing elsewhere. {powerful} are made by two administrators.

Whatever somebody's roles, every permission is refused as long as {everywhere}.

What belongs to a candidate as a whole, such as their address and files, is changed by who may do so on every
application of theirs that goes on. Whoever coordinates only some of these is refused without a word about the others;
that there are others they can infer from the refusal.
"""


def markdown() -> str:
    """The whole page, with a line end at its end."""
    always = sorted(THOUGH[name] for name in EVERYWHERE)
    head = INTRODUCTION.format(
        roles=_listed(role.words for role in Role),
        scoped=_listed(role.words for role in SCOPED),
        powerful=_listed(role.words for role in Role if role in TAKES_TWO),
        everywhere="; or ".join(always),
    )
    return head + "".join(_sections())


def _sections() -> Iterator[str]:
    for area, permissions in areas():
        yield f"\n## {area}\n\n| may | people who | unless |\n|---|---|---|\n"
        for permission in permissions:
            found = rule(permission)
            ways, though = "; or ".join(found.ways), "; ".join(found.though)
            yield f"| {found.may} | {ways} | {though} |\n"


def _listed(words: Iterable[str]) -> str:
    *some, last = words
    return f"{', '.join(some)} and {last}"
