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


def row(
    kind: str, target: SQLColumnExpression[Any], **told: SQLColumnExpression[Any] | None
) -> Select[*tuple[Any, ...]]:
    """A branch that tells :func:`columns`, and needs nothing but its tables and criteria yet."""
    return select(*columns(kind, target, **told))


def columns(
    kind: str, target: SQLColumnExpression[Any], **told: SQLColumnExpression[Any] | None
) -> tuple[ColumnElement[Any], ...]:
    """What a branch tells, with the other columns, and what is ``None``, left empty.

    ``interview`` is the target unless told. ``since`` is always told. What an unknown name would add is refused by the
    database, as every branch has as many.
    """
    known = {"kind": literal(str(kind), String), "target": target, "interview": target, **_REST}
    known |= {name: column for name, column in told.items() if column is not None}
    return tuple(column.label(name) for name, column in known.items())
