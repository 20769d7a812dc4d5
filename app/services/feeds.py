"""Secret addresses of a person's milestones: made, replaced and revoked; only a hash of the secret is kept."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete

from app.domain.access import require
from app.domain.permission import Permission
from app.models.measuring import Feed
from app.models.person import Person
from app.services import audit
from app.services.sessions import hashed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_BYTES = 32


def make(session: Session, actor: ActorFacts, *, now: datetime) -> str:
    """Make the actor's address anew and return its secret, which nobody can read again; an earlier one ends."""
    require(actor, Permission.FEED_KEEP)
    # The person is locked, so that of two presses at once one address is left.
    session.get(Person, actor.person_id, with_for_update=True)
    replaced = _end(session, actor)
    token = secrets.token_urlsafe(_BYTES)
    session.add(Feed(token_hash=hashed(token), person_id=actor.person_id, created_at=now))
    session.flush()
    audit.record(session, actor, "feed.replace" if replaced else "feed.make", f"user/{actor.person_id}", now=now)
    return token


def revoke(session: Session, actor: ActorFacts, *, now: datetime) -> None:
    """End the actor's address; ending it twice is no fault."""
    require(actor, Permission.FEED_KEEP)
    if _end(session, actor):
        audit.record(session, actor, "feed.revoke", f"user/{actor.person_id}", now=now)


def _end(session: Session, actor: ActorFacts) -> bool:
    ended = session.scalars(delete(Feed).where(Feed.person_id == actor.person_id).returning(Feed.token_hash)).all()
    return bool(ended)
