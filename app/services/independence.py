"""What an author could see of others' scorecards by the time a revision is made, from the facts in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, literal, select

from app.domain.card import CardState
from app.domain.permission import Permission, allow
from app.domain.reveal import Openings, OwnDuty, others_were_visible
from app.models.candidate import Application
from app.models.decision import DebriefRow
from app.models.scorecard import RatingRow, Revision, ScorecardRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, CardFacts


def was_revealed(session: Session, actor: ActorFacts, facts: CardFacts, *, now: datetime) -> bool:
    """Whether the author could see another's card on this application at any moment before ``now``."""
    opened = session.scalar(select(DebriefRow.opened_at).where(DebriefRow.application_id == facts.application_id))
    reader = replace(facts, owes=0, sealed_own=0, debrief_open=True)
    openings = Openings(
        reveals_after_own=facts.reveals_after_own,
        debrief_opened_at=opened,
        reads_debrief=allow(actor, Permission.CARD_READ, reader).granted,
    )
    return others_were_visible(
        _own_duties(session, actor, facts), _others_sealed(session, actor, facts), openings, now=now
    )


def _own_duties(session: Session, actor: ActorFacts, facts: CardFacts) -> list[OwnDuty]:
    candidate = select(Application.candidate_id).where(Application.id == facts.application_id).scalar_subquery()
    sealed_at = select(func.min(Revision.sealed_at)).where(Revision.scorecard_id == ScorecardRow.id).scalar_subquery()
    rated = exists(
        select(literal(1))
        .select_from(RatingRow)
        .join(Revision, Revision.id == RatingRow.revision_id)
        .where(Revision.scorecard_id == ScorecardRow.id, RatingRow.value.is_not(None))
    )
    rows = session.execute(
        select(
            ScorecardRow.application_id,
            ScorecardRow.state,
            ScorecardRow.assigned_at,
            ScorecardRow.released_at,
            sealed_at.label("sealed_at"),
            rated.label("rated"),
        )
        .join(Application, Application.id == ScorecardRow.application_id)
        .where(Application.candidate_id == candidate, ScorecardRow.interviewer_id == actor.person_id)
    )
    duties = []
    for row in rows:
        ended = row.sealed_at if row.state is CardState.SEALED else row.released_at
        opens = row.state is CardState.SEALED and row.rated and row.application_id == facts.application_id
        duties.append(OwnDuty(row.assigned_at, ended, row.sealed_at if opens else None))
    return duties


def _others_sealed(session: Session, actor: ActorFacts, facts: CardFacts) -> list[datetime]:
    return list(
        session.scalars(
            select(func.min(Revision.sealed_at))
            .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
            .where(
                ScorecardRow.application_id == facts.application_id,
                ScorecardRow.interviewer_id != actor.person_id,
            )
            .group_by(ScorecardRow.id)
        )
    )
