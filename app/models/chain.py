"""Reading and extending the audit chain: its head row, its last link and its tree root."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain import audit
from app.models.audit import AuditEvent, AuditHead
from app.models.person import Installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_BATCH = 5_000


def lock_head(session: Session) -> audit.Head:
    """The last link, locked until the transaction ends; a chain without one stands at number 0.

    Nothing else may be locked after it, so that two writers can never wait for each other.
    """
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(AuditHead)
    first = insert.values(id=1, seq=0, hash=audit.GENESIS.hex()).on_conflict_do_nothing()
    statement = select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    row = session.execute(statement).one_or_none()
    if row is None:
        session.execute(first)
        row = session.execute(statement).one()
    return audit.Head(row.seq, row.hash)


def checkpoint(session: Session) -> str:
    """The line that witnesses every event there is: instance, number of events, tree root.

    Empty before the first event. Costs one pass over the hashes, about a second for a million events.
    """
    instance = session.scalar(select(Installation.instance_id))
    tree = audit.Tree()
    statement = select(AuditEvent.hash).order_by(AuditEvent.seq).execution_options(yield_per=_BATCH)
    for leaf in session.scalars(statement):
        tree.add(bytes.fromhex(leaf))
    if instance is None or not tree.size:
        return ""
    return audit.checkpoint(str(UUID(str(instance))), tree.size, tree.root())
