"""What every table shares: constraint names that stay stable, ids, and instants in UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import (
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps it without a zone, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a zone cannot be stored"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  the interface
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The one registry of tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant(), UUID: Uuid()}  # noqa: RUF012  SQLAlchemy reads a plain dict here


def choice(values: type[StrEnum], name: str) -> Enum:
    """A column of one of the values, stored as its text and held by a named check in the database."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=_texts,
        validate_strings=True,
    )


def _texts(values: type[StrEnum]) -> list[str]:
    return [value.value for value in values]


def refers(column: str, **options: Any) -> Any:  # noqa: ANN401  passes mapped_column's own options through
    """A column that points at another row, which then cannot be deleted."""
    return mapped_column(ForeignKey(column, ondelete="RESTRICT"), **options)


_id_source: ContextVar[Callable[[], UUID]] = ContextVar("id_source", default=uuid4)


@contextmanager
def ids_from(source: Callable[[], UUID]) -> Iterator[None]:
    """Take the ids of rows that are flushed inside from ``source``, for data that must come out alike each time."""
    token = _id_source.set(source)
    try:
        yield
    finally:
        _id_source.reset(token)


def new_id() -> UUID:
    """The id of a new row: random, unless :func:`ids_from` says otherwise."""
    return _id_source.get()()


Key = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Title = Annotated[str, mapped_column(String(200))]
Email = Annotated[str, mapped_column(String(254))]
Slug = Annotated[str, mapped_column(String(80))]
Digest = Annotated[str, mapped_column(String(64))]
Prose = Annotated[str, mapped_column(Text)]
