"""Who sits on a panel: giving a person the duty to score an interview, and taking it away again.

A duty that is taken away is released, never deleted; a card that was sealed stays whatever happens to the interview.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.domain.card import CardState
from app.models.candidate import Application, Candidate
from app.models.interview import Interview
from app.models.scorecard import ScorecardRow
from app.services import audit, outbox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def assign(session: Session, actor: ActorFacts, interview: Interview, person_id: UUID, *, now: datetime) -> None:
    """Give a person the duty to score an interview, again if they were released from it, and tell them."""
    card = session.scalar(
        select(ScorecardRow)
        .where(ScorecardRow.interview_id == interview.id, ScorecardRow.interviewer_id == person_id)
        .with_for_update()
    )
    if card is None:
        card = ScorecardRow(
            interview_id=interview.id, application_id=interview.application_id, interviewer_id=person_id
        )
        session.add(card)
    card.state, card.assigned_at = CardState.OWED, now
    card.released_at, card.released_by_id, card.release_reason = None, None, ""
    session.flush()
    audit.record(session, actor, "scorecard.assign", f"scorecard/{card.id}", now=now)
    name = session.scalar(
        select(Candidate.name)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.id == interview.application_id)
    )
    outbox.notify(
        session,
        person_id,
        subject=f"You interview {name}",
        body=f"{interview.title}: your interview kit is ready, and your scorecard is due after the interview.",
        path=f"/interviews/{interview.id}/kit",
        now=now,
    )


def release(session: Session, actor: ActorFacts, card: ScorecardRow, reason: str, *, now: datetime) -> None:
    """End an owed duty with a reason and tell its interviewer; any other card is left as it is."""
    if card.state is not CardState.OWED:
        return
    card.state, card.released_at, card.released_by_id = CardState.RELEASED, now, actor.person_id
    card.release_reason = reason
    session.flush()
    audit.record(session, actor, "scorecard.release", f"scorecard/{card.id}", now=now, payload={"reason": reason})
    if card.interviewer_id != actor.person_id:
        body = "Nothing is due from you on it any more. A draft that you wrote is kept."
        outbox.notify(
            session, card.interviewer_id, subject="A scorecard is no longer due", body=body, path="/", now=now
        )


def release_all(
    session: Session, actor: ActorFacts, of_which: ColumnElement[bool], reason: str, *, now: datetime
) -> None:
    """Release every owed card of the applications that the criterion on :class:`Application` picks."""
    owed = session.scalars(
        select(ScorecardRow)
        .join(Application, Application.id == ScorecardRow.application_id)
        .where(of_which, ScorecardRow.state == CardState.OWED)
        .order_by(ScorecardRow.id)
        .with_for_update(of=ScorecardRow)
    ).all()
    for card in owed:
        release(session, actor, card, reason, now=now)
