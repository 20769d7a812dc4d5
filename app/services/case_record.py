"""What every change of a promotion case goes through: the case locked, permission asked, a line in its history."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from app.domain.access import found, require
from app.domain.errors import ConflictError, InvalidError, NotFoundError
from app.models.promotion import CaseEvent, PromotionCase
from app.models.promotion_facts import case_facts
from app.services import outbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.errors import Fault
    from app.domain.growth.facts import CaseFacts
    from app.domain.permission import ActorFacts, Permission

STALE = "Somebody changed this case while you were writing. Nothing of yours is lost: compare, and save again."


def locked(
    session: Session, actor: ActorFacts, case_id: UUID, permission: Permission
) -> tuple[PromotionCase, CaseFacts]:
    """A case for changing, and how the actor stands to it, as both are once nobody else can change them."""
    case = session.get(PromotionCase, case_id, with_for_update=True)
    facts = found(case_facts(session, actor, case_id))
    require(actor, permission, facts)
    if case is None:
        raise NotFoundError
    return case, facts


def unchanged(case: PromotionCase, version: int) -> None:
    """Refuse with :class:`ConflictError` when somebody changed the case since ``version`` was read."""
    if case.version != version:
        raise ConflictError(STALE, current_version=case.version)


def note(
    session: Session, actor: ActorFacts, case: PromotionCase, what: str, *, now: datetime, reason: str = ""
) -> None:
    """Add a line to the case's history; the case counts as changed, whatever else of it is."""
    flag_modified(case, "state")
    number = session.scalar(select(func.max(CaseEvent.number)).where(CaseEvent.case_id == case.id)) or 0
    session.add(
        CaseEvent(
            case_id=case.id, number=number + 1, what=what, reason=reason.strip(), at=now, by_id=actor.person_id
        )
    )  # fmt: skip
    session.flush()


def tell(session: Session, actor: ActorFacts, case: PromotionCase, subject: str, *, body: str, now: datetime) -> None:
    """Tell the person and the manager, except whoever acts; neither text says how anything was judged."""
    for person_id in {case.person_id, case.manager_id} - {actor.person_id}:
        outbox.notify(session, person_id, subject=subject, body=body, path=f"/promotions/{case.id}", now=now)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise :class:`InvalidError` when there is any fault."""
    if faults:
        raise InvalidError(tuple(faults))
