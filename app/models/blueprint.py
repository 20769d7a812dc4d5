"""Published versions of role blueprints."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.models.base import Base, Digest, Key, Prose, Slug, Title, refers


class BlueprintVersion(Base):
    """An immutable version: its canonical JSON and the SHA-256 of that text."""

    __tablename__ = "blueprint_version"
    __table_args__ = (
        UniqueConstraint("role", "number"),
        UniqueConstraint("role", "sha256"),
    )

    id: Mapped[Key]
    role: Mapped[Slug]
    number: Mapped[int]
    title: Mapped[Title]
    sha256: Mapped[Digest]
    body: Mapped[Prose]
    published_at: Mapped[datetime]
    published_by_id: Mapped[UUID | None] = refers("person.id")
