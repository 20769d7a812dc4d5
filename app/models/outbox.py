"""Messages that leave with the act that caused them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Prose, Title, refers


class Message(Base):
    """A notice to one person or to the candidate of an application. It never carries evaluation content.

    ``path`` is where something waits on this site. A candidate's notice ends with their link where ``with_link`` says
    so; the address is made when it is sent, because no token is ever kept. ``calendar`` is the text of an iCalendar
    file and ``calendar_method`` what it asks for (``REQUEST``, ``CANCEL``), both empty without one. ``try_after``
    keeps a second sender off a notice that is under way, and a refused one until its next try. A person's notice goes
    to ``address`` where one is given, such as the one they had before, and ends with the one-time link
    ``account_link_id`` where it names one.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_unsent", "sent_at", "created_at"),
        CheckConstraint("(recipient_id IS NULL) <> (application_id IS NULL)", name="one_recipient"),
    )

    id: Mapped[Key]
    recipient_id: Mapped[UUID | None] = refers("person.id", index=True)
    application_id: Mapped[UUID | None] = refers("application.id", index=True)
    subject: Mapped[Title]
    body: Mapped[Prose]
    path: Mapped[str] = mapped_column(String(200))
    with_link: Mapped[bool] = mapped_column(default=False)
    calendar: Mapped[Prose] = mapped_column(default="")
    calendar_method: Mapped[str] = mapped_column(String(16), default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    account_link_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    try_after: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200), default="")
