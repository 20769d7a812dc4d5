"""A person's cycles in a row, from sheets that their reader may read: nothing of an earlier cycle is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.growth.alignment import Alignment, alignment
from app.domain.growth.answers import asked_about
from app.domain.growth.cycle import Answerer
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from app.domain.growth.mark import Mark
    from app.queries.assessment_sheets import SheetView


@dataclass(frozen=True, slots=True)
class Past:
    """One cycle of a person, both sides of which are in since ``at``; counted on the ladder that it was opened on."""

    assessment_id: UUID
    cycle: str
    at: datetime
    alignment: Alignment
    own: tuple[Mark, ...]
    manager: tuple[Mark, ...]


def history(session: Session, sheets: Iterable[SheetView]) -> tuple[Past, ...]:
    """The cycles of these sheets, the oldest first; no query for a blueprint that this process has read."""
    found: dict[UUID, dict[Answerer, SheetView]] = {}
    for sheet in sheets:
        if sheet.answerer is not Answerer.PEER:
            found.setdefault(sheet.assessment_id, {})[sheet.answerer] = sheet
    whole = [sides for sides in found.values() if len(sides) > 1]
    return tuple(sorted((_past(session, sides) for sides in whole), key=lambda past: past.at))


def _past(session: Session, sides: dict[Answerer, SheetView]) -> Past:
    own, manager = sides[Answerer.SELF], sides[Answerer.MANAGER]
    asked = asked_about(blueprints.of_digest(session, own.sha256))
    return Past(
        assessment_id=own.assessment_id,
        cycle=own.cycle,
        at=max(sheet.sealed_at for sheet in (own, manager) if sheet.sealed_at is not None),
        alignment=alignment(asked, own.answers.marks, manager.answers.marks),
        own=own.answers.marks,
        manager=manager.answers.marks,
    )
