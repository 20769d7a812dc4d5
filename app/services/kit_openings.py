"""Noting that an interviewer opened their kit: so that they are not reminded of it, and for nothing else.

Nobody but the reminder to its owner ever asks; no page, file or mail of anybody else depends on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.access import found, require
from app.domain.card import CardState
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.models.facts import application_facts
from app.models.interview import Interview
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import KitOpening

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def is_first(session: Session, actor: ActorFacts, interview_id: UUID) -> bool:
    """Whether the actor, who reads their own kit now, has not opened it before."""
    return session.get(KitOpening, (interview_id, actor.person_id)) is None


def opened(session: Session, actor: ActorFacts, interview_id: UUID, *, now: datetime) -> None:
    """Note that the actor has opened the kit of an interview on which they owe a card; once is enough."""
    application_id = session.scalar(select(Interview.application_id).where(Interview.id == interview_id))
    if application_id is None:
        raise NotFoundError
    require(actor, Permission.KIT_SEE, found(application_facts(session, actor, application_id)))
    owed = select(ScorecardRow.id).where(
        ScorecardRow.interview_id == interview_id,
        ScorecardRow.interviewer_id == actor.person_id,
        ScorecardRow.state == CardState.OWED,
    )
    if session.scalar(owed) is None:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(KitOpening)
        .values(interview_id=interview_id, person_id=actor.person_id, opened_at=now)
        .on_conflict_do_nothing()
    )
