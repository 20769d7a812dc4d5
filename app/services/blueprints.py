"""Publishing role blueprints: each content becomes one version that never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.domain.access import require
from app.domain.blueprint import canonical_json, digest
from app.domain.errors import ConflictError, Fault, InvalidError
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.blueprint import BlueprintVersion
from app.services import audit, search_index

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.permission import ActorFacts

NOTE_LIMIT = 1000
ROLE_LIMIT, TITLE_LIMIT = 80, 200
_MOST_TRIES = 50
"""Each try that fails means that somebody else's version of the same role came first."""


def publish(session: Session, actor: ActorFacts | None, blueprint: Blueprint, *, now: datetime, note: str = "") -> UUID:
    """Keep this content as the role's next version and return its id; content that is kept already is not kept again.

    ``note`` says why, and stays with the version. ``actor`` is ``None`` on the command line. Whoever publishes at the
    same moment gets another number, or the same version when the content is the same.
    """
    if actor is not None:
        require(actor, Permission.BLUEPRINT_PUBLISH)
    _refuse_unfit(blueprint, note)
    body = canonical_json(blueprint)
    sha256 = digest(body)
    for _ in range(_MOST_TRIES):
        known = known_as(session, blueprint.role.id, sha256)
        if known is not None:
            return known
        version = BlueprintVersion(
            role=blueprint.role.id,
            number=_newest(session, blueprint.role.id) + 1,
            title=blueprint.role.title,
            sha256=sha256,
            body=body,
            note=note.strip(),
            published_at=now,
            published_by_id=actor.person_id if actor else None,
        )
        if _kept(session, version):
            search_index.add_blueprint(session, version, blueprint)
            facts = {"role": version.role, "number": version.number, "sha256": sha256, "note": version.note}
            audit.record(session, actor, "blueprint.publish", f"blueprint/{version.id}", now=now, payload=facts)
            return version.id
    message = "Others keep publishing versions of this role. Try again in a moment."
    raise ConflictError(message)


def known_as(session: Session, role: str, sha256: str) -> UUID | None:
    """The id of the role's version with this content, or None when nobody published it yet."""
    version = BlueprintVersion
    return session.scalar(select(version.id).where(version.role == role, version.sha256 == sha256))


def _newest(session: Session, role: str) -> int:
    return session.scalar(select(func.max(BlueprintVersion.number)).where(BlueprintVersion.role == role)) or 0


def _kept(session: Session, version: BlueprintVersion) -> bool:
    """Whether the row could be added: not when somebody took its number, or kept its content, a moment before."""
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError:
        return False
    return True


def _refuse_unfit(blueprint: Blueprint, note: str) -> None:
    role = blueprint.role
    faults = [*text_faults("note", "the note", note, limit=NOTE_LIMIT)]
    if len(role.id) > ROLE_LIMIT:
        faults.append(Fault("role", f"Shorten the role's id to at most {ROLE_LIMIT} characters."))
    if len(role.title) > TITLE_LIMIT:
        faults.append(Fault("role", f"Shorten the role's title to at most {TITLE_LIMIT} characters."))
    if faults:
        raise InvalidError(tuple(faults))
