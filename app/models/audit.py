"""The tables of the audit chain; only ``services/audit.py`` writes them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, Prose, refers

_SEQ = BigInteger().with_variant(Integer(), "sqlite")


class AuditEvent(Base):
    """One link. The columns after ``hash`` are copied out of the body for filters; the verifier compares them."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(_SEQ, primary_key=True, autoincrement=False)
    body: Mapped[Prose]
    prev: Mapped[Digest] = mapped_column(unique=True)
    hash: Mapped[Digest]
    at: Mapped[str] = mapped_column(String(27), index=True)
    actor: Mapped[str] = mapped_column(String(80), index=True)
    action: Mapped[str] = mapped_column(String(80), index=True)
    object: Mapped[str] = mapped_column(String(120), index=True)


class AuditHead(Base):
    """The last link, locked by every writer, so that the chain cannot fork."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(_SEQ)
    hash: Mapped[Digest]


class AuditPayload(Base):
    """What an event is about, apart from it, so that personal text can be erased while the chain holds."""

    __tablename__ = "audit_payload"

    seq: Mapped[int] = refers("audit_event.seq", primary_key=True, type_=_SEQ, autoincrement=False)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    body: Mapped[str | None] = mapped_column(Text)


class AuditCheckpoint(Base):
    """A signed witness of the first ``size`` events. Its ``peaks`` are where the next one goes on from.

    The key lies outside the database; ``key_id`` tells which. Rows never change.
    """

    __tablename__ = "audit_checkpoint"
    __table_args__ = (CheckConstraint("size > 0", name="some_event"),)

    size: Mapped[int] = mapped_column(_SEQ, primary_key=True, autoincrement=False)
    occasion: Mapped[str] = mapped_column(String(16), primary_key=True)
    root: Mapped[Digest]
    peaks: Mapped[Prose]
    made_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[str] = mapped_column(String(128))
