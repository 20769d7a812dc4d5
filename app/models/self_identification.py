"""What people say of themselves, kept so that it belongs to nobody, and reports that were released from it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, Key, Prose, Slug, Title, refers


class SelfIdentification(Base):
    """One application's answers under its pseudonym. There is no other column: no time, no order, nobody.

    Without row numbers SQLite keeps the rows in the order of their pseudonyms, which tells nothing of when they came.
    """

    __tablename__ = "self_identification"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads a plain dict here

    pseudonym: Mapped[Digest] = mapped_column(primary_key=True)
    answers: Mapped[Prose]


class ImpactRelease(Base):
    """A released report; ``body`` holds only what was told. Rows never change."""

    __tablename__ = "impact_release"

    id: Mapped[Key]
    role: Mapped[Slug] = mapped_column(index=True)
    title: Mapped[Title]
    body: Mapped[Prose]
    sha256: Mapped[Digest]
    released_at: Mapped[datetime]
    released_by_id: Mapped[UUID] = refers("person.id")


class ImpactPart(Base):
    """That a requisition is in a release, and so in no other. Rows are only ever added."""

    __tablename__ = "impact_part"

    requisition_id: Mapped[UUID] = refers("requisition.id", primary_key=True)
    release_id: Mapped[UUID] = refers("impact_release.id", index=True)
