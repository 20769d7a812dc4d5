"""Candidates: one person once, found by e-mail address, kept up to date and never created twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.access import require, require_whole
from app.domain.candidate import FIELDS, CandidateDetails, detail_faults
from app.domain.errors import ConflictError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.models.candidate import Candidate
from app.models.facts import candidate_facts
from app.services import applications, audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

KNOWN = "A candidate with this address is known already."
_STALE = "Somebody changed this candidate while you were writing. Load the page again and repeat your change."


def add(
    session: Session,
    actor: ActorFacts,
    details: CandidateDetails,
    *,
    requisition_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Add a candidate, with an application when a requisition is given, and return the candidate's id.

    An address that is known raises :class:`InvalidError` on ``email`` with the text :data:`KNOWN`; offer
    :func:`merge` then.
    """
    require(actor, Permission.CANDIDATE_ADD)
    tidy = details.tidy()
    faults = detail_faults(tidy)
    if not faults and session.scalar(select(Candidate.id).where(Candidate.email == tidy.email)):
        faults = (Fault("email", KNOWN),)
    if faults:
        raise InvalidError(faults)
    candidate_id = _create(session, actor, tidy, now)
    if requisition_id is not None:
        applications.apply(session, actor, candidate_id, requisition_id, now=now)
    return candidate_id


def edit(
    session: Session, actor: ActorFacts, candidate_id: UUID, details: CandidateDetails, *, version: int, now: datetime
) -> None:
    """Correct what is known of a candidate; :class:`ConflictError` when ``version`` is stale."""
    candidate = _locked(session, actor, candidate_id)
    if candidate.version != version:
        raise ConflictError(_STALE, current_version=candidate.version)
    tidy = details.tidy()
    faults = detail_faults(tidy)
    others = select(Candidate.id).where(Candidate.email == tidy.email, Candidate.id != candidate_id)
    if not faults and session.scalar(others):
        faults = (Fault("email", "Another candidate has this address."),)
    if faults:
        raise InvalidError(faults)
    _change(session, actor, candidate, asdict(tidy), now)


def merge(
    session: Session,
    actor: ActorFacts,
    candidate_id: UUID,
    details: CandidateDetails,
    take: Iterable[str],
    *,
    now: datetime,
) -> None:
    """Keep the known person and take over the fields named in ``take`` (domain ``FIELDS``) from ``details``."""
    candidate = _locked(session, actor, candidate_id)
    offered = asdict(details.tidy())
    wanted = {name: offered[name] for name in FIELDS if name in set(take) and offered[name]}
    merged = CandidateDetails(**{**_values(candidate), **wanted})
    faults = detail_faults(merged)
    if faults:
        raise InvalidError(faults)
    _change(session, actor, candidate, asdict(merged), now)


def _create(session: Session, actor: ActorFacts, details: CandidateDetails, now: datetime) -> UUID:
    candidate = Candidate(**asdict(details), created_at=now)
    try:
        with session.begin_nested():
            session.add(candidate)
    except IntegrityError as error:
        # Somebody added the same address between the question and the insert.
        raise InvalidError((Fault("email", KNOWN),)) from error
    subject = f"candidate/{candidate.id}"
    audit.record(session, actor, "candidate.add", subject, now=now, payload=asdict(details))
    return candidate.id


def _change(
    session: Session, actor: ActorFacts, candidate: Candidate, wanted: Mapping[str, str], now: datetime
) -> None:
    changed = {name: text for name, text in wanted.items() if getattr(candidate, name) != text}
    if not changed:
        return
    for name, text in changed.items():
        setattr(candidate, name, text)
    session.flush()
    audit.record(session, actor, "candidate.edit", f"candidate/{candidate.id}", now=now, payload=changed)


def _locked(session: Session, actor: ActorFacts, candidate_id: UUID) -> Candidate:
    candidate = session.get(Candidate, candidate_id, with_for_update=True)
    if candidate is None:
        raise NotFoundError
    require_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, candidate_id))
    return candidate


def _values(candidate: Candidate) -> dict[str, str]:
    return {name: getattr(candidate, name) for name in ("name", "email", "phone", "headline", "source")}
