"""One published version as its readers meet it: its content, when, by whom and why it came out, and what is newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from app.domain.blueprint import Blueprint
from app.domain.debrief import BlueprintStamp
from app.domain.errors import NotFoundError
from app.models.blueprint import BlueprintVersion
from app.models.person import Person
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Edition:
    """A version with its content. `newest` is the id of the role's newest version, which may be this one."""

    version_id: UUID
    stamp: BlueprintStamp
    blueprint: Blueprint
    published_at: datetime
    published_by: str | None
    note: str
    newest: UUID
    newest_number: int

    @property
    def current(self) -> bool:
        """Whether no newer version of the role exists."""
        return self.newest == self.version_id

    @property
    def label(self) -> str:
        """The version in the footer of its pages."""
        return f"{self.stamp.title} {self.stamp.number}"


def edition(session: Session, version_id: UUID) -> Edition:
    """The version with this id, in one query, or two the first time; :class:`NotFoundError` without one."""
    row = session.execute(_of_version(), {"wanted": version_id}).one_or_none()
    if row is None:
        raise NotFoundError
    stamp = BlueprintStamp(row.role, row.title, row.number, row.sha256)
    return Edition(
        version_id,
        stamp,
        blueprints.of_digest(session, stamp.sha256),
        row.published_at,
        row.by,
        row.note,
        row.newest,
        row.newest_number,
    )


@cache
def _of_version() -> Select[*tuple[Any, ...]]:
    # Composing this costs more than the database takes to answer it, so it is done once.
    version, newest, other = BlueprintVersion, aliased(BlueprintVersion), aliased(BlueprintVersion)
    last = select(func.max(other.number)).where(other.role == version.role).correlate(version).scalar_subquery()
    return (
        select(
            version.role,
            version.title,
            version.number,
            version.sha256,
            version.published_at,
            version.note,
            Person.name.label("by"),
            newest.id.label("newest"),
            newest.number.label("newest_number"),
        )
        .select_from(version)
        .join(newest, (newest.role == version.role) & (newest.number == last))
        .outerjoin(Person, version.published_by_id == Person.id)
        .where(version.id == bindparam("wanted"))
    )
