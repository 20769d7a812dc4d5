"""A published blueprint version on paper: the whole book for people who work here, and the candidates' sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.debrief import BlueprintStamp
from app.domain.documents import BlueprintDocument, PreparationDocument
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.blueprint import BlueprintVersion
from app.models.person import Installation
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def book(session: Session, actor: ActorFacts, version_id: UUID, *, zone: str) -> BlueprintDocument:
    """One version, whole, in two queries, or three the first time; :class:`NotFoundError` without one."""
    require(actor, Permission.BLUEPRINT_READ)
    version = BlueprintVersion
    row = session.execute(
        select(version.role, version.title, version.number, version.sha256, version.published_at, version.note).where(
            version.id == version_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    stamp = BlueprintStamp(row.role, row.title, row.number, row.sha256)
    held = blueprints.of_digest(session, stamp.sha256)
    company = session.scalar(select(Installation.company)) or ""
    return BlueprintDocument(company, stamp, held, row.published_at, row.note, zone)


def preparation(session: Session, actor: ActorFacts, version_id: UUID, *, zone: str) -> PreparationDocument:
    """How to prepare for the role of one version; :class:`NotFoundError` where it has no guide."""
    found = book(session, actor, version_id, zone=zone)
    guide = found.blueprint.guide
    if guide is None or found.published_at is None:
        raise NotFoundError
    return PreparationDocument(found.company, found.stamp, found.blueprint.role, guide, found.published_at, zone)


def version_of(session: Session, role: str, number: int | None = None) -> UUID:
    """The id of a role's version with this number, or of its newest; :class:`NotFoundError` without one."""
    version = BlueprintVersion
    chosen = select(version.id).where(version.role == role).order_by(version.number.desc()).limit(1)
    found: UUID | None = session.scalar(chosen if number is None else chosen.where(version.number == number))
    if found is None:
        raise NotFoundError
    return found
