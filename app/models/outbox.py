"""Messages that leave with the act that caused them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Prose, Title, refers


class Message(Base):
    """A notice to one person: something waits, and where. It never carries evaluation content.

    ``try_after`` keeps a second sender off a notice that is under way, and a refused one until its next try.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_unsent", "sent_at", "created_at"),)

    id: Mapped[Key]
    recipient_id: Mapped[UUID] = refers("person.id", index=True)
    subject: Mapped[Title]
    body: Mapped[Prose]
    path: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    try_after: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200), default="")
