"""Check-ins of a milestone, their outcomes, and notes of one-to-one talks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.onboarding.checkin import Against
from app.domain.onboarding.plan import PartyName
from app.models.base import Base, Key, Prose, choice, refers


class CheckIn(Base):
    """One party's answers about one milestone; once ``sealed_at`` is set they never change.

    ``goals`` is JSON: a goal's key to how it stands.
    """

    __tablename__ = "check_in"
    __table_args__ = (CheckConstraint("confidence IS NULL OR confidence BETWEEN 1 AND 5", name="confidence_range"),)

    milestone_id: Mapped[UUID] = refers("plan_milestone.id", primary_key=True)
    party: Mapped[PartyName] = mapped_column(choice(PartyName, "party"), primary_key=True)
    author_id: Mapped[UUID] = refers("person.id")
    confidence: Mapped[int | None]
    against: Mapped[Against | None] = mapped_column(choice(Against, "against"))
    went_well: Mapped[Prose] = mapped_column(default="")
    in_the_way: Mapped[Prose] = mapped_column(default="")
    goals: Mapped[Prose] = mapped_column(default="{}")
    saved_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class CheckInOutcome(Base):
    """What the two agreed on after comparing their answers. A correction is a new row."""

    __tablename__ = "check_in_outcome"
    __table_args__ = (UniqueConstraint("milestone_id", "number"),)

    id: Mapped[Key]
    milestone_id: Mapped[UUID] = refers("plan_milestone.id")
    number: Mapped[int]
    text: Mapped[Prose]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")


class TalkNote(Base):
    """A note of a one-to-one talk, its author's alone unless shared when it was written."""

    __tablename__ = "talk_note"

    id: Mapped[Key]
    plan_id: Mapped[UUID] = refers("plan.id", index=True)
    author_id: Mapped[UUID] = refers("person.id")
    talked_on: Mapped[date]
    text: Mapped[Prose]
    shared: Mapped[bool]
    written_at: Mapped[datetime]
