"""What may not be written where somebody blinded reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.errors import Fault
from app.domain.redaction import Finding, Known, Told, find
from app.models.candidate import Application, Candidate
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy.orm import Session

_NAMED = "This requisition is reviewed blind, and this stands in mails and calendars. Take “{}” out of it."


def naming_faults(session: Session, application_id: UUID, texts: Mapping[str, str]) -> tuple[Fault, ...]:
    """The candidate's name in what interviewers of a blind requisition would read; texts by the field they stand in."""
    name = session.scalar(
        select(Candidate.name)
        .join(Application, Application.candidate_id == Candidate.id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == application_id, Requisition.blind.is_(True))
    )
    if name is None:
        return ()
    found = ((field, text, _first(text, Known(name))) for field, text in texts.items())
    return tuple(Fault(field, _NAMED.format(text[one.start : one.end])) for field, text, one in found if one)


def _first(text: str, known: Known) -> Finding | None:
    return next((one for one in find(text, known) if one.told is Told.NAME), None)
