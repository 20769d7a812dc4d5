"""Published versions that have a ladder, with its levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.debrief import BlueprintStamp
from app.domain.ladder import Ladder
from app.models.blueprint import BlueprintVersion
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class LadderVersion:
    """A version and its ladder; ``newest`` of its role or not."""

    version_id: UUID
    stamp: BlueprintStamp
    ladder: Ladder
    newest: bool


def ladders(session: Session) -> tuple[LadderVersion, ...]:
    """Every version with a ladder, by title and newest first; one query, and one more for each content not yet read."""
    version = BlueprintVersion
    rows = session.execute(
        select(version.id, version.role, version.title, version.number, version.sha256)
        .where(version.body.contains('"ladder":{', autoescape=True))
        .order_by(version.title, version.role, version.number.desc())
    ).all()
    first = {row.role: row.id for row in reversed(rows)}
    found = []
    for row in rows:
        ladder = blueprints.of_digest(session, row.sha256).ladder
        if ladder is not None and ladder.levels:
            stamp = BlueprintStamp(row.role, row.title, row.number, row.sha256)
            found.append(LadderVersion(row.id, stamp, ladder, newest=first[row.role] == row.id))
    return tuple(found)
