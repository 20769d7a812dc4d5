"""Proof that one decision is in the audit chain, for somebody who holds no more than a line on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.audit_tree import path
from app.domain.errors import ConflictError, NotFoundError
from app.models import chain
from app.models.audit import AuditCheckpoint, AuditEvent, AuditPayload
from app.models.records import DECISION_ACTIONS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ERASED = "The text of this decision was erased, so nothing can be shown of it any more; the chain holds without it."
_LATER = "That line is older than the decision: take one that was made after it."


def proof(session: Session, decision_id: UUID, size: int | None = None) -> Mapping[str, object]:
    """The decision's event and text with the way up to the root of the first ``size`` events, ready for JSON.

    Without a size it leads to the newest kept checkpoint that saw the decision, or to the chain as it is.
    """
    found = session.execute(
        select(AuditEvent.seq, AuditEvent.body, AuditEvent.prev, AuditPayload.salt, AuditPayload.body.label("payload"))
        .join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .where(AuditEvent.object == f"decision/{decision_id}", AuditEvent.action.in_(DECISION_ACTIONS))
        .order_by(AuditEvent.seq)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    if found.salt is None:
        raise ConflictError(_ERASED)
    hashes = session.scalars(select(AuditEvent.hash).order_by(AuditEvent.seq).limit(size or _size(session, found.seq)))
    events = [bytes.fromhex(one) for one in hashes]
    if len(events) < found.seq:
        raise ConflictError(_LATER)
    steps = path(events, found.seq - 1)
    return {
        "instance": chain.instance_of(session),
        "size": len(events),
        "seq": found.seq,
        "prev": found.prev,
        "body": found.body,
        "salt": found.salt.hex(),
        "payload": found.payload,
        "path": [{"left": step.left, "node": step.node.hex()} for step in steps],
    }


def _size(session: Session, seq: int) -> int | None:
    newest = select(AuditCheckpoint.size).where(AuditCheckpoint.size >= seq)
    return session.scalar(newest.order_by(AuditCheckpoint.size.desc()).limit(1))
