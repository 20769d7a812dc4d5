"""Who sits on a panel: giving a person the duty to score an interview, and taking it away again.

A duty that is taken away is released, never deleted; a card that was sealed stays whatever happens to the interview.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.domain.card import CardState
from app.domain.errors import InvalidError
from app.models.blind import name_shown_to
from app.models.candidate import Application, Candidate
from app.models.interview import Interview
from app.models.scorecard import ScorecardRow
from app.services import audit, graders, invitations, outbox

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def assign(session: Session, actor: ActorFacts, interview: Interview, person_id: UUID, *, now: datetime) -> None:
    """Give a person the duty to score an interview, again if they were released from it, and tell them.

    :class:`InvalidError` when they grade a case of the requisition, where they must not learn whose work it is.
    """
    _refuse_grader(session, interview, person_id)
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
        select(name_shown_to(person_id))
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.id == interview.application_id)
    )
    told = invitations.invite(session, interview, person_id, now=now)
    ready = f"{interview.title}: your interview kit is ready, and your scorecard is due after the interview."
    outbox.notify(
        session,
        person_id,
        subject=f"You interview {name}",
        body=f"{ready}\n\n{told.words}" if told.words else ready,
        path=f"/interviews/{interview.id}/kit",
        now=now,
        calendar=told.calendar,
        method=told.method,
    )


def _refuse_grader(session: Session, interview: Interview, person_id: UUID) -> None:
    need = session.scalar(select(Application.requisition_id).where(Application.id == interview.application_id))
    faults = graders.other_part_faults(session, need, {person_id}, field="interviewer_ids") if need else ()
    if faults:
        raise InvalidError(faults)


def release(session: Session, actor: ActorFacts | None, card: ScorecardRow, reason: str, *, now: datetime) -> None:
    """End an owed duty with a reason and tell its interviewer; any other card is left as it is.

    ``actor`` is ``None`` where the candidate ended it for everybody.
    """
    if card.state is not CardState.OWED:
        return
    by_id = actor.person_id if actor else None
    card.state, card.released_at, card.released_by_id = CardState.RELEASED, now, by_id
    card.release_reason = reason
    session.flush()
    audit.record(session, actor, "scorecard.release", f"scorecard/{card.id}", now=now, payload={"reason": reason})
    told = invitations.revoke(session, card.interview_id, card.interviewer_id, now=now)
    if card.interviewer_id != by_id or told.calendar:
        title = session.scalar(select(Interview.title).where(Interview.id == card.interview_id))
        body = f"{title}: nothing is due from you on it any more. A draft that you wrote is kept."
        outbox.notify(
            session, card.interviewer_id, subject="A scorecard is no longer due", body=body, path="/", now=now,
            calendar=told.calendar, method=told.method,
        )  # fmt: skip


def release_all(
    session: Session, actor: ActorFacts | None, of_which: ColumnElement[bool], reason: str, *, now: datetime
) -> None:
    """Release every owed card of the applications that the criterion on :class:`Application` picks, for good.

    Their candidates are told that interviews which are still ahead do not take place.
    """
    owed = session.scalars(
        select(ScorecardRow)
        .join(Application, Application.id == ScorecardRow.application_id)
        .where(of_which, ScorecardRow.state == CardState.OWED)
        .order_by(ScorecardRow.id)
        .with_for_update(of=ScorecardRow)
    ).all()
    for card in owed:
        release(session, actor, card, reason, now=now)
    invitations.call_off_all(session, of_which, now=now)
