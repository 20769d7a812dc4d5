"""What evidence logs ask of somebody: to say whether an entry is so. A branch of the inbox's one query."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, or_
from sqlalchemy.orm import aliased

from app.domain.growth.duty import GrowthDuty
from app.models.evidence import Corroboration, LogEntry
from app.models.evidence_facts import outdated
from app.models.inbox_row import row
from app.models.person import Person

Whose = SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]
Ask = Select[*tuple[Any, ...]]


def asks(person: Whose) -> tuple[Ask, ...]:
    """Entries on which a person was asked and has not answered, or which have changed since they did."""
    owner = aliased(Person)
    waits = (
        row(
            GrowthDuty.CORROBORATE, LogEntry.id, candidate=owner.name, what=LogEntry.title, requisition=owner.name,
            since=Corroboration.asked_at,
        )
        .select_from(Corroboration)
        .join(LogEntry, LogEntry.id == Corroboration.entry_id)
        .join(owner, owner.id == LogEntry.person_id)
        .where(
            Corroboration.person_id == person,
            LogEntry.withdrawn_at.is_(None),
            or_(Corroboration.word.is_(None), outdated()),
        )
    )  # fmt: skip
    return (waits,)
