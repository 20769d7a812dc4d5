"""What evidence logs ask of somebody: to say whether an entry is so. A branch of the inbox's one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, SQLColumnExpression, String, cast, literal, null, or_, select
from sqlalchemy.orm import aliased

from app.domain.growth.duty import GrowthDuty
from app.models.base import Instant
from app.models.evidence import Corroboration, LogEntry
from app.models.evidence_facts import outdated
from app.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Whose = SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]
Ask = Select[*tuple[Any, ...]]


def asks(person: Whose) -> tuple[Ask, ...]:
    """Entries on which a person was asked and has not answered, or which have changed since they did."""
    owner = aliased(Person)
    waits = (
        select(*_columns(owner.name))
        .select_from(Corroboration)
        .join(LogEntry, LogEntry.id == Corroboration.entry_id)
        .join(owner, owner.id == LogEntry.person_id)
        .where(
            Corroboration.person_id == person,
            LogEntry.withdrawn_at.is_(None),
            or_(Corroboration.word.is_(None), outdated()),
        )
    )
    return (waits,)


def _columns(owner: SQLColumnExpression[str]) -> tuple[ColumnElement[Any], ...]:
    return (
        literal(GrowthDuty.CORROBORATE.value, String).label("kind"),
        LogEntry.id.label("target"),
        LogEntry.id.label("interview"),
        owner.label("candidate"),
        LogEntry.title.label("what"),
        owner.label("requisition"),
        Corroboration.asked_at.label("since"),
        cast(null(), Instant).label("starts_at"),
        cast(literal(0), Integer).label("minutes"),
        cast(literal(0), Integer).label("size"),
        cast(null(), Instant).label("saved_at"),
        cast(null(), Date).label("due_on"),
        cast(null(), Date).label("opens_on"),
        cast(null(), String).label("zone"),
    )
