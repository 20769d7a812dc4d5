"""Which rows a person may know of, as SQL; every list, search and export starts from these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, false, literal, not_, or_, select, true

from app.domain.hiring import COMMITTEE, Part, RequisitionState
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.decision import DebriefRow, Decision
from app.models.facts import SEATED
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


def requisitions_visible_to(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion on :class:`Requisition`: says the same as ``REQUISITION_SEE`` of the permission map."""
    if not actor.active:
        return false()
    if actor.roles & {Role.COORDINATOR, Role.HR_PARTNER}:
        return true()
    related = [
        _member(actor, (Part.HIRING_MANAGER, *COMMITTEE)),
        exists(
            select(literal(1))
            .select_from(ScorecardRow)
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
    return or_(*related)


def applications_visible_to(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion on ``Application`` with ``Candidate`` and ``Requisition``: says the same as ``CANDIDATE_SEE``."""
    if not actor.active:
        return false()
    return and_(Candidate.email != actor.email, _reasons(actor))


def _reasons(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    if actor.roles & {Role.COORDINATOR, Role.HR_PARTNER}:
        return true()
    debrief = exists(select(literal(1)).where(DebriefRow.application_id == Application.id))
    owes_nothing = not_(owes_on_candidate(actor))
    reasons = [
        _member(actor, (Part.HIRING_MANAGER,)),
        exists(
            select(literal(1)).where(
                ScorecardRow.application_id == Application.id,
                ScorecardRow.interviewer_id == actor.person_id,
                ScorecardRow.state.in_(SEATED),
            )
        ),
        and_(_member(actor, tuple(COMMITTEE)), debrief, owes_nothing),
    ]
    if Role.AUDITOR in actor.roles:
        decided = exists(select(literal(1)).where(Decision.application_id == Application.id).correlate(Application))
        reasons.append(and_(or_(Requisition.state == RequisitionState.CLOSED, decided), owes_nothing))
    return or_(*reasons)


def _member(actor: ActorFacts | Asking, parts: tuple[Part, ...]) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            RequisitionMember.requisition_id == Requisition.id,
            RequisitionMember.person_id == actor.person_id,
            RequisitionMember.part.in_(sorted(parts)),
        )
    )
