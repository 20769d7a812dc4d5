"""Which rows a person may know of, as SQL; every list, search and export starts from these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true
from sqlalchemy.orm import aliased

from app.domain.hiring import COMMITTEE, Part, RequisitionState, Stage
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import grades_in_requisition
from app.models.decision import DebriefRow, Decision
from app.models.facts import SEATED
from app.models.interest import has_conflict
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition, RequisitionMember
from app.models.scopes import holds_in_requisition
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


def requisitions_visible_to(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion on :class:`Requisition`: says the same as ``REQUISITION_SEE`` of the permission map."""
    if not actor.active:
        return false()
    if actor.roles & {Role.COORDINATOR, Role.HR_PARTNER}:
        return not_(grades_in_requisition(actor.person_id))
    related = [
        _member(actor, (Part.HIRING_MANAGER, *COMMITTEE)),
        exists(
            select(ScorecardRow.id)
            .join(Application, Application.id == ScorecardRow.application_id)
            .where(
                Application.requisition_id == Requisition.id,
                ScorecardRow.interviewer_id == actor.person_id,
                ScorecardRow.state.in_(SEATED),
            )
            .correlate(Requisition)
        ),
    ]
    if Role.AUDITOR in actor.roles:
        related.append(Requisition.state == RequisitionState.CLOSED)
    related += _scoped(actor, Requisition.state == RequisitionState.CLOSED)
    return and_(or_(*related), not_(grades_in_requisition(actor.person_id)))


def applications_visible_to(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion on ``Application`` with ``Candidate`` and ``Requisition``: says the same as ``CANDIDATE_SEE``."""
    if not actor.active:
        return false()
    return and_(
        Candidate.email != actor.email,
        Candidate.erased_at.is_(None),
        true() if Role.HR_PARTNER in actor.roles else Candidate.hidden_at.is_(None),
        not_(has_conflict(actor)),
        not_(grades_in_requisition(actor.person_id)),
        _reasons(actor),
    )


def coordinates_whole(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion on :class:`Candidate` with an application that goes on: the actor coordinates all that do.

    Says the same as ``CANDIDATE_EDIT`` on the candidate as a whole, but for what refuses in spite of a role.
    """
    if Role.COORDINATOR in actor.roles:
        return true()
    if Role.COORDINATOR not in actor.scoped_roles:
        return false()
    other = aliased(Application)
    lacking = (
        select(other.id)
        .join(Requisition, Requisition.id == other.requisition_id)
        .where(
            other.candidate_id == Candidate.id,
            other.stage != Stage.WITHDRAWN,
            Requisition.state != RequisitionState.CLOSED,
            ~exists(select(Decision.id).where(Decision.application_id == other.id)),
            ~holds_in_requisition(actor, (Role.COORDINATOR,)),
        )
    )
    return not_(exists(lacking.correlate(Candidate)))


def _reasons(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    if actor.roles & {Role.COORDINATOR, Role.HR_PARTNER}:
        return true()
    debrief = exists(select(DebriefRow.application_id).where(DebriefRow.application_id == Application.id))
    owes_nothing = not_(owes_on_candidate(actor))
    reasons = [
        _member(actor, (Part.HIRING_MANAGER,)),
        exists(
            select(ScorecardRow.id).where(
                ScorecardRow.application_id == Application.id,
                ScorecardRow.interviewer_id == actor.person_id,
                ScorecardRow.state.in_(SEATED),
            )
        ),
        and_(_member(actor, tuple(COMMITTEE)), debrief, owes_nothing),
    ]
    decided = exists(select(Decision.id).where(Decision.application_id == Application.id).correlate(Application))
    over = and_(or_(Requisition.state == RequisitionState.CLOSED, decided), owes_nothing)
    if Role.AUDITOR in actor.roles:
        reasons.append(over)
    return or_(*reasons, *_scoped(actor, over))


def _scoped(actor: ActorFacts | Asking, over: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """What roles in this requisition or its team open: all of it, or to an auditor what is over."""
    reads = actor.scoped_roles & {Role.COORDINATOR, Role.HR_PARTNER}
    found = [holds_in_requisition(actor, reads)] if reads else []
    if Role.AUDITOR in actor.scoped_roles:
        found.append(and_(over, holds_in_requisition(actor, (Role.AUDITOR,))))
    return found


def _member(actor: ActorFacts | Asking, parts: tuple[Part, ...]) -> ColumnElement[bool]:
    return exists(
        select(RequisitionMember.person_id).where(
            RequisitionMember.requisition_id == Requisition.id,
            RequisitionMember.person_id == actor.person_id,
            RequisitionMember.part.in_(sorted(parts)),
        )
    )
