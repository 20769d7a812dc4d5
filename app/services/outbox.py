"""Notices that leave with the act that caused them: a row in the same transaction, sent later by the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.models.outbox import Message

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SUBJECT_LIMIT = 200


def notify(
    session: Session,
    recipient_id: UUID,
    *,
    subject: str,
    body: str,
    path: str,
    now: datetime,
    calendar: str = "",
    method: str = "",
) -> None:
    """Tell one person that something waits for them, and where (``path`` on this site).

    A line of the body that is nothing but a path becomes a link as well. Neither text may carry evaluation content: no
    rating, recommendation, count or outcome. A notice to one person must not depend on what others wrote, because a
    mailbox is read without any permission check of ours. ``calendar`` is the text of an iCalendar file that comes
    along and ``method`` what it asks for.
    """
    session.add(
        Message(
            recipient_id=recipient_id, subject=subject[:SUBJECT_LIMIT], body=body, path=path, created_at=now,
            calendar=calendar, calendar_method=method,
        )
    )  # fmt: skip
