"""Promotion cases given to another manager: one in preparation goes along with the person, one handed in stays."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.growth.case import CaseState
from app.models.person import Person
from app.models.promotion import PromotionCase
from app.services import audit, outbox
from app.services.case_record import note

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def follow(session: Session, actor: ActorFacts, person_id: UUID, manager_id: UUID, *, now: datetime) -> None:
    """Give the case that a person has in preparation to whom they report from now on; the caller asked for permission.

    What the former manager wrote stays under their name. A case that was handed in is still theirs to sign.
    """
    case = session.scalar(
        select(PromotionCase)
        .where(
            PromotionCase.person_id == person_id,
            PromotionCase.state == CaseState.DRAFT,
            PromotionCase.manager_id != manager_id,
        )
        .with_for_update()
    )
    if case is None:
        return
    person, to = session.get_one(Person, person_id), session.get_one(Person, manager_id)
    case.manager_id = manager_id
    note(session, actor, case, f"Given to {to.name}", now=now, reason="They report to somebody else now.")
    audit.record(session, actor, "case.hand_over", f"case/{case.id}", now=now, payload={"manager": str(manager_id)})
    outbox.notify(
        session, manager_id, subject=f"You now lead the promotion case of {person.name}",
        body="They report to you now. The case is in preparation.", path=f"/promotions/{case.id}", now=now,
    )  # fmt: skip
