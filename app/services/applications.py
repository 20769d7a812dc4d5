"""Applications: a candidate for one requisition, moved from stage to stage with a history that is only added to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.errors import (
    AlreadyDoneError,
    ConflictError,
    Fault,
    InvalidError,
    NotAllowedError,
    NotFoundError,
)
from app.domain.hiring import STAGE_MOVES, RequisitionState, Stage, moves_back
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.domain.visibility import stage_for
from app.models.candidate import Application, Candidate, StageChange
from app.models.facts import application_facts, requisition_facts
from app.services import audit, seats

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

REASON_LIMIT = 2000
_OWES = "You still owe a scorecard on this candidate. Seal it first; until then you can only record a withdrawal."
_DECIDED = "A decision is recorded on this application. It can only be withdrawn."


def apply(session: Session, actor: ActorFacts, candidate_id: UUID, requisition_id: UUID, *, now: datetime) -> UUID:
    """Let a candidate apply for a requisition and return the application's id; twice is :class:`AlreadyDoneError`."""
    require(actor, Permission.CANDIDATE_ADD)
    facts = found(requisition_facts(session, actor, requisition_id))
    require(actor, Permission.REQUISITION_SEE, facts)
    if facts.state is RequisitionState.CLOSED:
        raise InvalidError((Fault("requisition_id", "This requisition is closed: choose one that is not."),))
    # Locked, so that nobody who is being erased at this moment gets a new application.
    there = select(Candidate.id).where(Candidate.id == candidate_id, Candidate.erased_at.is_(None))
    if session.scalar(there.with_for_update(read=True)) is None:
        raise NotFoundError
    pair = (Application.candidate_id == candidate_id, Application.requisition_id == requisition_id)
    if session.scalar(select(Application.id).where(*pair)) is not None:
        message = "This candidate already applies for that requisition."
        raise AlreadyDoneError(message)
    application = Application(
        candidate_id=candidate_id, requisition_id=requisition_id, stage=Stage.APPLIED, created_at=now
    )
    session.add(application)
    session.flush()
    _add_step(session, actor, application, before=None, reason="", now=now)
    return application.id


def move_stage(
    session: Session, actor: ActorFacts, application_id: UUID, to: Stage, *, seen: Stage, reason: str, now: datetime
) -> None:
    """Move an application on a person's word; ``seen`` is the stage that their page showed.

    Going back needs a reason, and a withdrawal releases what is still owed. Whoever owes a card can only record a
    withdrawal, because any other answer would tell them the true stage.
    """
    application = locked(session, application_id)
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.STAGE_MOVE, facts)
    if stage_for(facts, application.stage) is not seen:
        message = "Somebody moved this application while you were looking. Load the page again."
        raise ConflictError(message)
    if to not in STAGE_MOVES or to is seen:
        raise InvalidError((Fault("to", "Choose another stage to move to."),))
    if to is not Stage.WITHDRAWN and facts.owes:
        raise NotAllowedError(_OWES)
    if to is not Stage.WITHDRAWN and facts.decided:
        raise NotAllowedError(_DECIDED)
    back = moves_back(seen, to) or to is Stage.WITHDRAWN
    faults = text_faults("reason", "the reason", reason, limit=REASON_LIMIT, required=back)
    if faults:
        raise InvalidError(faults)
    set_stage(session, actor, application, to, reason=reason.strip(), now=now)
    if to is Stage.WITHDRAWN:
        of_this = Application.id == application_id
        seats.release_all(session, actor, of_this, "The application was withdrawn.", now=now)


def set_stage(
    session: Session, actor: ActorFacts | None, application: Application, to: Stage, *, reason: str, now: datetime
) -> None:
    """Put a locked application at a stage and keep the step; the caller has checked that this may be.

    A step without an actor is the candidate's own.
    """
    before = application.stage
    if before is to:
        return
    application.stage = to
    session.flush()
    _add_step(session, actor, application, before=before, reason=reason, now=now)


def locked(session: Session, application_id: UUID) -> Application:
    """The application, locked before anything that hangs on it; :class:`NotFoundError` when there is none."""
    application = session.get(Application, application_id, with_for_update=True)
    if application is None:
        raise NotFoundError
    return application


def _add_step(
    session: Session,
    actor: ActorFacts | None,
    application: Application,
    *,
    before: Stage | None,
    reason: str,
    now: datetime,
) -> None:
    of_this = StageChange.application_id == application.id
    number = (session.scalar(select(func.max(StageChange.number)).where(of_this)) or 0) + 1
    step = StageChange(
        application_id=application.id, number=number, from_stage=before, to_stage=application.stage, reason=reason,
        at=now, by_id=actor.person_id if actor else None,
    )  # fmt: skip
    session.add(step)
    session.flush()
    change = {"from": before.value if before else "", "to": application.stage.value, "reason": reason}
    audit.record(session, actor, "application.stage", f"application/{application.id}", now=now, payload=change)
