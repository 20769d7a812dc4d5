"""The history of published blueprints: who published which version, when and why, and what rests on each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.permission import Permission
from app.models.blueprint import BlueprintVersion
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.visibility import requisitions_visible_to

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect, Subquery
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


_FEW = 3


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version on the shelf; ``by`` is empty when the program itself published it, as at its first start."""

    version_id: UUID
    role: str
    title: str
    number: int
    sha256: str
    note: str
    at: datetime
    by: str
    requisitions: int


@dataclass(frozen=True, slots=True)
class RoleShelf:
    """The versions of one role, newest first; there is at least one."""

    role: str
    lines: tuple[VersionLine, ...]

    @property
    def newest(self) -> VersionLine:
        """The version that new requisitions are opened on."""
        return self.lines[0]

    @property
    def older(self) -> tuple[VersionLine, ...]:
        """Every version but the newest."""
        return self.lines[1:]

    def before(self, line: VersionLine) -> VersionLine | None:
        """The version that this one followed, or None for the first."""
        place = self.lines.index(line) + 1
        return self.lines[place] if place < len(self.lines) else None


def shelf(session: Session, actor: ActorFacts | None = None, *, role: str | None = None) -> tuple[RoleShelf, ...]:
    """Every role with its versions, by the newest title, in one query; or one role only.

    Requisitions are counted as far as the actor may see them; ``actor`` is ``None`` on the command line.
    """
    if actor is not None:
        require(actor, Permission.BLUEPRINT_READ)
    version, rests = BlueprintVersion, _requisitions(actor)
    rows = session.execute(
        select(
            version.id,
            version.role,
            version.title,
            version.number,
            version.sha256,
            version.note,
            version.published_at,
            func.coalesce(Person.name, ""),
            func.coalesce(rests.c.number, 0),
        )
        .outerjoin(Person, Person.id == version.published_by_id)
        .outerjoin(rests, rests.c.version_id == version.id)
        .where(*([version.role == role] if role is not None else []))
        .order_by(version.role, version.number.desc())
    )
    lines = (VersionLine(*row) for row in rows)
    shelves = [RoleShelf(name, tuple(group)) for name, group in groupby(lines, key=lambda one: one.role)]
    return tuple(sorted(shelves, key=lambda one: (one.newest.title.casefold(), one.role)))


def starting_with(session: Session, digits: str) -> tuple[tuple[UUID, str, int], ...]:
    """The versions whose SHA-256 begins with these digits, as id, role and number; at most a few."""
    version = BlueprintVersion
    rows = session.execute(
        select(version.id, version.role, version.number)
        .where(version.sha256.startswith(digits, autoescape=True))
        .order_by(version.role, version.number)
        .limit(_FEW)
    )
    return tuple((row.id, row.role, row.number) for row in rows)


def newest_number() -> ScalarSelect[int]:
    """A column beside :class:`BlueprintVersion`: the number of its role's newest version."""
    other = aliased(BlueprintVersion)
    newest = select(func.max(other.number)).where(other.role == BlueprintVersion.role)
    return newest.correlate(BlueprintVersion).scalar_subquery()


def _requisitions(actor: ActorFacts | None) -> Subquery:
    """How many requisitions rest on each version."""
    return (
        select(Requisition.blueprint_version_id.label("version_id"), func.count().label("number"))
        .where(*([requisitions_visible_to(actor)] if actor is not None else []))
        .group_by(Requisition.blueprint_version_id)
        .subquery()
    )
