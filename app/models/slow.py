"""Tells of statements that take long: their text, which never holds a value, and how long they took."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

log = logging.getLogger("plumbline.database")
SLOW_SECONDS = 0.5
_LONGEST = 300
_BEGAN = "plumbline_began"


def watch(engine: Engine, *, slower_than: float = SLOW_SECONDS) -> None:
    """Write a warning for each statement that takes longer; values travel apart from the text and are not written."""

    def begin(connection: Connection, *_more: Any) -> None:  # noqa: ANN401  SQLAlchemy's own arguments
        connection.info[_BEGAN] = time.perf_counter()

    def end(connection: Connection, _cursor: object, statement: str, *_more: Any) -> None:  # noqa: ANN401  as above
        took = time.perf_counter() - connection.info.get(_BEGAN, time.perf_counter())
        if took >= slower_than:
            fields = {"seconds": round(took, 3), "statement": " ".join(statement.split())[:_LONGEST]}
            log.warning("slow statement", extra={"fields": fields})

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
