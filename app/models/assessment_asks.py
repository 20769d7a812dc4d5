"""What assessment cycles ask of somebody: to assess themselves, a report, a colleague, and to talk about it.

Branches of the inbox's one query. Before both sides are in nothing here tells whether the other has answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Date,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.duty import GrowthDuty
from app.domain.permission import Role
from app.models.assessment import Assessment, AssessmentOutcome, Cycle, Sheet
from app.models.assessment_facts import both_sealed
from app.models.blueprint import BlueprintVersion
from app.models.inbox_row import row
from app.models.person import Person, RoleGrant

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Whose = SQLColumnExpression[UUID]
Ask = Select[*tuple[Any, ...]]
_PAIR = (Answerer.SELF, Answerer.MANAGER)
# The same name as in `first_year`: a statement that joins both is given the day once.
_LATE: BindParameter[Any] = bindparam("asking_late", type_=Date())


def asks(person: Whose) -> tuple[Ask, ...]:
    """Everything that cycles ask of a person; the target is the assessment."""
    return (
        _answers(person, GrowthDuty.ASSESS_SELF, Answerer.SELF),
        _answers(person, GrowthDuty.ASSESS_REPORT, Answerer.MANAGER),
        _answers(person, GrowthDuty.ASSESS_PEER, Answerer.PEER),
        _talks(person),
    )


def late_for(partner: Whose) -> Ask:
    """Open assessments long past their date that an HR partner looks after; which side is missing is not told.

    A cycle is looked after by the HR partner who opened it, and by all of them where nobody such did. Nobody is told of
    an assessment in which they are one of the two.
    """
    ours = or_(Cycle.opened_by_id == partner, ~_opened_by_partner())
    return _assessments(GrowthDuty.ASSESS_REPORT, since=Cycle.opened_at).where(
        Cycle.state == CycleState.OPEN,
        Assessment.left_at.is_(None),
        Assessment.due_on < _LATE,
        Assessment.person_id != partner,
        Assessment.manager_id != partner,
        ~both_sealed(),
        ours,
    )


def _answers(person: Whose, kind: GrowthDuty, answerer: Answerer) -> Ask:
    return (
        _assessments(kind, since=Sheet.asked_at, saved=Sheet.saved_at)
        .join(Sheet, Sheet.assessment_id == Assessment.id)
        .where(
            Cycle.state == CycleState.OPEN,
            Assessment.left_at.is_(None),
            Sheet.author_id == person,
            Sheet.answerer == answerer,
            Sheet.sealed_at.is_(None),
            Sheet.declined_at.is_(None),
        )
    )


def _talks(person: Whose) -> Ask:
    """Assessments that are open to both, of which the manager has not written down what came of the talk."""
    opened = (
        select(func.max(Sheet.sealed_at))
        .where(Sheet.assessment_id == Assessment.id, Sheet.answerer.in_(_PAIR))
        .correlate(Assessment)
        .scalar_subquery()
    )
    written = and_(AssessmentOutcome.assessment_id == Assessment.id, AssessmentOutcome.by_id == Assessment.manager_id)
    talked = exists(select(literal(1)).where(written).correlate(Assessment))
    return _assessments(GrowthDuty.TALK, since=opened).where(
        Assessment.manager_id == person, Assessment.left_at.is_(None), both_sealed(), ~talked
    )


def _assessments(
    kind: GrowthDuty, *, since: SQLColumnExpression[Any], saved: SQLColumnExpression[Any] | None = None
) -> Ask:
    subject = aliased(Person)
    own = kind is GrowthDuty.ASSESS_SELF
    return (
        row(
            kind, Assessment.id, interview=Cycle.id, candidate=subject.name,
            what=Cycle.title if own else subject.name,
            requisition=BlueprintVersion.title if own else Cycle.title,
            since=since, saved_at=saved, due_on=None if kind is GrowthDuty.TALK else Assessment.due_on,
        )
        .select_from(Assessment)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(BlueprintVersion, BlueprintVersion.id == Cycle.blueprint_version_id)
        .join(subject, subject.id == Assessment.person_id)
    )  # fmt: skip


def _opened_by_partner() -> ColumnElement[bool]:
    opener = aliased(Person)
    return exists(
        select(literal(1))
        .select_from(RoleGrant)
        .join(opener, opener.id == RoleGrant.person_id)
        .where(RoleGrant.person_id == Cycle.opened_by_id, RoleGrant.role == Role.HR_PARTNER, opener.active.is_(True))
        .correlate(Cycle)
    )
