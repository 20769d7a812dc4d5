"""Who hears of it when one person does alone what two are asked for otherwise: all auditors and HR partners.

Somebody could remove every other administrator and then make new ones alone, or erase many people by a shorter rule,
and only the chain would know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.permission import Role
from app.models.person import Person, RoleGrant
from app.services import outbox

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

REMOVED = "An administrator was removed"
ALONE = "A role was given by one administrator alone"
ERASED_ALONE = "An erasure was asked for and approved by one person"
SHORTER = "A rule keeps data for a shorter time"
_WATCHING = (Role.AUDITOR, Role.HR_PARTNER)


def tell(
    session: Session,
    subject: str,
    person_id: UUID | None,
    *,
    by: UUID | None,
    now: datetime,
    path: str = "/permissions",
) -> None:
    """Tell them, except who acted; somebody whom it is about hears of it too. ``by`` is ``None`` in a shell."""
    watching = select(RoleGrant.person_id).join(Person, Person.id == RoleGrant.person_id)
    found = session.scalars(watching.where(RoleGrant.role.in_(_WATCHING), Person.active.is_(True)).distinct())
    about = session.scalar(select(Person.name).where(Person.id == person_id)) if person_id else None
    body = f"It is about {about}. The audit chain says who did it." if about else "The audit chain says who did it."
    for one in sorted(({*found, person_id} if person_id else {*found}) - {by}):
        outbox.notify(session, one, subject=subject, body=body, path=path, now=now)
