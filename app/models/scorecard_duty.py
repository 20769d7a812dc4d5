"""What helps somebody to do a scorecard in time: kits that were opened, reminders that were told, seats handed on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, refers


class KitOpening(Base):
    """When an interviewer first opened the kit of their interview; only their own reminder ever asks."""

    __tablename__ = "kit_opening"

    interview_id: Mapped[UUID] = refers("interview.id", primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    opened_at: Mapped[datetime]


class CardReminder(Base):
    """That an interviewer was told of one scorecard on one occasion, so that nothing is told twice.

    ``counts_from`` is the moment that reminders are counted from: another time of the interview counts anew.
    """

    __tablename__ = "card_reminder"

    scorecard_id: Mapped[UUID] = refers("scorecard.id", primary_key=True)
    counts_from: Mapped[datetime] = mapped_column(primary_key=True)
    occasion: Mapped[str] = mapped_column(String(20), primary_key=True)
    told_at: Mapped[datetime]


class SeatOffer(Base):
    """Whom an interviewer who could not interview proposes instead; ``settled_at`` once a coordinator has answered."""

    __tablename__ = "seat_offer"

    scorecard_id: Mapped[UUID] = refers("scorecard.id", primary_key=True)
    person_id: Mapped[UUID] = refers("person.id")
    offered_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
