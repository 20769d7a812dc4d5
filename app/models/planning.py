"""Criteria about panels and plans that services and queries share, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, literal, not_, or_, select
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.domain.facts import Role
from app.domain.hiring import InterviewKind
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import made_of_grades
from app.models.case_work import CaseTask
from app.models.early import has_read_early
from app.models.facts import SEATED
from app.models.interest import conflict_of
from app.models.interview import Interview
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


def owes_on_candidate(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A column beside :class:`Candidate`: the actor owes a card on them, in any requisition."""
    card, application = aliased(ScorecardRow), aliased(Application)
    return exists(
        select(literal(1))
        .select_from(card)
        .join(application, application.id == card.application_id)
        .where(
            application.candidate_id == Candidate.id,
            card.interviewer_id == actor.person_id,
            card.state == CardState.OWED,
        )
        .correlate(Candidate)
    )


def seat_shown(actor: ActorFacts, *, owes: bool) -> ColumnElement[bool]:
    """A criterion on :class:`ScorecardRow`: the interviewer has this seat, as far as the actor may know.

    For somebody who owes a card on the candidate every seat of others that was ever given stays: that a person was
    released would tell what became of their card.
    """
    held = ScorecardRow.state.in_(SEATED)
    return or_(held, ScorecardRow.interviewer_id != actor.person_id) if owes else held


def may_interview() -> ColumnElement[bool]:
    """A criterion on :class:`Person` beside :class:`Candidate`: they may be given a seat with this candidate.

    Active interviewers, never the candidate's own account, nobody with a conflict of interest, and nobody who
    has read scorecards on them early.
    """
    holds = exists(
        select(literal(1)).where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.INTERVIEWER).correlate(Person)
    )
    apart = not_(or_(conflict_of(Person.id), has_read_early(Person.id)))
    return and_(Person.active.is_(True), Person.email != Candidate.email, holds, apart)


def seat_counted(actor: ActorFacts) -> ColumnElement[bool]:
    """A criterion on :class:`ScorecardRow` beside :class:`Interview` and :class:`Candidate`: it counts as work.

    As :func:`seat_shown` has it, for each candidate. What was made of grades does not count, nor a case study without
    a time: a grader gets a card for it only when all of it is graded, which must not be told by a count.
    """
    held = or_(
        ScorecardRow.state.in_(SEATED),
        and_(ScorecardRow.interviewer_id != actor.person_id, owes_on_candidate(actor)),
    )
    met = or_(Interview.starts_at.is_not(None), Interview.kind != InterviewKind.CASE_STUDY)
    return and_(held, met, not_(made_of_grades()), Interview.cancelled_at.is_(None))


def interview_shown(asking: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion on :class:`Interview` beside :class:`Candidate`: it is there, as far as the reader may know.

    An interview that was made of grades tells that all of them are in, so whoever owes a card on the candidate does
    not see it.
    """
    return and_(Interview.cancelled_at.is_(None), or_(not_(made_of_grades()), not_(owes_on_candidate(asking))))


def pinned() -> ColumnElement[bool]:
    """A column beside :class:`Requisition`: its version and must-haves stay.

    An interview was planned there, or a case was given to a candidate, whose questions are about the version's
    dimensions.
    """
    planned = (
        select(literal(1))
        .select_from(Interview)
        .join(Application, Application.id == Interview.application_id)
        .where(Application.requisition_id == Requisition.id)
    )
    given = select(literal(1)).where(CaseTask.requisition_id == Requisition.id, CaseTask.frozen_at.is_not(None))
    return or_(exists(planned.correlate(Requisition)), exists(given.correlate(Requisition)))
