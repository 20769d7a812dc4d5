"""Gives people roles that hold in one requisition or team, and early readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.granting import GLASS_LASTS, GLASS_WAITS, Ruling
from app.models.granting import BrokenGlass, ScopedGrant
from tests.factories.hiring import NOW, make_person

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import Role
    from app.models.person import Person
    from app.models.requisition import Requisition


def give(
    session: Session,
    person: Person,
    role: Role,
    *,
    requisition: Requisition | None = None,
    team: str | None = None,
    by: UUID,
) -> ScopedGrant:
    """A role in a requisition, or in a team."""
    grant = ScopedGrant(
        person_id=person.id, role=role, requisition_id=requisition.id if requisition else None, team=team,
        granted_by_id=by, granted_at=NOW,
    )  # fmt: skip
    session.add(grant)
    session.flush()
    return grant


def make_early_reading(session: Session, application_id: UUID, reader: UUID, *, read: bool = True) -> BrokenGlass:
    """A request of the reader that was approved, and was read or not yet."""
    glass = BrokenGlass(
        application_id=application_id, asked_by_id=reader, reason="They leave today.", asked_at=NOW,
        lapses_at=NOW + GLASS_WAITS, ruling=Ruling.ACCEPTED, decided_by_id=make_person(session, "Ada First").id,
        decided_at=NOW, ends_at=NOW + GLASS_LASTS, first_read_at=NOW if read else None,
    )  # fmt: skip
    session.add(glass)
    session.flush()
    return glass
