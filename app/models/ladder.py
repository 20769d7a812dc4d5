"""Where people stand: whom they report to, and the level at which somebody works in a role, from a day on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, exists, literal, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.models.base import Base, Key, Prose, Slug, Title, refers


class Placement(Base):
    """A level that somebody holds from ``since`` on; the newest that has begun counts. Rows are only ever added.

    ``role`` is the id of a role blueprint, ``level`` one of its ladder; ``case_id`` the promotion that led there.
    ``replaces_id`` is a placement that counts no longer, as if it had never begun, because of this one.
    """

    __tablename__ = "placement"
    __table_args__ = (Index("ix_placement_person_since", "person_id", "since"),)

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id")
    role: Mapped[Slug]
    level: Mapped[Slug]
    since: Mapped[date]
    reason: Mapped[Prose]
    case_id: Mapped[UUID | None] = refers("promotion_case.id", index=True)
    replaces_id: Mapped[UUID | None] = refers("placement.id", unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = refers("person.id")


def unreplaced() -> ColumnElement[bool]:
    """A criterion on :class:`Placement`: no later one replaces it."""
    later = aliased(Placement)
    return ~exists(select(literal(1)).where(later.replaces_id == Placement.id).correlate(Placement))


class Reporting(Base):
    """Whom somebody reports to now, and the team they are in; people without a row report to nobody."""

    __tablename__ = "reporting"
    __table_args__ = (CheckConstraint("person_id <> manager_id", name="manager_is_another"),)

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    manager_id: Mapped[UUID | None] = refers("person.id", index=True)
    team: Mapped[Title] = mapped_column(default="")
