"""The one row that says whose installation this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select

from app.models.person import Installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DEFAULT_COMPANY = "This company"


@dataclass(frozen=True, slots=True)
class About:
    """Whose installation this is, and whether it holds the demo."""

    instance_id: UUID
    company: str
    demo: bool


def about(session: Session) -> About | None:
    """What the installation says of itself, or ``None`` before its first start."""
    row = session.execute(select(Installation.instance_id, Installation.company, Installation.demo)).one_or_none()
    return About(row.instance_id, row.company, row.demo) if row else None


def ensure(
    session: Session, *, company: str = DEFAULT_COMPANY, demo: bool = False, instance_id: UUID | None = None
) -> About:
    """Make the row at the first start; later calls change nothing."""
    known = about(session)
    if known is not None:
        return known
    made = About(instance_id or uuid4(), company, demo)
    session.add(Installation(id=1, instance_id=made.instance_id, company=company, demo=demo))
    session.flush()
    return made
