"""Papers that leave the program: which very file was made for whom, so that a copy can be held against the chain."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.decision import Decision
from app.models.facts import application_facts
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def decision_printed(session: Session, actor: ActorFacts, decision_id: UUID, paper: bytes, *, now: datetime) -> None:
    """Note that this file of a decision was made; its SHA-256 is the object, so that an export of the chain has it.

    Commit it before the file is handed out.
    """
    application_id = session.scalar(select(Decision.application_id).where(Decision.id == decision_id))
    if application_id is None:
        raise NotFoundError
    require(actor, Permission.DECISION_SEE, found(application_facts(session, actor, application_id)))
    digest = hashlib.sha256(paper).hexdigest()
    payload = {"decision": str(decision_id)}
    audit.record(session, actor, "decision.print", f"document/{digest}", now=now, payload=payload)
