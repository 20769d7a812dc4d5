"""Whom an interviewer proposes in their place: names to choose from, and the proposal as its coordinator reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.errors import NotFoundError
from app.domain.permission import Permission, Role
from app.models import planning
from app.models.blind import shown_name
from app.models.candidate import Application, Candidate
from app.models.facts import SEATED, card_facts
from app.models.interview import Interview
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import SeatOffer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Proposal:
    """An interviewer who could not interview, and whom they propose; ``able`` when that person may be seated now."""

    card_id: UUID
    application_id: UUID
    requisition_id: UUID
    candidate: str
    requisition: str
    interview: str
    starts_at: datetime | None
    minutes: int
    interviewer: str
    reason: str
    proposed: str
    able: bool
    settled: bool


def colleagues(session: Session, actor: ActorFacts) -> tuple[tuple[UUID, str], ...]:
    """Every active interviewer but the actor, by name.

    Whether one of them may interview this candidate is not said here: that would tell of conflicts of interest.
    """
    require(actor, Permission.HOME_SEE)
    holds = exists(select(literal(1)).where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.INTERVIEWER))
    people = session.execute(
        select(Person.id, Person.name).where(Person.active.is_(True), Person.id != actor.person_id, holds)
    ).all()
    return tuple(sorted(((row.id, row.name) for row in people), key=lambda one: (one[1].casefold(), str(one[0]))))


def proposal(session: Session, actor: ActorFacts, card_id: UUID) -> Proposal:
    """The proposal for the seat of a released card, for whoever plans the panel and may see its progress."""
    facts = found(card_facts(session, actor, card_id))
    require(actor, Permission.PROGRESS_SEE, facts)
    require(actor, Permission.PANEL_PLAN, facts)
    author, seat = aliased(Person), aliased(ScorecardRow)
    seated = exists(
        select(literal(1)).where(
            seat.interview_id == ScorecardRow.interview_id,
            seat.interviewer_id == SeatOffer.person_id,
            seat.state.in_(SEATED),
        )
    )
    row = session.execute(
        select(
            shown_name(actor).label("candidate"),
            Requisition.id.label("requisition_id"),
            Requisition.title.label("requisition"),
            Interview.title.label("interview"),
            Interview.starts_at,
            Interview.minutes,
            ScorecardRow.release_reason,
            author.name.label("interviewer"),
            Person.name.label("proposed"),
            (planning.may_interview() & ~seated & Interview.cancelled_at.is_(None)).label("able"),
            SeatOffer.settled_at,
        )
        .select_from(SeatOffer)
        .join(ScorecardRow, ScorecardRow.id == SeatOffer.scorecard_id)
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .join(Application, Application.id == ScorecardRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(author, author.id == ScorecardRow.interviewer_id)
        .join(Person, Person.id == SeatOffer.person_id)
        .where(SeatOffer.scorecard_id == card_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Proposal(
        card_id, facts.application_id, row.requisition_id, row.candidate, row.requisition, row.interview,
        row.starts_at, row.minutes, row.interviewer, row.release_reason, row.proposed, bool(row.able),
        row.settled_at is not None,
    )  # fmt: skip
