"""Feedback to a candidate after the decision: written by a coordinator, kept as a draft until it is shared."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotYetError
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.candidate import Application, Candidate
from app.models.facts import application_facts
from app.models.link import CandidateFeedback
from app.models.person import Installation
from app.services import audit, candidate_mail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

LIMIT = 4000
_SHARED = "This feedback was shared. What the candidate has read stays as it is."
_STALE = "Somebody changed this feedback while you were writing. Load the page again; your text is still in the form."
_EMPTY = "Write the feedback and save it first; then it can be shared."


def write(session: Session, actor: ActorFacts, application_id: UUID, body: str, *, version: int, now: datetime) -> None:
    """Keep the draft of a feedback; ``version`` is the one that the form showed, 0 for a first draft.

    :class:`InvalidError` for an empty or overlong text, :class:`AlreadyDoneError` once it is shared.
    """
    require(actor, Permission.FEEDBACK_TELL, found(application_facts(session, actor, application_id)))
    text = body.strip()
    faults = text_faults("body", "what helps the candidate", text, limit=LIMIT, required=True)
    if faults or (faults := _named(session, application_id, text)):
        raise InvalidError(faults)
    kept = _locked(session, application_id)
    if kept is not None and kept.shared_at is not None:
        raise AlreadyDoneError(_SHARED)
    if version != (kept.version if kept else 0):
        raise ConflictError(_STALE, current_version=kept.version if kept else 0)
    if kept is None:
        kept = CandidateFeedback(application_id=application_id)
        session.add(kept)
    kept.body, kept.written_by_id, kept.written_at = text, actor.person_id, now
    session.flush()
    audit.record(
        session, actor, "candidate-feedback.write", f"application/{application_id}", now=now, payload={"body": text}
    )


def share(session: Session, actor: ActorFacts, application_id: UUID, *, version: int, now: datetime) -> None:
    """Show the feedback to the candidate and tell them by mail, with a link that outlives the application."""
    require(actor, Permission.FEEDBACK_TELL, found(application_facts(session, actor, application_id)))
    kept = _locked(session, application_id)
    if kept is None:
        raise NotYetError(_EMPTY)
    if kept.shared_at is not None:
        raise AlreadyDoneError(_SHARED)
    if version != kept.version:
        raise ConflictError(_STALE, current_version=kept.version)
    kept.shared_at = now
    session.flush()
    audit.record(session, actor, "candidate-feedback.share", f"application/{application_id}", now=now)
    company = session.scalar(select(Installation.company)) or ""
    candidate_mail.write(
        session,
        application_id,
        subject=f"Feedback from {company}",
        body=f"{company} has written feedback on your application. The link below opens it.",
        now=now,
    )


def _named(session: Session, application_id: UUID, text: str) -> tuple[Fault, ...]:
    """Other candidates for the same need whom a text names in full; what is told to one is about nobody else."""
    own = aliased(Application)
    names = session.scalars(
        select(Candidate.name)
        .join(Application, Application.candidate_id == Candidate.id)
        .join(own, own.requisition_id == Application.requisition_id)
        .where(own.id == application_id, Candidate.id != own.candidate_id)
        .order_by(Candidate.name)
    )
    said = _plain(text)
    return tuple(
        Fault("body", f"This names another candidate, {name}. Take the name and what is about them out.")
        for name in dict.fromkeys(names)
        if " " in name.strip() and f" {_plain(name)} " in f" {said} "
    )


def _plain(text: str) -> str:
    """Words in small letters with one blank between, so that line ends and marks hide no name."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _locked(session: Session, application_id: UUID) -> CandidateFeedback | None:
    return session.get(CandidateFeedback, application_id, with_for_update=True)
