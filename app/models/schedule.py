"""When people meet: invitations that were sent, times at which people are busy, and what candidates ask for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Prose, Title, refers


class Invitation(Base):
    """What somebody's calendar was last told of an interview; ``person_id`` is ``None`` for the candidate's own.

    ``id`` is made of the interview and its recipient, and is the event's UID for good; ``number`` is its SEQUENCE.
    ``starts_at``, ``minutes`` and ``place`` are what was told last; ``ended_at`` is when it was called off, if it was.
    """

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    interview_id: Mapped[UUID] = refers("interview.id", index=True)
    person_id: Mapped[UUID | None] = refers("person.id", index=True)
    number: Mapped[int]
    title: Mapped[Title]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(500))
    told_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BusyCalendar(Base):
    """A calendar of a person's own, from a file or, where ``address`` is not empty, from there again and again.

    ``read_at`` is when it was last read well, ``tried_at`` when it was last asked for, ``fault`` why that failed, in
    words. The address may be a secret of its owner: no page, mail or log shows more of it than its host.
    """

    __tablename__ = "busy_calendar"

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id", index=True)
    name: Mapped[Title]
    address: Mapped[str] = mapped_column(String(2000))
    added_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    covers_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None] = mapped_column(index=True)
    fault: Mapped[str] = mapped_column(String(200), default="")


class BusyTime(Base):
    """A time at which a calendar says its owner is busy. What happens then is never kept."""

    __tablename__ = "busy_time"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="forwards"),)

    calendar_id: Mapped[UUID] = refers("busy_calendar.id", primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(primary_key=True)


class TimeRequest(Base):
    """A candidate's wish for other times, in their own words; ``settled_at`` is when times were chosen after it."""

    __tablename__ = "time_request"

    id: Mapped[Key]
    application_id: Mapped[UUID] = refers("application.id", index=True)
    text: Mapped[Prose]
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
