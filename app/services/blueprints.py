"""Publishing role blueprints: each content becomes one version that never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.blueprint import canonical_json, digest
from app.models.blueprint import BlueprintVersion
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.permission import ActorFacts


def publish(session: Session, actor: ActorFacts | None, blueprint: Blueprint, *, now: datetime) -> UUID:
    """Keep this content as the role's next version and return its id; content that is kept already is not kept again.

    ``actor`` is ``None`` on the command line, which is the only door to this until blueprints are edited on pages.
    """
    body = canonical_json(blueprint)
    sha256 = digest(body)
    of_role = BlueprintVersion.role == blueprint.role.id
    known = session.scalar(select(BlueprintVersion.id).where(of_role, BlueprintVersion.sha256 == sha256))
    if known is not None:
        return known
    newest = session.scalar(select(func.max(BlueprintVersion.number)).where(of_role)) or 0
    version = BlueprintVersion(
        role=blueprint.role.id,
        number=newest + 1,
        title=blueprint.role.title,
        sha256=sha256,
        body=body,
        published_at=now,
        published_by_id=actor.person_id if actor else None,
    )
    session.add(version)
    session.flush()
    facts = {"role": version.role, "number": version.number, "sha256": sha256}
    audit.record(session, actor, "blueprint.publish", f"blueprint/{version.id}", now=now, payload=facts)
    return version.id
