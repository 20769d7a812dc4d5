"""Votes of a calibration: given apart and sealed, changed with a reason once they lie open, lost to a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotYetError
from app.domain.growth.calibration import CalibrationState, ChangeReason, ConflictKind
from app.domain.growth.case import CaseState
from app.domain.growth.voting import TEXT_LIMIT, change_faults, vote_faults
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.calibration import CalibrationItem, Conflict, PreVote, VoteChange
from app.models.calibration_choices import choices
from app.models.promotion import PromotionCase
from app.services import audit
from app.services.calibrations import locked_item, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.growth.facts import ItemFacts
    from app.domain.permission import ActorFacts

_STALE = "You changed this vote in another tab or on another device. Compare the two and choose."
_SEALED = "Your vote is sealed already, so it stays as it is until votes lie open."
_GONE = "This case was withdrawn, so there is nothing to vote on."
_CHAIR = "You chair this session, and the chair has to be free of conflicts. Hand the chair to another member first."


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a member votes and why; a draft may lack both."""

    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a member votes now, the kind of reason, and their own words."""

    after: str
    reason: ChangeReason | None
    words: str


def save(session: Session, actor: ActorFacts, item_id: UUID, ballot: Ballot, *, version: int, now: datetime) -> int:
    """Keep the actor's draft and return its version; ``version`` is 0 where nothing was saved before."""
    return _keep(session, actor, item_id, ballot, version=version, now=now, sealing=False).version


def seal(session: Session, actor: ActorFacts, item_id: UUID, ballot: Ballot, *, version: int, now: datetime) -> None:
    """Seal the actor's vote for good; it opens to the members with everybody else's."""
    vote = _keep(session, actor, item_id, ballot, version=version, now=now, sealing=True)
    vote.sealed_at = now
    session.flush()
    payload = {"value": vote.value, "reason": vote.reason}
    audit.record(session, actor, "prevote.seal", f"calibration_item/{item_id}", now=now, payload=payload)


def change(session: Session, actor: ActorFacts, item_id: UUID, wanted: Change, *, now: datetime) -> None:
    """Change the actor's sealed vote in the open session; what was sealed and every change stay readable."""
    _, item, facts = locked_item(session, actor, item_id, Permission.PREVOTE_CHANGE)
    _require_there(session, item)
    vote = session.get(PreVote, (item_id, actor.person_id))
    if not facts.voted or vote is None:
        message = "You sealed no vote before the session opened, so there is none to change."
        raise NotYetError(message)
    newest = session.scalar(
        select(VoteChange)
        .where(VoteChange.item_id == item_id, VoteChange.member_id == actor.person_id)
        .order_by(VoteChange.number.desc())
        .limit(1)
    )
    before = newest.after if newest else vote.value
    faults = list(change_faults(before, wanted.after, wanted.words, choices(session, item.assessment_id)))
    if wanted.reason is None:
        faults.append(Fault("reason", "Choose the kind of reason."))
        raise InvalidError(tuple(faults))
    refuse(faults)
    row = VoteChange(
        item_id=item_id, member_id=actor.person_id, number=newest.number + 1 if newest else 1, before=before,
        after=wanted.after, reason=wanted.reason, words=wanted.words.strip(), at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    payload = {"before": before, "after": row.after, "reason": row.reason.value, "words": row.words}
    audit.record(session, actor, "prevote.change", f"calibration_item/{item_id}", now=now, payload=payload)


def declare(session: Session, actor: ActorFacts, item_id: UUID, reason: str, *, now: datetime) -> UUID:
    """Say that the actor is in conflict over an item: their vote on it counts no more. Returns the session's id."""
    calibration, _, facts = locked_item(session, actor, item_id, Permission.CONFLICT_DECLARE)
    if session.get(Conflict, (item_id, actor.person_id)) is not None or facts.is_conflicted:
        message = "You have no vote on this item already."
        raise AlreadyDoneError(message)
    if facts.is_chair:
        raise InvalidError((Fault("reason", _CHAIR),))
    refuse(text_faults("reason", "what the conflict is", reason, limit=TEXT_LIMIT, required=True))
    row = Conflict(
        item_id=item_id, member_id=actor.person_id, kind=ConflictKind.DECLARED, reason=reason.strip(), at=now
    )
    session.add(row)
    session.flush()
    payload = {"reason": row.reason}
    audit.record(session, actor, "conflict.declare", f"calibration_item/{item_id}", now=now, payload=payload)
    return calibration.id


def _keep(
    session: Session,
    actor: ActorFacts,
    item_id: UUID,
    ballot: Ballot,
    *,
    version: int,
    now: datetime,
    sealing: bool,
) -> PreVote:
    item = _open_for_votes(session, actor, item_id)
    vote = session.get(PreVote, (item_id, actor.person_id), with_for_update=True, populate_existing=True)
    if vote is not None and vote.sealed_at is not None:
        raise AlreadyDoneError(_SEALED)
    if (vote.version if vote else 0) != version:
        raise ConflictError(_STALE, current_version=vote.version if vote else 0)
    refuse(vote_faults(ballot.value, ballot.reason, choices(session, item.assessment_id), sealing=sealing))
    if vote is None:
        vote = PreVote(item_id=item_id, member_id=actor.person_id)
        session.add(vote)
    vote.value, vote.reason, vote.saved_at = ballot.value, ballot.reason.strip(), now
    session.flush()
    return vote


def _open_for_votes(session: Session, actor: ActorFacts, item_id: UUID) -> CalibrationItem:
    """The item, locked with its session, so that no vote slips in beside the opening."""
    calibration, item, facts = locked_item(session, actor, item_id, Permission.CALIBRATION_READ)
    if _too_late(facts) and calibration.state in {CalibrationState.DISCUSSING, CalibrationState.LOCKED}:
        message = "Votes lie open, so no new one is taken: it would not have been given apart."
        raise AlreadyDoneError(message)
    require(actor, Permission.PREVOTE_CAST, facts)
    _require_there(session, item)
    return item


def _too_late(facts: ItemFacts) -> bool:
    return facts.is_member and not (facts.is_person or facts.is_conflicted)


def _require_there(session: Session, item: CalibrationItem) -> None:
    if item.case_id is None:
        return
    state = session.scalar(select(PromotionCase.state).where(PromotionCase.id == item.case_id))
    if state is CaseState.WITHDRAWN:
        raise AlreadyDoneError(_GONE)
