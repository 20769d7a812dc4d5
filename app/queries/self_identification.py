"""What the page behind a candidate's link says: which role it is about. Never an answer, nor whether there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.hiring import RequisitionState
from app.domain.permission import Permission
from app.models.candidate import Application, Candidate
from app.models.facts import application_facts
from app.models.person import Installation
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Invitation:
    """Which role a link is about, and whether answers are still taken."""

    company: str
    requisition: str
    open: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a link is for, as the coordinator's page says it."""

    application_id: UUID
    candidate: str
    email: str
    requisition_id: UUID
    requisition: str
    open: bool


def invitation(session: Session, application_id: UUID) -> Invitation:
    """What a link that this installation signed leads to; :class:`NotFoundError` when the application is gone."""
    row = session.execute(
        select(Installation.company, Requisition.title, Requisition.state)
        .select_from(Application)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Installation, Installation.id == 1)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Invitation(row.company, row.title, row.state is not RequisitionState.CLOSED)


def asked(session: Session, actor: ActorFacts, application_id: UUID) -> Asked:
    """Whom a coordinator can hand a link to, in two queries."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.CANDIDATE_EDIT, facts)
    row = session.execute(
        select(Candidate.name, Candidate.email, Requisition.title)
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == application_id)
    ).one()
    is_open = facts.state is not RequisitionState.CLOSED
    return Asked(application_id, row.name, row.email, facts.requisition_id, row.title, is_open)
