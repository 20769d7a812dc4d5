"""What an evidence log is narrowed to, read from its address and written back into links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import request

from app.domain.growth.log import Showing, Shown, Visibility
from app.domain.onboarding.goal import EvidenceKind
from app.queries.evidence_log import EntryFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING = "nothing"
"""Asks for entries that name nothing that they show."""
SAID: Mapping[str, str] = {
    "confirmed": "Somebody speaks for it",
    "waiting": "Somebody was asked",
    "unasked": "Nobody was asked",
}
_LONGEST = 200
_MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The choices of an address: unknown values count as no choice, so that an old link still opens something."""

    filter: EntryFilter
    page: int

    @property
    def given(self) -> dict[str, str]:
        """The parameters that narrow the list, without its page."""
        wanted = self.filter
        shows = NOTHING if wanted.shows_nothing else str(wanted.showing or "")
        every = {
            "q": wanted.words,
            "shows": shows,
            "said": wanted.said,
            "visibility": str(wanted.visibility or ""),
            "kind": str(wanted.kind or ""),
            "from": wanted.first.isoformat() if wanted.first else "",
            "to": wanted.last.isoformat() if wanted.last else "",
            "withdrawn": "1" if wanted.withdrawn else "",
        }
        return {name: value for name, value in every.items() if value}


def asked() -> Narrowing:
    """The narrowing that this request's address asks for."""
    given = request.args
    said = given.get("said", "")
    wanted = EntryFilter(
        words=" ".join("".join(filter(_shown, given.get("q", ""))).split())[:_LONGEST],
        kind=given.get("kind", type=EvidenceKind),
        showing=given.get("shows", type=showing),
        shows_nothing=given.get("shows") == NOTHING,
        visibility=given.get("visibility", type=Visibility),
        said=said if said in SAID else "",
        first=given.get("from", type=date.fromisoformat),
        last=given.get("to", type=date.fromisoformat),
        withdrawn="withdrawn" in given,
    )
    return Narrowing(wanted, min(max(given.get("page", 1, type=int), 1), _MOST_PAGES))


def showing(text: str) -> Showing:
    """What forms and addresses write of something shown; ValueError for anything else."""
    kind, _, key = text.partition(":")
    return Showing(Shown(kind), key)


def _shown(character: str) -> bool:
    # What no title holds, a database may refuse even to look for.
    return character.isprintable() or character.isspace()
