"""Published blueprint versions, read back. A version never changes, so each content is parsed once a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy import select

from app.domain.blueprint import Blueprint, from_canonical
from app.domain.debrief import BlueprintStamp
from app.domain.errors import NotFoundError
from app.models.blueprint import BlueprintVersion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

_ROOM = 64
_parsed: dict[str, Blueprint] = {}
"""Contents by their SHA-256, oldest first: the key is the content, so an entry can never be out of date."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that a requisition can be pinned to."""

    version_id: UUID
    stamp: BlueprintStamp


def load(session: Session, version_id: UUID) -> tuple[BlueprintStamp, Blueprint]:
    """A version's stamp and content, in one query, or two the first time; :class:`NotFoundError` without one."""
    version = BlueprintVersion
    row = session.execute(
        select(version.role, version.title, version.number, version.sha256).where(version.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    stamp = BlueprintStamp(*row)
    return stamp, of_digest(session, stamp.sha256)


def of_digest(session: Session, sha256: str) -> Blueprint:
    """The content with this SHA-256: no query once this process has read it."""
    known = _parsed.get(sha256)
    if known is not None:
        return known
    body = session.scalar(select(BlueprintVersion.body).where(BlueprintVersion.sha256 == sha256).limit(1))
    if body is None:
        raise NotFoundError
    while len(_parsed) >= _ROOM:
        del _parsed[next(iter(_parsed))]
    _parsed[sha256] = from_canonical(body)
    return _parsed[sha256]


def versions(session: Session) -> tuple[Version, ...]:
    """Every published version, by title and newest first, in one query."""
    version = BlueprintVersion
    rows = session.execute(
        select(version.id, version.role, version.title, version.number, version.sha256).order_by(
            version.title, version.role, version.number.desc()
        )
    )
    return tuple(Version(row.id, BlueprintStamp(row.role, row.title, row.number, row.sha256)) for row in rows)


def holding(session: Session, part: Literal["scorecard", "guide"], among: Iterable[UUID]) -> frozenset[UUID]:
    """Those versions that have this part, in one query that reads no content into memory.

    The stored text leaves out what is not there, and in its strings every quotation mark is escaped: this sequence of
    characters is the key and nothing else.
    """
    version = BlueprintVersion
    there = version.body.contains(f'"{part}":{{', autoescape=True)
    return frozenset(session.scalars(select(version.id).where(version.id.in_(list(among)), there)))
