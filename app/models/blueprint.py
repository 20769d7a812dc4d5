"""Published versions of role blueprints, drafts of the next ones, and how far people are with preparing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.preparation import Mark
from app.models.base import Base, Digest, Key, Prose, Slug, Title, choice, refers


class BlueprintVersion(Base):
    """An immutable version: its canonical JSON, the SHA-256 of that text, and why it was published."""

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
    note: Mapped[Prose] = mapped_column(server_default=text("''"), default="")
    published_at: Mapped[datetime]
    published_by_id: Mapped[UUID | None] = refers("person.id")


class BlueprintDraft(Base):
    """Files on their way to a version, shared by everybody who may publish; ``files`` maps a name to its text.

    Names are relative to the blueprints' common folder: ``rubrics/<role>/role.yaml``, ``case_studies/<case>.yaml``.
    ``undo`` says the last change in ``words`` and maps, under ``files``, each changed name to the text it had, or null.
    """

    __tablename__ = "blueprint_draft"

    id: Mapped[Key]
    role: Mapped[Slug] = mapped_column(index=True)
    title: Mapped[Title]
    base_id: Mapped[UUID | None] = refers("blueprint_version.id")
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = refers("person.id")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class PreparationMark(Base):
    """One person's mark on one task, capability or keyword of a role's guide; seen by that person only."""

    __tablename__ = "preparation_mark"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    role: Mapped[Slug] = mapped_column(primary_key=True)
    item: Mapped[Slug] = mapped_column(primary_key=True)
    mark: Mapped[Mark] = mapped_column(choice(Mark, "preparation_mark"))
    marked_at: Mapped[datetime]
