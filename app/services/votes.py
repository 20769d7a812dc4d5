"""Sealed votes: each member's own, theirs alone to see until the decision is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.access import found, require
from app.domain.decision import Outcome
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.decision import Vote
from app.models.facts import application_facts
from app.models.records import vote_record
from app.services import applications, audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

REASON_LIMIT = 4000
_DECIDED = "The decision is recorded, so votes are closed."
_STALE = "You changed this vote in another tab or on another device. Compare the two and choose."


def cast(
    session: Session,
    actor: ActorFacts,
    application_id: UUID,
    outcome: Outcome,
    reason: str,
    *,
    version: int,
    now: datetime,
) -> None:
    """Seal the actor's vote, or change it until the decision; ``version`` is what their form showed, 0 for no vote.

    Sending the same vote twice is one vote. :class:`ConflictError` when another tab changed it meanwhile.
    """
    # The decision takes this lock too, so that no vote slips in beside it.
    applications.locked(session, application_id)
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.DEBRIEF_SEE, facts)
    if facts.is_committee and facts.decided:
        raise AlreadyDoneError(_DECIDED)
    require(actor, Permission.VOTE_CAST, facts)
    text = reason.strip()
    faults = text_faults("reason", "why you vote this way", text, limit=REASON_LIMIT, required=True)
    if faults:
        raise InvalidError(faults)
    vote = session.get(Vote, (application_id, actor.person_id))
    if vote is not None and (vote.outcome, vote.reason) == (outcome, text):
        return
    if (vote.version if vote else 0) != version:
        raise ConflictError(_STALE, current_version=vote.version if vote else 0)
    if vote is None:
        vote = Vote(application_id=application_id, member_id=actor.person_id)
        session.add(vote)
    vote.outcome, vote.reason, vote.cast_at = outcome, text, now
    session.flush()
    audit.record(session, actor, "vote.cast", f"application/{application_id}", now=now, payload=vote_record(vote))
