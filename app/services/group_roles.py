"""Roles that groups at a provider give: marked as such, and as the groups are at each sign-in.

Roles that somebody here gave by hand are never touched, even where a group gives them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.domain.errors import ConflictError
from app.domain.identity import following, roles_of_groups
from app.domain.permission import Role
from app.models.identity import GroupGrant
from app.models.person import RoleGrant
from app.services import audit, granting

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.identity import Proven
    from app.settings.identity import Provider


def follow(session: Session, person_id: UUID, provider: Provider, proven: Proven, *, now: datetime) -> None:
    """Give and take the roles that the person's groups at this provider give now; silent where nothing changed."""
    marks = select(GroupGrant.role).where(GroupGrant.person_id == person_id, GroupGrant.issuer == provider.issuer)
    if not provider.groups and session.scalar(marks.limit(1)) is None:
        return
    given = {group: [Role(role) for role in roles] for group, roles in provider.groups}
    wanted = roles_of_groups(proven.groups, given, privileged=provider.privileged)
    bring(session, person_id, provider.issuer, wanted, now=now)


def bring(session: Session, person_id: UUID, issuer: str, wanted: frozenset[Role], *, now: datetime) -> None:
    """Make the roles that this issuer's groups give exactly the wanted ones; the last administrator stays one."""
    granting.lock_people(session)
    marks = session.execute(select(GroupGrant.role, GroupGrant.issuer).where(GroupGrant.person_id == person_id)).all()
    held = frozenset(session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id)))
    marked = frozenset(role for role, marking in marks if marking == issuer) & held
    elsewhere = frozenset(role for role, marking in marks if marking != issuer) & held
    change = following(wanted, marked=marked, by_hand=held - marked - elsewhere)
    taken = change.take if _may_take(session, person_id, change.take) else change.take - {Role.ADMIN}
    _mark(session, person_id, issuer, change.give | (marked - taken), now=now)
    _give(session, person_id, change.give - held, now=now)
    session.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role.in_(taken - elsewhere)))
    session.expire_all()
    if change.give or taken:
        said = {"issuer": issuer, "added": ",".join(sorted(change.give)), "removed": ",".join(sorted(taken))}
        audit.record(session, None, "role.follow_groups", f"user/{person_id}", now=now, payload=said)


def _give(session: Session, person_id: UUID, roles: frozenset[Role], *, now: datetime) -> None:
    for role in sorted(roles):
        session.add(RoleGrant(person_id=person_id, role=role, granted_by_id=None, granted_at=now))
    session.flush()


def _mark(session: Session, person_id: UUID, issuer: str, roles: frozenset[Role], *, now: datetime) -> None:
    mine = (GroupGrant.person_id == person_id, GroupGrant.issuer == issuer)
    kept = frozenset(session.scalars(select(GroupGrant.role).where(*mine)))
    session.execute(delete(GroupGrant).where(*mine, GroupGrant.role.not_in(roles)))
    for role in sorted(roles - kept):
        session.add(GroupGrant(person_id=person_id, role=role, issuer=issuer, since=now))
    session.flush()


def _may_take(session: Session, person_id: UUID, roles: frozenset[Role]) -> bool:
    if Role.ADMIN not in roles:
        return True
    try:
        granting.keep_an_admin(session, person_id)
    except ConflictError:
        return False
    return True
