"""The evidence log: entries, what they show, and who says that it was so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.growth.log import Shown, Visibility, Word
from app.domain.onboarding.goal import EvidenceKind
from app.models.base import Base, Digest, Key, Prose, Slug, Title, choice, refers


class LogEntry(Base):
    """Something that somebody did: a link, a text, or a file kept under this id. ``about_on`` is the day it speaks of.

    An entry that came from a goal's evidence or a metric's reading names it. Withdrawn entries stay, with a reason.
    ``changed_at`` is when what it says last changed: what was said of it before then speaks of another text.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_person_about", "person_id", "about_on"),
        UniqueConstraint("person_id", "goal_evidence_id"),
        UniqueConstraint("person_id", "reading_id"),
        CheckConstraint("goal_evidence_id IS NULL OR reading_id IS NULL", name="one_origin"),
    )

    id: Mapped[Key]
    person_id: Mapped[UUID] = refers("person.id")
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind, "evidence_kind"))
    title: Mapped[Title]
    body: Mapped[Prose] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(String(80), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[Digest] = mapped_column(default="")
    about_on: Mapped[date]
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility, "visibility"))
    goal_evidence_id: Mapped[UUID | None] = refers("goal_evidence.id")
    reading_id: Mapped[UUID | None] = refers("reading.id")
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[Prose] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    shows: Mapped[list[EntryShows]] = relationship(cascade="all, delete-orphan", order_by="EntryShows.key")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class EntryShows(Base):
    """A competency or a criterion of the person's role that an entry shows."""

    __tablename__ = "entry_shows"

    entry_id: Mapped[UUID] = refers("log_entry.id", primary_key=True)
    kind: Mapped[Shown] = mapped_column(choice(Shown, "shown"), primary_key=True)
    key: Mapped[Slug] = mapped_column(primary_key=True)


class Corroboration(Base):
    """Somebody who was asked whether an entry is so, and what they said."""

    __tablename__ = "corroboration"
    __table_args__ = (UniqueConstraint("entry_id", "person_id"),)

    id: Mapped[Key]
    entry_id: Mapped[UUID] = refers("log_entry.id")
    person_id: Mapped[UUID] = refers("person.id", index=True)
    asked_at: Mapped[datetime]
    word: Mapped[Word | None] = mapped_column(choice(Word, "word"))
    words: Mapped[Prose] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
