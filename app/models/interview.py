"""Planned interviews and the dimensions they look at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.hiring import InterviewKind
from app.models.base import Base, Key, Slug, Title, choice, refers


class Interview(Base):
    """One conversation with a candidate; ``starts_at`` may still be open. ``place`` is a room or an https address."""

    __tablename__ = "interview"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_range"),)

    id: Mapped[Key]
    application_id: Mapped[UUID] = refers("application.id", index=True)
    kind: Mapped[InterviewKind] = mapped_column(choice(InterviewKind, "interview_kind"))
    title: Mapped[Title]
    case_study: Mapped[Slug | None]
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int] = mapped_column(default=60)
    place: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    focus: Mapped[list[InterviewFocus]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class InterviewFocus(Base):
    """A dimension that an interview has to assess."""

    __tablename__ = "interview_focus"

    interview_id: Mapped[UUID] = refers("interview.id", primary_key=True)
    dimension: Mapped[Slug] = mapped_column(primary_key=True)
