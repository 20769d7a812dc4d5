"""What every change of a plan goes through: the plan locked as it was last seen, and a line in its history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from app.domain.access import found, require
from app.domain.errors import ConflictError, NotFoundError
from app.domain.permission import Permission
from app.models.onboarding import Plan, PlanEvent
from app.models.plan_facts import plan_facts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

STALE = "Somebody changed this plan while you were writing. Load the page again and repeat your change."


def locked(session: Session, actor: ActorFacts, plan_id: UUID, permission: Permission, version: int) -> Plan:
    """A plan for changing; :class:`ConflictError` when somebody changed it since `version` was read."""
    plan = session.get(Plan, plan_id, with_for_update=True)
    require(actor, permission, found(plan_facts(session, actor, plan_id)))
    if plan is None:
        raise NotFoundError
    if plan.version != version:
        raise ConflictError(STALE, current_version=plan.version)
    return plan


def note(session: Session, actor: ActorFacts, plan: Plan, what: str, *, now: datetime, reason: str = "") -> None:
    """Add a line to the plan's history; the plan counts as changed, whatever else of it is."""
    flag_modified(plan, "title")
    # A read with the parent locked, or just made: no two writers count the same number.
    number = session.scalar(select(func.max(PlanEvent.number)).where(PlanEvent.plan_id == plan.id)) or 0
    session.add(
        PlanEvent(
            plan_id=plan.id, number=number + 1, what=what, reason=reason.strip(), at=now, by_id=actor.person_id
        )
    )  # fmt: skip
    session.flush()
