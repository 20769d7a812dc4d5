"""Candidates' links, the browsers that came by them, and what a candidate is told after a decision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, Key, Prose, refers


class CandidateLink(Base):
    """The one link of an application. Each new one is the next generation, and ends those before it.

    ``created_at`` is when this generation was made, by nobody where an act of the program needed it; ``opened_at``
    when the candidate last came by it. ``afterwards``: made after the application ended, so that it outlives the end.
    """

    __tablename__ = "candidate_link"
    __table_args__ = (CheckConstraint("generation > 0", name="generation_positive"),)

    id: Mapped[Key]
    application_id: Mapped[UUID] = refers("application.id", unique=True)
    generation: Mapped[int] = mapped_column(default=1)
    afterwards: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = refers("person.id")


class CandidateVisit(Base):
    """One browser of a candidate: only the SHA-256 of its token is kept. It ends with its link's generation."""

    __tablename__ = "candidate_visit"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    link_id: Mapped[UUID] = refers("candidate_link.id", index=True)
    generation: Mapped[int]
    begun_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class CandidateFeedback(Base):
    """What a coordinator writes to a candidate after the decision; the candidate sees it once it is shared."""

    __tablename__ = "candidate_feedback"

    application_id: Mapped[UUID] = refers("application.id", primary_key=True)
    body: Mapped[Prose]
    written_by_id: Mapped[UUID] = refers("person.id")
    written_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here
