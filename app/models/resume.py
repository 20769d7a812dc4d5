"""Structured résumés, and the redacted copy that interviewers read in a blind requisition."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, Prose, Title, refers


class ResumeRow(Base):
    """A candidate's résumé as it was imported: ``body`` is JSON in the shape of JSON Resume, with known keys only."""

    __tablename__ = "resume"

    candidate_id: Mapped[UUID] = refers("candidate.id", primary_key=True)
    body: Mapped[Prose]
    sha256: Mapped[Digest]
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class Redaction(Base):
    """The résumé's text and the copy without what tells who it is; interviewers read it once it is released."""

    __tablename__ = "redaction"

    candidate_id: Mapped[UUID] = refers("candidate.id", primary_key=True)
    origin: Mapped[Title]
    original: Mapped[Prose]
    redacted: Mapped[Prose]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID] = refers("person.id")
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[UUID | None] = refers("person.id")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here
