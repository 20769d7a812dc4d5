"""Which submissions wait for whose grade, as SQL; facts, pages, the inbox and reminders all start from these.

Criteria that take nothing are made once: they are wide, and no two statements need different ones.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.case_grading import GradeState
from app.domain.hiring import ENDED, RUNNING
from app.domain.predicates import NAMES_KNOWN_TO
from app.models.candidate import Application, Candidate
from app.models.case_grading import CreditedGrade, FurtherGrade, Grade, Grader, GradesReveal
from app.models.case_work import CaseAssignment, CaseTask
from app.models.early import has_read_early
from app.models.granting import ScopedGrant
from app.models.interest import conflict_of
from app.models.interview import Interview
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Select, SQLColumnExpression


@cache
def gradable() -> ColumnElement[bool]:
    """A criterion on :class:`CaseAssignment`: it was handed in, and its candidate is still in a running process."""
    application, requisition = aliased(Application), aliased(Requisition)
    running = exists(
        select(literal(1))
        .select_from(application)
        .join(requisition, requisition.id == application.requisition_id)
        .where(
            application.id == CaseAssignment.application_id,
            application.stage.not_in(ENDED),
            requisition.state.in_(RUNNING),
        )
        .correlate(CaseAssignment)
    )
    return CaseAssignment.handed_in_at.is_not(None) & CaseAssignment.withdrawn_at.is_(None) & running


@cache
def grades_for() -> ColumnElement[bool]:
    """A criterion on :class:`Grader` with :class:`CaseAssignment`: this person is to grade this submission.

    Nobody grades their own work, or that of somebody whom they have met on a panel or may not judge.
    """
    further = exists(
        select(literal(1)).where(FurtherGrade.grader_id == Grader.id, FurtherGrade.assignment_id == CaseAssignment.id)
    )
    return (
        (Grader.task_id == CaseAssignment.task_id)
        & Grader.released_at.is_(None)
        & or_(Grader.whole.is_(True), further)
        & ~_may_not_judge()
        & ~_met()
    )


def owed_of(person: SQLColumnExpression[UUID] | UUID) -> Select[UUID]:
    """The task of every grade that a person owes, one row a submission; it selects from :class:`CaseAssignment`."""
    return (
        select(CaseAssignment.task_id)
        .select_from(Grader)
        .join(CaseAssignment, CaseAssignment.task_id == Grader.task_id)
        .where(Grader.person_id == person, gradable(), grades_for(), ~finished())
    )


@cache
def finished() -> ColumnElement[bool]:
    """A criterion on :class:`Grader` with :class:`CaseAssignment`: sealed, or given back without a grade."""
    return exists(
        select(literal(1)).where(
            Grade.grader_id == Grader.id,
            Grade.assignment_id == CaseAssignment.id,
            Grade.state.in_((GradeState.SEALED, GradeState.RETURNED)),
        )
    )


def owes_any_grade() -> ColumnElement[bool]:
    """Whether the :class:`Person` of the statement owes a grade on any submission."""
    return exists(owed_of(Person.id).correlate(Person))


def grades_in_requisition(person: SQLColumnExpression[UUID] | UUID) -> ColumnElement[bool]:
    """A column beside :class:`Requisition`: the person owes a grade there, so nothing of it may reach them."""
    task = aliased(CaseTask)
    owed = owed_of(person).join(task, task.id == CaseAssignment.task_id).where(task.requisition_id == Requisition.id)
    return exists(owed.correlate(Requisition))


def has_part_in(
    person: SQLColumnExpression[UUID] | UUID, requisition: SQLColumnExpression[UUID] | UUID
) -> ColumnElement[bool]:
    """Whether a person decides or interviews in a requisition; a card that a grade became is no interview."""
    card, application = aliased(ScorecardRow), aliased(Application)
    member = exists(
        select(literal(1)).where(RequisitionMember.requisition_id == requisition, RequisitionMember.person_id == person)
    )
    seat = exists(
        select(literal(1))
        .select_from(card)
        .join(application, application.id == card.application_id)
        .where(
            application.requisition_id == requisition,
            card.interviewer_id == person,
            card.state.in_(("owed", "sealed")),
            ~exists(select(literal(1)).where(CreditedGrade.scorecard_id == card.id).correlate(card)),
        )
    )
    return member | seat


def knows_names(person: SQLColumnExpression[UUID] | UUID) -> ColumnElement[bool]:
    """Whether a person holds, in the company or in any place, a role that tells whose work it is: they grade nobody."""
    telling = sorted(NAMES_KNOWN_TO)
    everywhere = select(literal(1)).where(RoleGrant.person_id == person, RoleGrant.role.in_(telling))
    somewhere = select(literal(1)).where(ScopedGrant.person_id == person, ScopedGrant.role.in_(telling))
    return exists(everywhere.correlate_except(RoleGrant)) | exists(somewhere.correlate_except(ScopedGrant))


@cache
def made_of_grades() -> ColumnElement[bool]:
    """A criterion on :class:`Interview`: it was made when all grades of somebody's work were in, and nobody held it."""
    return exists(select(literal(1)).where(GradesReveal.interview_id == Interview.id).correlate(Interview))


def grades_somewhere_in(requisition: SQLColumnExpression[UUID] | UUID) -> Select[UUID]:
    """The people who are appointed to grade in a requisition and were not released."""
    task = aliased(CaseTask)
    return (
        select(Grader.person_id)
        .join(task, task.id == Grader.task_id)
        .where(task.requisition_id == requisition, Grader.released_at.is_(None))
    )


def _may_not_judge() -> ColumnElement[bool]:
    """The submission is the grader's own, or by somebody whom they may not judge."""
    application = aliased(Application)
    return exists(
        select(literal(1))
        .select_from(application)
        .join(Candidate, Candidate.id == application.candidate_id)
        .join(Person, Person.id == Grader.person_id)
        .where(
            application.id == CaseAssignment.application_id,
            or_(Candidate.email == Person.email, conflict_of(Person.id), has_read_early(Person.id)),
        )
        .correlate(CaseAssignment, Grader)
    )


def _met() -> ColumnElement[bool]:
    card = aliased(ScorecardRow)
    credited = exists(select(literal(1)).where(CreditedGrade.scorecard_id == card.id).correlate(card))
    return exists(
        select(literal(1))
        .where(
            card.application_id == CaseAssignment.application_id,
            card.interviewer_id == Grader.person_id,
            card.state.in_(("owed", "sealed")),
            ~credited,
        )
        .correlate(CaseAssignment, Grader)
    )
