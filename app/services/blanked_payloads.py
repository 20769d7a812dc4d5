"""Blanking what the audit chain says about erased people: the links stay, and the chain still verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import or_, select, update

from app.models.audit import AuditEvent, AuditPayload

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, CursorResult
    from sqlalchemy.orm import Session

_AT_ONCE = 200
OBJECTS = (
    "application", "assessment", "candidate", "case", "case-assignment", "case_assignment", "case_grade",
    "case_grader", "checkin", "decision", "erasure", "file", "goal", "interview", "log_entry", "person", "placement",
    "plan", "scorecard", "user",
)  # fmt: skip
"""What events are about, as the first part of their object, where that is somebody's own."""


def blank(session: Session, ids: Iterable[UUID], words: Sequence[str]) -> int:
    """Blank every payload of an event about one of these objects, or that holds one of the words; return how many.

    Words are ids and addresses, which belong to nobody else; a name might.
    """
    texts = sorted(str(one) for one in ids)
    blanked = 0
    for start in range(0, len(texts), _AT_ONCE):
        objects = [f"{kind}/{one}" for one in texts[start : start + _AT_ONCE] for kind in OBJECTS]
        about = select(AuditEvent.seq).where(AuditEvent.object.in_(objects))
        blanked += _blank(session, AuditPayload.seq.in_(about))
    if words:
        blanked += _blank(session, or_(*(AuditPayload.body.contains(word, autoescape=True) for word in words)))
    return blanked


def _blank(session: Session, which: ColumnElement[bool]) -> int:
    act = update(AuditPayload).where(which, AuditPayload.body.is_not(None)).values(salt=None, body=None)
    done = session.execute(act, execution_options={"synchronize_session": False})
    return int(cast("CursorResult[Any]", done).rowcount)
