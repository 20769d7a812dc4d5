"""What was reminded of and when, so that nothing is told twice however many workers there are."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, refers


class Look(Base):
    """That somebody's duties were looked at on a day of their own calendar: at most one digest a day comes of it."""

    __tablename__ = "look"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class ReminderRow(Base):
    """That a person was told of one thing (a goal, a milestone or a plan) on one occasion."""

    __tablename__ = "reminder"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    target: Mapped[UUID] = mapped_column(primary_key=True)
    occasion: Mapped[str] = mapped_column(String(60), primary_key=True)
    told_at: Mapped[datetime]


class SoonOff(Base):
    """That a person wants no reminders of what is only due soon."""

    __tablename__ = "soon_off"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    since: Mapped[datetime]
