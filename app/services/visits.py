"""Candidates' visits: begun by a link, kept alive by use, ended with the link, by time, or by the candidate."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, select, update

from app.domain.candidate_link import CandidateFacts, LinkState, has_ended
from app.models.candidate import Application, Candidate
from app.models.link import CandidateLink, CandidateVisit
from app.models.requisition import Requisition
from app.services import consents
from app.services.sessions import hashed

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.link_token import LinkKeys

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """Who visits; ``alive`` is false once their link has ended, ``stale`` when the visit should be noted again."""

    facts: CandidateFacts
    alive: bool
    stale: bool


def opens(session: Session, token: str, keys: LinkKeys, *, now: datetime) -> bool:
    """Whether a link opens, changing nothing; :class:`NotFoundError` for one that was never signed here."""
    link_id, generation = keys.read(token)
    row = session.execute(_link().where(CandidateLink.id == link_id)).one_or_none()
    return row is not None and _state(row).opens(generation, now)


def begin(session: Session, token: str, keys: LinkKeys, *, now: datetime) -> str | None:
    """Begin a visit by a link and return the visit's own token; ``None`` when the link has ended.

    :class:`NotFoundError` for a link that was never signed here. The oldest of too many visits at once end.
    """
    link_id, generation = keys.read(token)
    row = session.execute(_link().where(CandidateLink.id == link_id).with_for_update(of=CandidateLink)).one_or_none()
    if row is None or not _state(row).opens(generation, now):
        return None
    _tidy(session, link_id, now)
    fresh = secrets.token_urlsafe(32)
    session.add(
        CandidateVisit(token_hash=hashed(fresh), link_id=link_id, generation=generation, begun_at=now, last_seen_at=now)
    )
    session.execute(update(CandidateLink).where(CandidateLink.id == link_id).values(opened_at=now))
    consents.show(session, row.application_id, now=now)
    return fresh


def of_token(session: Session, token: str, *, now: datetime) -> Visit | None:
    """The visit behind a browser's token, in one query; ``None`` once it has lapsed or was ended."""
    row = session.execute(
        _link()
        .add_columns(CandidateVisit.last_seen_at, CandidateVisit.generation.label("visited"))
        .join(CandidateVisit, CandidateVisit.link_id == CandidateLink.id)
        .where(
            CandidateVisit.token_hash == hashed(token),
            CandidateVisit.last_seen_at > now - IDLE,
            CandidateVisit.begun_at > now - ABSOLUTE,
        )
    ).one_or_none()
    if row is None:
        return None
    state = _state(row)
    facts = CandidateFacts(row.application_id, row.candidate_id, row.id, ended=state.ended, zone=row.zone or "UTC")
    return Visit(facts, alive=state.opens(row.visited, now), stale=now - row.last_seen_at > TOUCH_EVERY)


def touch(session: Session, token: str, *, now: datetime) -> None:
    """Note that a visit goes on."""
    session.execute(update(CandidateVisit).where(CandidateVisit.token_hash == hashed(token)).values(last_seen_at=now))


def end(session: Session, token: str) -> None:
    """End the visit of one browser; ending it twice is no fault."""
    session.execute(delete(CandidateVisit).where(CandidateVisit.token_hash == hashed(token)))


def _link() -> Select[*tuple[Any, ...]]:
    return (
        select(
            CandidateLink.id,
            CandidateLink.application_id,
            CandidateLink.generation,
            CandidateLink.expires_at,
            CandidateLink.voided_at,
            CandidateLink.afterwards,
            Application.candidate_id,
            Candidate.zone,
            Application.stage,
            Requisition.state,
        )
        .join(Application, Application.id == CandidateLink.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
    )


def _state(row: Row[*tuple[Any, ...]]) -> LinkState:
    return LinkState(
        row.generation, row.expires_at, row.voided_at, row.afterwards, ended=has_ended(row.stage, row.state)
    )


def _tidy(session: Session, link_id: UUID, now: datetime) -> None:
    dead = (CandidateVisit.last_seen_at <= now - IDLE) | (CandidateVisit.begun_at <= now - ABSOLUTE)
    session.execute(delete(CandidateVisit).where(dead))
    mine = CandidateVisit.link_id == link_id
    newest = select(CandidateVisit.token_hash).where(mine).order_by(CandidateVisit.begun_at.desc()).limit(AT_ONCE - 1)
    session.execute(delete(CandidateVisit).where(mine, CandidateVisit.token_hash.not_in(session.scalars(newest).all())))
