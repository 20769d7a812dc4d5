"""Candidates from a file: kept privately between preview and confirmation, then imported whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.access import found, require
from app.domain.candidate import Arrival, CandidateDetails, ImportRow, arrivals
from app.domain.errors import ConflictError, Fault, InvalidError, NotFoundError
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission
from app.models.candidate import Application, Candidate, StageChange
from app.models.facts import requisition_facts
from app.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

KEPT_FOR = timedelta(hours=1)
_GONE = "This preview is no longer kept. Upload the file again."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many people an import added, how many known ones it changed, and how many applications it made."""

    added: int
    changed: int
    applied: int


def keep(
    folder: Path, actor: ActorFacts, rows: Sequence[ImportRow], requisition_id: UUID | None, *, now: datetime
) -> str:
    """Keep a parsed file for its preview and return a token that only this person can use, within the hour."""
    require(actor, Permission.CANDIDATE_ADD)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder, now)
    token = secrets.token_urlsafe(24)
    body = {
        "person": str(actor.person_id),
        "until": (now + KEPT_FOR).timestamp(),
        "requisition": str(requisition_id) if requisition_id else None,
        "rows": [{"line": row.line, **asdict(row.details)} for row in rows],
    }
    descriptor = os.open(_file(folder, token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(body, stream, ensure_ascii=False)
    return token


def kept(folder: Path, actor: ActorFacts, token: str, *, now: datetime) -> tuple[tuple[ImportRow, ...], UUID | None]:
    """The rows and the requisition behind a token; :class:`NotFoundError` when it is not theirs or has run out."""
    try:
        body = json.loads(_file(folder, token).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(_GONE) from error
    if body["person"] != str(actor.person_id) or body["until"] < now.timestamp():
        raise NotFoundError(_GONE)
    rows = tuple(ImportRow(row.pop("line"), CandidateDetails(**row)) for row in body["rows"])
    return rows, UUID(body["requisition"]) if body["requisition"] else None


def drop(folder: Path, token: str) -> None:
    """Forget a kept file, once it is imported or given up."""
    _file(folder, token).unlink(missing_ok=True)


def run(
    session: Session,
    actor: ActorFacts,
    rows: Sequence[ImportRow],
    *,
    requisition_id: UUID | None,
    take: Collection[tuple[int, str]],
    now: datetime,
) -> Outcome:
    """Import all rows in this transaction: known people are kept and never created again.

    ``take`` names the (line, field) pairs of further records that replace what is kept. With a requisition everybody
    who does not apply for it yet does so.
    """
    require(actor, Permission.CANDIDATE_ADD)
    if requisition_id is not None:
        _require_open(session, actor, requisition_id)
    people = _known(session, rows)
    arriving = arrivals(rows, {email: _details(person) for email, person in people.items()})
    added = _add_new(session, [one.merged(take) for one in arriving if not one.known], now)
    changed = [person for one in arriving if one.known and (person := _changed(people, one, take))]
    session.flush()
    everybody = {**people, **{candidate.email: candidate for candidate in added}}
    _record(session, actor, added, changed, now)
    applied = _let_apply(session, actor, everybody, requisition_id, now) if requisition_id else 0
    return Outcome(len(added), len(changed), applied)


def _require_open(session: Session, actor: ActorFacts, requisition_id: UUID) -> None:
    facts = found(requisition_facts(session, actor, requisition_id))
    require(actor, Permission.REQUISITION_SEE, facts)
    if facts.state is RequisitionState.CLOSED:
        raise InvalidError((Fault("requisition_id", "This requisition is closed: choose one that is not."),))


def _known(session: Session, rows: Sequence[ImportRow]) -> dict[str, Candidate]:
    emails = [row.details.email for row in rows]
    candidates = session.scalars(select(Candidate).where(Candidate.email.in_(emails)).with_for_update())
    return {candidate.email: candidate for candidate in candidates}


def _details(candidate: Candidate) -> CandidateDetails:
    return CandidateDetails(candidate.name, candidate.email, candidate.phone, candidate.headline, candidate.source)


def _add_new(session: Session, details: Sequence[CandidateDetails], now: datetime) -> list[Candidate]:
    added = [Candidate(**asdict(one), created_at=now) for one in details]
    try:
        with session.begin_nested():
            session.add_all(added)
    except IntegrityError as error:
        message = "Somebody added one of these candidates just now. Nothing was imported; send it again."
        raise ConflictError(message) from error
    return added


def _changed(people: dict[str, Candidate], arrival: Arrival, take: Collection[tuple[int, str]]) -> Candidate | None:
    candidate, merged = people[arrival.kept.email], arrival.merged(take)
    if merged == arrival.kept:
        return None
    for field, text in asdict(merged).items():
        setattr(candidate, field, text)
    return candidate


def _record(
    session: Session, actor: ActorFacts, added: Sequence[Candidate], changed: Sequence[Candidate], now: datetime
) -> None:
    for action, candidates in (("candidate.add", added), ("candidate.edit", changed)):
        for candidate in candidates:
            payload = asdict(_details(candidate))
            audit.record(session, actor, action, f"candidate/{candidate.id}", now=now, payload=payload)


def _let_apply(
    session: Session, actor: ActorFacts, people: dict[str, Candidate], requisition_id: UUID, now: datetime
) -> int:
    theirs = select(Application.candidate_id).where(Application.requisition_id == requisition_id)
    already = set(session.scalars(theirs))
    made = [
        Application(candidate_id=person.id, requisition_id=requisition_id, stage=Stage.APPLIED, created_at=now)
        for person in people.values()
        if person.id not in already
    ]
    session.add_all(made)
    session.flush()
    session.add_all(
        StageChange(application_id=one.id, number=1, to_stage=Stage.APPLIED, at=now, by_id=actor.person_id)
        for one in made
    )
    change = {"from": "", "to": Stage.APPLIED.value, "reason": ""}
    for one in made:
        audit.record(session, actor, "application.stage", f"application/{one.id}", now=now, payload=change)
    return len(made)


def _file(folder: Path, token: str) -> Path:
    # The name is a hash: a token from an address can never lead out of the folder.
    return folder / f"{hashlib.sha256(token.encode()).hexdigest()}.json"


def _sweep(folder: Path, now: datetime) -> None:
    for file in folder.glob("*.json"):
        if file.stat().st_mtime < (now - KEPT_FOR).timestamp():
            file.unlink(missing_ok=True)
