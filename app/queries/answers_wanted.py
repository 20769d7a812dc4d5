"""What waits for whoever arranges interviews: late cards, wishes for other times, open seats, résumés to redact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, false, literal, or_, select, true
from sqlalchemy.orm import join

from app.domain.card import CardState
from app.domain.hiring import ENDED, RUNNING, Part
from app.domain.permission import Role
from app.models.base import Instant
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.interest import has_conflict
from app.models.interview import Interview
from app.models.person import Person
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition, RequisitionMember
from app.models.resume import Redaction, ResumeRow
from app.models.schedule import TimeRequest
from app.models.scopes import holds_in_requisition
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import SeatOffer
from app.queries.redactions import redactable

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select, SQLColumnExpression

    from app.models.asking import Asking


def arranges(actor: Asking) -> ColumnElement[bool]:
    """A criterion beside :class:`Candidate`, :class:`Application` and :class:`Requisition`: the actor runs the panel.

    Coordinators and the requisition's managers, while it runs, and never on a candidate whom they owe a scorecard.
    """
    return and_(
        Requisition.state.in_(RUNNING),
        Candidate.email != actor.email,
        ~has_conflict(actor),
        ~owes_on_candidate(actor),
        plans(actor),
    )


def plans(actor: Asking) -> ColumnElement[bool]:
    """A criterion on :class:`Requisition`: the actor plans panels there."""
    manages: ColumnElement[bool] = exists(
        select(literal(1)).where(
            RequisitionMember.requisition_id == Requisition.id,
            RequisitionMember.person_id == actor.person_id,
            RequisitionMember.part == Part.HIRING_MANAGER,
        )
    )
    return or_(_coordinates(actor), manages)


def _coordinates(actor: Asking) -> ColumnElement[bool]:
    if Role.COORDINATOR in actor.roles:
        return true()
    return holds_in_requisition(actor, (Role.COORDINATOR,)) if Role.COORDINATOR in actor.scoped_roles else false()


def late_cards(actor: Asking) -> Select[*tuple[Any, ...]]:
    """Scorecards of interviews before ``late_before``; ``target`` is the application."""
    source = join(ScorecardRow, Person, Person.id == ScorecardRow.interviewer_id)
    source = source.join(Interview, Interview.id == ScorecardRow.interview_id)
    source = source.join(Application, Application.id == ScorecardRow.application_id)
    late = Interview.starts_at < bindparam("late_before", type_=Instant())
    lines = _lines(actor, source, (Application.id, Person.name, Candidate.name, Interview.starts_at))
    return lines.where(ScorecardRow.state == CardState.OWED, late)


def wishes(actor: Asking) -> Select[*tuple[Any, ...]]:
    """Candidates who asked for other times and were not answered; ``target`` is the application."""
    source = join(TimeRequest, Application, Application.id == TimeRequest.application_id)
    lines = _lines(actor, source, (Application.id, Candidate.name, Requisition.title, TimeRequest.asked_at))
    return lines.where(TimeRequest.settled_at.is_(None))


def seats(actor: Asking) -> Select[*tuple[Any, ...]]:
    """Interviewers who could not interview and propose somebody else; ``target`` is the card they left."""
    source = join(SeatOffer, ScorecardRow, ScorecardRow.id == SeatOffer.scorecard_id)
    source = source.join(Person, Person.id == ScorecardRow.interviewer_id)
    source = source.join(Application, Application.id == ScorecardRow.application_id)
    lines = _lines(actor, source, (ScorecardRow.id, Person.name, Candidate.name, SeatOffer.offered_at))
    return lines.where(SeatOffer.settled_at.is_(None))


def redactions(actor: Asking) -> Select[*tuple[Any, ...]]:
    """Candidates of blind requisitions with a résumé that interviewers cannot read yet; ``target`` is the candidate."""
    papers = or_(
        exists(select(literal(1)).where(CandidateFile.candidate_id == Candidate.id).correlate(Candidate)),
        exists(select(literal(1)).where(ResumeRow.candidate_id == Candidate.id).correlate(Candidate)),
    )
    released = exists(
        select(literal(1))
        .where(Redaction.candidate_id == Candidate.id, Redaction.released_at.is_not(None))
        .correlate(Candidate)
    )
    columns = (Candidate.id, Candidate.name, Requisition.title, Application.created_at)
    return _lines(actor, Application.__table__, columns).where(redactable(actor), papers, ~released)


def _lines(
    actor: Asking, source: FromClause, columns: tuple[SQLColumnExpression[Any], ...]
) -> Select[*tuple[Any, ...]]:
    """Lines of the home page about applications that go on, oldest first: target, title, detail and moment of each."""
    names = ("target", "title", "detail", "at")
    return (
        select(*(column.label(name) for column, name in zip(columns, names, strict=True)))
        .select_from(source)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.stage.not_in(ENDED), arranges(actor))
        .order_by(columns[-1])
    )
