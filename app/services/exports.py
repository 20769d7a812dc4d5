"""Copies of data that leave: that one was made is recorded before anybody holds it, and how often is limited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.access import found, require
from app.domain.permission import Permission
from app.models.privacy_facts import subject_facts
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.domain.privacy.erasing import SubjectKind

OBJECTS = {"candidate": "candidate", "person": "user"}


def note(session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID, *, now: datetime) -> None:
    """Record that a copy of somebody's data is given out; commit this before it is sent."""
    require(actor, Permission.DATA_EXPORT, found(subject_facts(session, actor, kind, subject_id)))
    audit.record(session, actor, "data.export", f"{OBJECTS[kind.value]}/{subject_id}", now=now)
