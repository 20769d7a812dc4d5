"""Who may act on a cycle that they are themselves assessed in: another HR partner, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, literal, select

from app.domain.facts import Role
from app.models.assessment import Assessment
from app.models.person import Person, RoleGrant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.facts import ActorFacts


def in_cycle(session: Session, actor: ActorFacts, cycle_id: UUID) -> bool:
    """Whether the actor is assessed in a cycle, and was not taken out of it."""
    wanted = and_(Assessment.cycle_id == cycle_id, Assessment.person_id == actor.person_id)
    return session.scalar(select(Assessment.id).where(wanted, Assessment.left_at.is_(None))) is not None


def other_partners(session: Session, cycle_id: UUID) -> tuple[str, ...]:
    """The names of the HR partners with an open account who are not assessed in a cycle, in one query."""
    partner = exists(
        select(literal(1)).where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.HR_PARTNER).correlate(Person)
    )
    rows = session.scalars(
        select(Person.name).where(Person.active.is_(True), partner, ~_assessed(cycle_id)).order_by(Person.name)
    )
    return tuple(rows)


def _assessed(cycle_id: UUID) -> ColumnElement[bool]:
    here = and_(Assessment.cycle_id == cycle_id, Assessment.person_id == Person.id, Assessment.left_at.is_(None))
    return exists(select(literal(1)).where(here).correlate(Person))
