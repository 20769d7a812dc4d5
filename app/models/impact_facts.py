"""How somebody stands to the requisitions that a report of groups tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select

from app.domain.facts import ImpactFacts
from app.models.candidate import Application, StageChange
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow
from app.models.self_identification import ImpactPart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def takes_part(actor: ActorFacts) -> ColumnElement[bool]:
    """A criterion on :class:`Requisition`: the actor has a seat there, was asked to score, or moved somebody on or out.

    Who only took applications in has judged nobody.
    """
    member = select(literal(1)).where(
        RequisitionMember.requisition_id == Requisition.id, RequisitionMember.person_id == actor.person_id
    )
    seat = (
        select(literal(1))
        .select_from(ScorecardRow)
        .join(Application, Application.id == ScorecardRow.application_id)
        .where(Application.requisition_id == Requisition.id, ScorecardRow.interviewer_id == actor.person_id)
    )
    moved = (
        select(literal(1))
        .select_from(StageChange)
        .join(Application, Application.id == StageChange.application_id)
        .where(
            Application.requisition_id == Requisition.id,
            StageChange.by_id == actor.person_id,
            StageChange.from_stage.is_not(None),
        )
    )
    return or_(*(exists(one.correlate(Requisition)) for one in (member, seat, moved)))


def requisitions_impact(session: Session, actor: ActorFacts, requisition_ids: Iterable[UUID]) -> ImpactFacts | None:
    """How the actor stands to these requisitions together; ``None`` when there are none."""
    return _facts(session, actor, Requisition.id.in_(list(requisition_ids)))


def release_impact(session: Session, actor: ActorFacts, release_id: UUID) -> ImpactFacts | None:
    """How the actor stands to the requisitions of a release; ``None`` when there is no such release."""
    parts = select(ImpactPart.requisition_id).where(ImpactPart.release_id == release_id)
    return _facts(session, actor, Requisition.id.in_(parts))


def _facts(session: Session, actor: ActorFacts, wanted: ColumnElement[bool]) -> ImpactFacts | None:
    theirs = func.sum(case((takes_part(actor), 1), else_=0))
    found, parts = session.execute(select(func.count(), theirs).select_from(Requisition).where(wanted)).one()
    return ImpactFacts(has_part=bool(parts)) if found else None
