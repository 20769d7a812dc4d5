"""Candidates, their applications, the stages they went through, and their documents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.hiring import Stage
from app.models.base import Base, Digest, Email, Key, Prose, Title, choice, refers
from app.models.requisition import Requisition


class Candidate(Base):
    """A person who applied; ``email`` is in lower case and finds duplicates. ``zone`` is empty until they say.

    ``hidden_at``: kept by law, but no longer shown. ``erased_at``: only this row is left of them, without a name.
    """

    __tablename__ = "candidate"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[Key]
    name: Mapped[Title] = mapped_column(index=True)
    email: Mapped[Email] = mapped_column(unique=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    headline: Mapped[Title] = mapped_column(default="")
    source: Mapped[str] = mapped_column(String(80), default="")
    # Who of the company recommended them, and so has a conflict of interest.
    referrer_id: Mapped[UUID | None] = refers("person.id")
    zone: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class Application(Base):
    """A candidate for one requisition."""

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("candidate_id", "requisition_id"),)

    id: Mapped[Key]
    candidate_id: Mapped[UUID] = refers("candidate.id")
    requisition_id: Mapped[UUID] = refers("requisition.id", index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage, "stage"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    candidate: Mapped[Candidate] = relationship()
    requisition: Mapped[Requisition] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class StageChange(Base):
    """One step of an application's history; rows are only ever added. The candidate's own step is by nobody of ours."""

    __tablename__ = "stage_change"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[Key]
    application_id: Mapped[UUID] = refers("application.id")
    number: Mapped[int]
    from_stage: Mapped[Stage | None] = mapped_column(choice(Stage, "from_stage"))
    to_stage: Mapped[Stage] = mapped_column(choice(Stage, "to_stage"))
    reason: Mapped[Prose] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = refers("person.id")


class CandidateFile(Base):
    """A document of a candidate, kept outside every served folder under a name of our own."""

    __tablename__ = "candidate_file"

    id: Mapped[Key]
    candidate_id: Mapped[UUID] = refers("candidate.id", index=True)
    name: Mapped[Title]
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[Digest]
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID] = refers("person.id")
