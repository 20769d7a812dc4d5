"""Recording what a committee concluded, once, with reasons, votes and the order that stood at that moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.access import found, may_know, require
from app.domain.decision import Outcome
from app.domain.errors import ConflictError, NotFoundError, NotYetError
from app.domain.hiring import Stage
from app.domain.permission import Permission
from app.models.candidate import Application
from app.models.decision import Decision, DecisionVote
from app.models.facts import application_facts
from app.models.records import decision_record
from app.models.requisition import Requisition
from app.models.standing import Standing, standing
from app.services import analyses, applications, audit, checkpoints, circle, deciding

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts

_RECORDED = "A decision on this application is recorded already. To change it, record a correction."
_CORRECTED = "This decision was corrected already. Correct the newest record instead."
_NOT_OPEN = "Open the debrief first: a decision rests on scorecards that the committee has read."
_WITHDRAWN = "This application was withdrawn, so there is nothing to decide."


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the chair writes down.

    ``departure_reason`` is asked for when a hire passes over somebody whose composite stands ahead, and
    ``absence_reason`` when a member has not voted.
    """

    outcome: Outcome
    reasons: str
    departure_reason: str = ""
    absence_reason: str = ""


def record(session: Session, actor: ActorFacts, application_id: UUID, conclusion: Conclusion, *, now: datetime) -> UUID:
    """Record the decision on an application and return its id; the chair does it, once.

    :class:`NotYetError` while the debrief is closed, cards are owed or nobody voted, :class:`ConflictError` when it
    was decided already or every opening is filled, :class:`InvalidError` when a reason is missing.
    """
    application, facts = _prepare(session, actor, application_id)
    if facts.decided:
        raise ConflictError(_RECORDED)
    deciding.require_no_card_owed(session, application_id)
    stood = standing(session, actor, facts.requisition_id)
    votes, absent = deciding.votes_of(session, facts)
    deciding.refuse_unreasoned(conclusion, stood, application_id, absent)
    deciding.require_opening(session, facts, conclusion.outcome)
    decision = _decision(session, actor, application_id, conclusion, stood, now=now)
    decision.number = 1
    decision.absences = f"{', '.join(absent)}: {conclusion.absence_reason.strip()}" if absent else ""
    decision.votes = [DecisionVote(member_id=v.member_id, outcome=v.outcome, reason=v.reason) for v in votes]
    decision.analysis = analyses.analysis_of(session, facts.requisition_id, stood, now=now)
    _save(session, actor, decision, "decision.record", now)
    applications.set_stage(session, actor, application, Stage.DECIDED, reason="", now=now)
    _tell(session, actor, decision, "A decision is recorded", now)
    return decision.id


def correct(
    session: Session,
    actor: ActorFacts,
    decision_id: UUID,
    conclusion: Conclusion,
    *,
    correction_reason: str,
    now: datetime,
) -> UUID:
    """Record a new decision that names the one it corrects; the old record stays as it was."""
    application_id = session.scalar(select(Decision.application_id).where(Decision.id == decision_id))
    if application_id is None:
        raise NotFoundError
    _, facts = _prepare(session, actor, application_id)
    old = session.scalars(select(Decision).where(Decision.id == decision_id)).one()
    if session.scalar(select(Decision.id).where(Decision.corrects_id == decision_id)) is not None:
        raise ConflictError(_CORRECTED)
    stood = standing(session, actor, facts.requisition_id)
    deciding.refuse_unreasoned(conclusion, stood, application_id, (), correction_reason=correction_reason)
    deciding.require_opening(session, facts, conclusion.outcome)
    decision = _decision(session, actor, application_id, conclusion, stood, now=now)
    decision.number, decision.corrects_id = old.number + 1, old.id
    decision.correction_reason, decision.absences = correction_reason.strip(), old.absences
    decision.votes = [DecisionVote(member_id=v.member_id, outcome=v.outcome, reason=v.reason) for v in old.votes]
    decision.analysis = analyses.analysis_of(session, facts.requisition_id, stood, now=now)
    _save(session, actor, decision, "decision.correct", now)
    _tell(session, actor, decision, "A decision is corrected", now)
    return decision.id


def _prepare(session: Session, actor: ActorFacts, application_id: UUID) -> tuple[Application, ApplicationFacts]:
    """Lock the requisition, then the application, and check the right to decide."""
    requisition_id = session.scalar(select(Application.requisition_id).where(Application.id == application_id))
    session.execute(select(Requisition.id).where(Requisition.id == requisition_id).with_for_update())
    application = applications.locked(session, application_id)
    facts = found(application_facts(session, actor, application_id))
    if facts.is_chair and not facts.owes and not facts.debrief_open and may_know(actor, facts):
        raise NotYetError(_NOT_OPEN)
    require(actor, Permission.DECISION_RECORD, facts)
    if application.stage is Stage.WITHDRAWN:
        raise ConflictError(_WITHDRAWN)
    return application, facts


def _decision(
    session: Session, actor: ActorFacts, application_id: UUID, said: Conclusion, stood: Standing, *, now: datetime
) -> Decision:
    score = stood.scores[application_id]
    return Decision(
        application_id=application_id,
        outcome=said.outcome,
        reasons=said.reasons.strip(),
        departure_reason=said.departure_reason.strip(),
        decided_by_id=actor.person_id,
        decided_at=now,
        composite=None if score.value is None else str(score.value),
        coverage=str(score.coverage),
        blueprint_sha256=stood.blueprint_sha256,
        checkpoint=checkpoints.line_for_decision(session, now=now),
    )


def _save(session: Session, actor: ActorFacts, decision: Decision, action: str, now: datetime) -> None:
    session.add(decision)
    try:
        session.flush()
    except IntegrityError as error:
        # The locks come first; should they ever not hold, the database still keeps one decision.
        raise ConflictError(_RECORDED) from error
    audit.record(session, actor, action, f"decision/{decision.id}", now=now, payload=decision_record(decision))


def _tell(session: Session, actor: ActorFacts, decision: Decision, subject: str, now: datetime) -> None:
    circle.tell(
        session,
        actor,
        decision.application_id,
        subject=subject,
        body="The record with its reasons and votes can be read now.",
        path=f"/decisions/{decision.id}",
        now=now,
    )
