"""Roles that hold in one requisition or team, roles that wait for a second administrator, and looking as somebody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.facts import Role
from app.domain.granting import Ruling
from app.models.base import Base, Digest, Key, Prose, Title, choice, refers

_ONE_PLACE = "(requisition_id IS NULL) <> (team IS NULL)"


class ScopedGrant(Base):
    """A role that holds in one requisition, or in one team and nowhere else, and who gave it."""

    __tablename__ = "scoped_grant"
    __table_args__ = (
        CheckConstraint(_ONE_PLACE, name="one_place"),
        CheckConstraint("role IN ('auditor', 'coordinator', 'hr_partner')", name="role_can_be_scoped"),
        CheckConstraint("person_id <> granted_by_id", name="given_by_another"),
        UniqueConstraint("person_id", "role", "requisition_id"),
        UniqueConstraint("person_id", "role", "team"),
    )

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id")
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    requisition_id: Mapped[UUID | None] = refers("requisition.id", index=True)
    team: Mapped[Title | None]
    granted_by_id: Mapped[UUID] = refers("person.id")
    granted_at: Mapped[datetime]


class RoleRequest(Base):
    """A role that one administrator asked for and another has to confirm; without a place it is company-wide."""

    __tablename__ = "role_request"
    __table_args__ = (
        CheckConstraint("requisition_id IS NULL OR team IS NULL", name="one_place_at_most"),
        CheckConstraint("person_id <> asked_by_id", name="asked_by_another"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> person_id", name="decided_by_another"),
        CheckConstraint("ruling <> 'accepted' OR decided_by_id <> asked_by_id", name="accepted_by_a_second"),
        CheckConstraint("(ruling = 'waiting') = (decided_at IS NULL)", name="decided_once"),
    )

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id", index=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    requisition_id: Mapped[UUID | None] = refers("requisition.id")
    team: Mapped[Title | None]
    asked_by_id: Mapped[UUID] = refers("person.id")
    asked_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    ruling: Mapped[Ruling] = mapped_column(choice(Ruling, "ruling"), default=Ruling.WAITING)
    decided_by_id: Mapped[UUID | None] = refers("person.id")
    decided_at: Mapped[datetime | None]


class Looking(Base):
    """An administrator who looks at the program as somebody else, in one browser and for a short time."""

    __tablename__ = "looking"
    __table_args__ = (CheckConstraint("looker_id <> person_id", name="at_another"),)

    id: Mapped[Key]
    token_hash: Mapped[Digest] = mapped_column(index=True)
    looker_id: Mapped[UUID] = refers("person.id")
    person_id: Mapped[UUID] = refers("person.id")
    reason: Mapped[Prose]
    begun_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BrokenGlass(Base):
    """A request to read an application's sealed scorecards before their time, what became of it, and the first read."""

    __tablename__ = "broken_glass"
    __table_args__ = (
        CheckConstraint("ruling <> 'accepted' OR decided_by_id <> asked_by_id", name="accepted_by_another"),
        CheckConstraint("(ruling = 'accepted') = (ends_at IS NOT NULL)", name="hour_when_accepted"),
        CheckConstraint("(ruling = 'waiting') = (decided_at IS NULL)", name="decided_once"),
    )

    id: Mapped[Key]
    application_id: Mapped[UUID] = refers("application.id", index=True)
    asked_by_id: Mapped[UUID] = refers("person.id")
    reason: Mapped[Prose]
    asked_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    ruling: Mapped[Ruling] = mapped_column(choice(Ruling, "ruling"), default=Ruling.WAITING)
    decided_by_id: Mapped[UUID | None] = refers("person.id")
    decided_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    first_read_at: Mapped[datetime | None]
