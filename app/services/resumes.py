"""Structured résumés of candidates: imported as JSON Resume, one a candidate, replaced by the next."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.access import require_whole
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.candidate import Candidate
from app.models.facts import candidate_facts
from app.models.resume import Redaction, ResumeRow
from app.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.domain.resume import Body

ORIGIN = "Structured résumé"
"""What a redaction names as its source when it was made from one of these."""


def keep(session: Session, actor: ActorFacts, candidate_id: UUID, body: Body, *, now: datetime) -> None:
    """Keep a résumé in place of the one before; what was redacted from that one is no longer shown to anybody."""
    _require(session, actor, candidate_id)
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(written.encode()).hexdigest()
    row = session.get(ResumeRow, candidate_id)
    if row is None:
        row = ResumeRow(candidate_id=candidate_id)
        session.add(row)
    row.body, row.sha256, row.imported_at, row.imported_by_id = written, digest, now, actor.person_id
    _withdraw(session, candidate_id)
    session.flush()
    audit.record(session, actor, "resume.import", f"candidate/{candidate_id}", now=now, payload={"sha256": digest})


def remove(session: Session, actor: ActorFacts, candidate_id: UUID, *, now: datetime) -> None:
    """Take a candidate's structured résumé away, with what was redacted from it."""
    _require(session, actor, candidate_id)
    row = session.get(ResumeRow, candidate_id)
    if row is None:
        raise NotFoundError
    session.delete(row)
    _withdraw(session, candidate_id)
    session.flush()
    audit.record(session, actor, "resume.remove", f"candidate/{candidate_id}", now=now)


def _require(session: Session, actor: ActorFacts, candidate_id: UUID) -> None:
    if session.get(Candidate, candidate_id, with_for_update=True) is None:
        raise NotFoundError
    require_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, candidate_id))


def _withdraw(session: Session, candidate_id: UUID) -> None:
    redaction = session.get(Redaction, candidate_id)
    if redaction is not None and redaction.origin == ORIGIN:
        session.delete(redaction)
