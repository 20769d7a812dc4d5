"""Opening a debrief: from then on the committee and the hiring manager see every sealed card."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, select

from app.domain.access import found, require
from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, ConflictError, NotYetError
from app.domain.hiring import Stage
from app.domain.permission import Permission
from app.models.decision import DebriefRow
from app.models.facts import application_facts
from app.models.scorecard import ScorecardRow
from app.services import applications, audit, circle

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_ALREADY = "The debrief is open already."
_NOTHING = "Nobody has sealed a scorecard on this candidate yet. The debrief can open once the first one is in."
_WITHDRAWN = "This application was withdrawn, so there is nothing to debrief."


def open_debrief(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> None:
    """Open the debrief of an application; whoever still owes a card goes on seeing nothing of the others.

    :class:`NotYetError` before the first sealed card, :class:`AlreadyDoneError` the second time.
    """
    application = applications.locked(session, application_id)
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.DEBRIEF_OPEN, facts)
    if facts.debrief_open:
        raise AlreadyDoneError(_ALREADY)
    if application.stage is Stage.WITHDRAWN:
        raise ConflictError(_WITHDRAWN)
    if not anything_sealed(session, application_id):
        raise NotYetError(_NOTHING)
    session.add(DebriefRow(application_id=application_id, opened_at=now, opened_by_id=actor.person_id))
    applications.set_stage(session, actor, application, Stage.DEBRIEF, reason="", now=now)
    session.flush()
    audit.record(session, actor, "debrief.open", f"application/{application_id}", now=now)
    circle.tell(
        session,
        actor,
        application_id,
        subject="A debrief is open",
        body="The scorecards that are in can be read side by side, and the committee can vote.",
        path=f"/applications/{application_id}/debrief",
        now=now,
    )


def anything_sealed(session: Session, application_id: UUID) -> bool:
    """Whether anybody has sealed a scorecard on the application."""
    sealed = exists(
        select(literal(1)).where(ScorecardRow.application_id == application_id, ScorecardRow.state == CardState.SEALED)
    )
    return bool(session.scalar(select(sealed)))
