"""What an interviewer does with a scorecard: save a draft, seal it, revise it, be released, pass on a note.

Until a card is sealed its author learns nothing of the others, so nothing here answers with anything about them.
Locks are taken in one order everywhere: the application, then the card, the audit chain's head last.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, update

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.card import (
    NOTE_LIMIT,
    BegunRevision,
    CardContent,
    CardState,
    KeptDraft,
    draft_faults,
    in_order,
    kept_from_json,
    kept_to_json,
    sealing_faults,
    to_json,
)
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.handover_note import note_faults
from app.domain.permission import CardFacts, Permission, allow
from app.domain.text import text_faults
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.facts import actor_facts, card_facts
from app.models.interview import InterviewFocus
from app.models.records import revision_record
from app.models.requisition import Requisition
from app.models.scorecard import RatingRow, Revision, ScorecardRow, SignalNote
from app.services import arrivals, audit, independence, seats

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.permission import ActorFacts

_STALE = "This scorecard was changed in another tab or on another device. Compare the two and choose."
_SEALED = "This scorecard is sealed. To change it, make a revision with a reason."
_RELEASED = "You were released from this scorecard, so nothing is due any more."
_ENTERED_LATE = "This scorecard was sealed or released meanwhile, so there is nothing to enter any more."
_OPEN = "Others' scorecards are open to you now, so a note could carry them on. Talk at the debrief instead."


def save_draft(
    session: Session, actor: ActorFacts, card_id: UUID, content: CardContent, *, version: int, now: datetime
) -> int:
    """Keep what is written so far and return the new version; :class:`ConflictError` when ``version`` is stale."""
    _require_owed(actor, found(card_facts(session, actor, card_id)), Permission.CARD_WRITE)
    _refuse(draft_faults(content, _scorecard(session, card_id)))
    saved = session.scalar(
        update(ScorecardRow)
        .where(ScorecardRow.id == card_id, ScorecardRow.version == version, ScorecardRow.state == CardState.OWED)
        .values(draft=to_json(content), draft_saved_at=now, version=version + 1)
        .returning(ScorecardRow.version)
        .execution_options(synchronize_session=False)
    )
    if saved is None:
        _explain_stale(session, card_id)
    return version + 1


def seal(
    session: Session, actor: ActorFacts, card_id: UUID, content: CardContent, *, version: int, now: datetime
) -> UUID:
    """Seal the card as revision 1 and return the revision's id; :class:`InvalidError` lists all that is missing."""
    card = _locked(session, card_id)
    facts = found(card_facts(session, actor, card_id))
    _require_owed(actor, facts, Permission.CARD_SEAL)
    _require_current(card, version)
    scorecard = _scorecard(session, card_id)
    _refuse(sealing_faults(content, scorecard, _focus(session, card.interview_id)))
    revision = _revision(session, actor, facts, content, scorecard, number=1, reason="", now=now)
    card.state, card.draft, card.draft_saved_at = CardState.SEALED, "", None
    session.flush()
    _record(session, actor, "scorecard.seal", revision)
    arrivals.announce(session, actor, facts, now=now)
    return revision.id


def revise(
    session: Session,
    actor: ActorFacts,
    card_id: UUID,
    content: CardContent,
    *,
    version: int,
    reason: str,
    now: datetime,
) -> UUID:
    """Seal a further revision beside the earlier ones; it says itself whether others' cards had been visible."""
    card = _locked(session, card_id)
    facts = found(card_facts(session, actor, card_id))
    require(actor, Permission.CARD_REVISE, facts)
    _require_current(card, version)
    scorecard = _scorecard(session, card_id)
    faults = sealing_faults(content, scorecard, _focus(session, card.interview_id))
    _refuse((*faults, *text_faults("reason", "in a sentence why you revise", reason, limit=NOTE_LIMIT, required=True)))
    number = _last_number(session, card_id) + 1
    revision = _revision(session, actor, facts, content, scorecard, number=number, reason=reason.strip(), now=now)
    session.flush()
    _keep_beside(session, card, None, saved_at=None)
    _record(session, actor, "scorecard.revise", revision)
    return revision.id


def keep_revision(
    session: Session, actor: ActorFacts, card_id: UUID, begun: BegunRevision | None, *, version: int, now: datetime
) -> int:
    """Keep a revision as far as it is written, or drop it (``None``), and return the card's new version."""
    card = _locked(session, card_id)
    require(actor, Permission.CARD_REVISE, found(card_facts(session, actor, card_id)))
    _require_current(card, version)
    if begun is not None:
        reason = text_faults("reason", "in a sentence why you revise", begun.reason, limit=NOTE_LIMIT)
        _refuse((*draft_faults(begun.content, _scorecard(session, card_id)), *reason))
    _keep_beside(session, card, begun, saved_at=now if begun else None)
    return version + 1


def enter(session: Session, actor: ActorFacts, card_id: UUID, content: CardContent, *, now: datetime) -> UUID:
    """Seal somebody else's card from their notes; it is credited to them, who are told and may revise it.

    Only for a coordinator with no seat, vote or part in deciding there. A draft of the interviewer's stays as it is.
    """
    card = _locked(session, card_id)
    facts = found(card_facts(session, actor, card_id))
    require(actor, Permission.PROGRESS_SEE, facts)
    if facts.card_state is not CardState.OWED:
        raise AlreadyDoneError(_ENTERED_LATE)
    require(actor, Permission.CARD_ENTER, facts)
    author = actor_facts(session, card.interviewer_id)
    if author is None:
        raise NotFoundError
    own = found(card_facts(session, author, card_id))
    scorecard = _scorecard(session, card_id)
    faults = list(sealing_faults(content, scorecard, _focus(session, card.interview_id)))
    if content.private_note:
        faults.append(Fault("private_note", "A private note is its interviewer's own; leave it out."))
    _refuse(tuple(faults))
    # Whoever types may have read others' cards, even where the interviewer has not.
    typist_saw = independence.was_revealed(session, actor, facts, now=now)
    revision = _revision(session, author, own, content, scorecard, number=1, reason="", now=now)
    revision.entered_by_id, revision.after_reveal = actor.person_id, revision.after_reveal or typist_saw
    card.state = CardState.SEALED
    session.flush()
    _record(session, actor, "scorecard.enter", revision, on_behalf_of=f"user/{author.person_id}")
    arrivals.announce(session, actor, facts, now=now)
    arrivals.tell_of_entry(session, actor, card, now=now)
    return revision.id


def release(
    session: Session, actor: ActorFacts, card_id: UUID, reason: str, now: datetime, *, proposed: str = ""
) -> None:
    """End the duty without a rating, by its author or a coordinator; that opens nothing to anybody.

    ``proposed`` names whom its author would hand the seat to; who runs the process is told of it.
    """
    card = _locked(session, card_id)
    facts = found(card_facts(session, actor, card_id))
    if not facts.is_author:
        # Whether somebody's card is still owed is progress, which whoever owes one must not learn.
        require(actor, Permission.PROGRESS_SEE, facts)
    require(actor, Permission.CARD_RELEASE, facts)
    _refuse(text_faults("reason", "in a sentence why", reason, limit=NOTE_LIMIT, required=True))
    seats.release(session, actor, card, reason.strip(), now=now)
    if facts.is_author:
        arrivals.tell_of_release(session, actor, facts, proposed=proposed, now=now)


def handover(session: Session, actor: ActorFacts, card_id: UUID, text: str, now: datetime) -> None:
    """Leave a note for the other interviewers of the candidate, shown in their kits.

    Only while the author cannot see others' cards, so that the note cannot pass them on to somebody who still owes;
    and never with a rating of their own, which :class:`InvalidError` quotes.
    """
    facts = found(card_facts(session, actor, card_id))
    require(actor, Permission.CARD_READ_OWN, facts)
    if facts.card_state is CardState.RELEASED:
        raise NotAllowedError(_RELEASED)
    if allow(actor, Permission.CARD_READ, facts).granted:
        raise NotAllowedError(_OPEN)
    note = text.strip()
    _refuse(
        text_faults("handover", "a note", note, limit=NOTE_LIMIT) or note_faults(note, _scorecard(session, card_id))
    )
    # Beside the ORM's version counter: a note is no change of the draft, which may be open in another tab.
    session.execute(update(ScorecardRow).where(ScorecardRow.id == card_id).values(handover=note))
    audit.record(session, actor, "scorecard.handover", f"scorecard/{card_id}", now=now, payload={"note": note})


def _locked(session: Session, card_id: UUID) -> ScorecardRow:
    application_id = session.scalar(select(ScorecardRow.application_id).where(ScorecardRow.id == card_id))
    session.execute(select(Application.id).where(Application.id == application_id).with_for_update(read=True))
    card = session.get(ScorecardRow, card_id, with_for_update=True)
    if card is None:
        raise NotFoundError
    return card


def _keep_beside(
    session: Session, card: ScorecardRow, begun: BegunRevision | None, *, saved_at: datetime | None
) -> None:
    """What is kept beside a sealed card, in a new version of it; what was drafted before it was entered stays."""
    kept = kept_to_json(KeptDraft(kept_from_json(card.draft).own, begun))
    values = {"draft": kept, "draft_saved_at": saved_at, "version": card.version + 1}
    session.execute(
        update(ScorecardRow)
        .where(ScorecardRow.id == card.id)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _require_owed(actor: ActorFacts, facts: CardFacts, permission: Permission) -> None:
    require(actor, Permission.CARD_READ_OWN, facts)
    if facts.card_state is CardState.SEALED:
        raise AlreadyDoneError(_SEALED)
    if facts.card_state is CardState.RELEASED:
        raise AlreadyDoneError(_RELEASED)
    require(actor, permission, facts)


def _require_current(card: ScorecardRow, version: int) -> None:
    if card.version != version:
        raise ConflictError(_STALE, current_version=card.version)


def _explain_stale(session: Session, card_id: UUID) -> None:
    now_there = session.execute(
        select(ScorecardRow.version, ScorecardRow.state).where(ScorecardRow.id == card_id)
    ).one()
    if now_there.state is CardState.SEALED:
        raise AlreadyDoneError(_SEALED)
    if now_there.state is CardState.RELEASED:
        raise AlreadyDoneError(_RELEASED)
    raise ConflictError(_STALE, current_version=now_there.version)


def _scorecard(session: Session, card_id: UUID) -> Scorecard:
    body = session.execute(
        select(BlueprintVersion.body)
        .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
        .join(Application, Application.requisition_id == Requisition.id)
        .join(ScorecardRow, ScorecardRow.application_id == Application.id)
        .where(ScorecardRow.id == card_id)
    ).scalar_one()
    return from_canonical(body).scorecard


def _focus(session: Session, interview_id: UUID) -> tuple[str, ...]:
    chosen = select(InterviewFocus.dimension).where(InterviewFocus.interview_id == interview_id)
    return tuple(session.scalars(chosen.order_by(InterviewFocus.dimension)))


def _last_number(session: Session, card_id: UUID) -> int:
    numbers = select(Revision.number).where(Revision.scorecard_id == card_id).order_by(Revision.number.desc())
    return session.execute(numbers.limit(1)).scalar_one()


def _revision(
    session: Session,
    actor: ActorFacts,
    facts: CardFacts,
    content: CardContent,
    scorecard: Scorecard,
    *,
    number: int,
    reason: str,
    now: datetime,
) -> Revision:
    revision = Revision(
        scorecard_id=facts.card_id,
        number=number,
        sealed_at=now,
        after_reveal=independence.was_revealed(session, actor, facts, now=now),
        reason=reason,
        recommendation=content.recommendation,
        summary=content.summary,
        private_note=content.private_note,
        ratings=[
            RatingRow(dimension=r.dimension, value=r.value, evidence=r.evidence)
            for r in in_order(content.ratings, scorecard)
        ],
        signals=[SignalNote(signal=signal) for signal in sorted(set(content.signals))],
    )
    session.add(revision)
    return revision


def _record(session: Session, actor: ActorFacts, action: str, revision: Revision, *, on_behalf_of: str = "") -> None:
    subject, payload = f"scorecard/{revision.scorecard_id}", revision_record(revision)
    audit.record(session, actor, action, subject, now=revision.sealed_at, payload=payload, on_behalf_of=on_behalf_of)


def _refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise InvalidError(faults)
