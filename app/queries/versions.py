"""The history of published blueprints: who published which version, when and why, and what rests on each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.models.blueprint import BlueprintVersion
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy import Subquery
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Edition:
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
    editions: tuple[Edition, ...]

    @property
    def newest(self) -> Edition:
        """The version that new requisitions are opened on."""
        return self.editions[0]

    @property
    def older(self) -> tuple[Edition, ...]:
        """Every version but the newest."""
        return self.editions[1:]

    def before(self, edition: Edition) -> Edition | None:
        """The version that this one followed, or None for the first."""
        place = self.editions.index(edition) + 1
        return self.editions[place] if place < len(self.editions) else None


@dataclass(frozen=True, slots=True)
class Pin:
    """What somebody has to know about a version besides its content: its number and the role's newest one."""

    version_id: UUID
    number: int
    newest_id: UUID
    newest_number: int

    @property
    def outdated(self) -> bool:
        """Whether a newer version exists."""
        return self.newest_number > self.number


def shelf(session: Session, role: str | None = None) -> tuple[RoleShelf, ...]:
    """Every role with its versions, by the newest title, in one query; or one role only."""
    version, rests = BlueprintVersion, _requisitions()
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
    editions = (Edition(*row) for row in rows)
    shelves = [RoleShelf(name, tuple(group)) for name, group in groupby(editions, key=lambda one: one.role)]
    return tuple(sorted(shelves, key=lambda one: (one.newest.title.casefold(), one.role)))


def pin(session: Session, version_id: UUID) -> Pin | None:
    """A version beside its role's newest one, in one query; None when there is no such version."""
    here, newest = BlueprintVersion.__table__.alias("here"), BlueprintVersion.__table__.alias("newest")
    row = session.execute(
        select(here.c.id, here.c.number, newest.c.id, newest.c.number)
        .join(newest, newest.c.role == here.c.role)
        .where(here.c.id == version_id)
        .order_by(newest.c.number.desc())
        .limit(1)
    ).one_or_none()
    return Pin(*row) if row else None


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


_FEW = 3


def _requisitions() -> Subquery:
    """How many requisitions rest on each version."""
    return (
        select(Requisition.blueprint_version_id.label("version_id"), func.count().label("number"))
        .group_by(Requisition.blueprint_version_id)
        .subquery()
    )
