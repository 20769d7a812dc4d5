"""The columns of the inbox's one query, which every branch of its union has in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Integer, Select, String, cast, literal, null, select

from app.models.base import Instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, SQLColumnExpression

_NO_TEXT = literal("", String)
_ZERO = cast(literal(0), Integer)
_NO_DAY = cast(null(), Date)
_REST: Mapping[str, ColumnElement[Any]] = {
    "candidate": _NO_TEXT,
    "what": _NO_TEXT,
    "requisition": _NO_TEXT,
    "since": cast(null(), Instant),
    "starts_at": cast(null(), Instant),
    "minutes": _ZERO,
    "size": _ZERO,
    "saved_at": cast(null(), Instant),
    "due_on": _NO_DAY,
    "opens_on": _NO_DAY,
    "zone": cast(null(), String),
}
"""What a column holds where a branch has nothing for it: typed, as PostgreSQL wants it in a union."""


def row(kind: str, target: SQLColumnExpression[Any], **told: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    """A branch that tells these columns and leaves the others empty; ``interview`` is the target unless told.

    ``since`` is always told. What an unknown name would add is refused by the database, as every branch has as many.
    """
    columns = {"kind": literal(str(kind), String), "target": target, "interview": target, **_REST, **told}
    return select(*(column.label(name) for name, column in columns.items()))
