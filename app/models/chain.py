"""Reading and extending the audit chain: its head row, its last link and its tree root."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain import audit
from app.domain.audit_tree import Tree
from app.domain.errors import UnavailableError
from app.models.audit import AuditCheckpoint, AuditEvent, AuditHead
from app.models.person import Installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_BATCH = 10_000
BEHIND = (
    "The audit chain does not end where its head row says, so nothing is written; pages can still be read. "
    "On the server: python3 -m app audit verify, then python3 -m app audit mend-head"
)


def lock_head(session: Session) -> audit.Head:
    """The last link, locked until the transaction ends; a chain without one stands at number 0.

    Nothing else may be locked after it, so that two writers can never wait for each other. A head that is not where
    the chain ends raises ``UnavailableError``: going on would bury what happened.
    """
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(AuditHead)
    first = insert.values(id=1, seq=0, hash=audit.GENESIS.hex()).on_conflict_do_nothing()
    statement = select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    row = session.execute(statement).one_or_none()
    if row is None:
        session.execute(first)
        row = session.execute(statement).one()
    head = audit.Head(row.seq, row.hash)
    if head != last_of(session):
        raise UnavailableError(BEHIND)
    return head


def last_of(session: Session) -> audit.Head:
    """The last event as its own row says; number 0 and zeros before the first."""
    newest = select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return audit.Head(row.seq, row.hash) if row else audit.Head(0, audit.GENESIS.hex())


def checkpoint(session: Session) -> str:
    """The line that witnesses every event there is: instance, number of events, tree root; empty before the first.

    It goes on from the last signed checkpoint, so it costs one pass over the hashes since then.
    """
    instance, tree = instance_of(session), tree_of(session)
    return audit.checkpoint(instance, tree.size, tree.root()) if instance and tree.size else ""


def instance_of(session: Session) -> str:
    """The id of the installation as checkpoints write it; empty before its first start."""
    instance = session.scalar(select(Installation.instance_id))
    return "" if instance is None else str(UUID(str(instance)))


def tree_of(session: Session) -> Tree:
    """The tree over every event committed so far, from the last signed checkpoint on."""
    newest = select(AuditCheckpoint.size, AuditCheckpoint.peaks).order_by(AuditCheckpoint.size.desc()).limit(1)
    begun = session.execute(newest).one_or_none()
    tree = Tree.at(begun.size, begun.peaks) if begun else Tree()
    statement = select(AuditEvent.hash).where(AuditEvent.seq > tree.size).order_by(AuditEvent.seq)
    for leaves in session.scalars(statement.execution_options(yield_per=_BATCH)).partitions():
        tree.extend([bytes.fromhex(one) for one in leaves])
    return tree
