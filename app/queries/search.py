"""Search over what the reader may know of: names and titles only, so that no hit can depend on anything hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.access import require
from app.domain.permission import Permission
from app.queries import candidates, requisitions

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.candidates import CandidateRow
    from app.queries.requisitions import RequisitionLine

LIMIT = 20
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found; ``more`` when a longer text would find the rest."""

    candidates: tuple[CandidateRow, ...]
    requisitions: tuple[RequisitionLine, ...]
    more: bool


def find(session: Session, actor: ActorFacts, text: str) -> Hits:
    """Candidates and requisitions whose name or title holds the text, in three queries; no text finds nothing."""
    require(actor, Permission.SEARCH_USE)
    wanted = text.strip()[:LONGEST]
    if not wanted:
        return Hits((), (), more=False)
    people = candidates.listed(session, actor, text=wanted, limit=LIMIT + 1)
    needs = requisitions.listed(session, actor, text=wanted, limit=LIMIT + 1)
    return Hits(people[:LIMIT], needs[:LIMIT], more=len(people) > LIMIT or len(needs) > LIMIT)
