"""Deleting rows and blanking texts by the thousand, past the session, and counting what went."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, or_, select, update

from app.models.base import Base
from app.models.outbox import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

Counts = dict[str, int]
"""How much went, by words for people."""
Blanks = tuple[type[Base], "Mapping[str, str]", ColumnElement[bool]]
"""A table, what its columns say from now on, and which rows."""
_PAST = {"synchronize_session": False}
_AT_ONCE = 500


def delete_rows(session: Session, model: type[Base], which: ColumnElement[bool]) -> int:
    """Delete these rows; return how many they were."""
    done = session.execute(delete(model).where(which), execution_options=_PAST)
    return int(cast("CursorResult[Any]", done).rowcount)


def forget_letters(session: Session, mark: str) -> int:
    """Delete messages in which a name, address or id stands as a word of its own; return how many they were.

    Somebody called Li is not in every list.
    """
    if not mark:
        return 0
    texts = (Message.subject, Message.body, Message.path, Message.calendar)
    told = select(Message.id, *texts).where(or_(*(text.contains(mark, autoescape=True) for text in texts)))
    whole = re.compile(rf"(?<!\w){re.escape(mark)}(?!\w)", re.IGNORECASE)
    # Calendars write a new line as a backslash and an n, which is no letter of the word that follows.
    found = [
        row.id
        for row in session.execute(told)
        if any(whole.search((text or "").replace("\\n", "\n")) for text in row[1:])
    ]
    parts = (found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE))
    return sum(delete_rows(session, Message, Message.id.in_(part)) for part in parts)


def blank_texts(session: Session, blanks: Blanks) -> int:
    """Blank these columns of those rows that say anything in one of them; return how many they were."""
    model, values, which = blanks
    columns: list[Any] = [getattr(model, name) for name in values]
    says = or_(*(func.coalesce(column, "") != text for column, text in zip(columns, values.values(), strict=True)))
    done = session.execute(update(model).where(which, says).values(values), execution_options=_PAST)
    return int(cast("CursorResult[Any]", done).rowcount)
