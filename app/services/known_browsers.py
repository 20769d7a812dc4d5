"""Browsers that a person has signed in with before: failures elsewhere for the account do not keep these out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, exists, select

from app.models.credentials import KnownBrowser
from app.models.person import Person
from app.services.sessions import hashed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LASTS = timedelta(days=180)
MOST = 20


def known(session: Session, email: str, token: str, *, now: datetime) -> bool:
    """Whether the browser with this token has signed in to the account of this address before."""
    row = (
        select(KnownBrowser.token_hash)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(KnownBrowser.token_hash == hashed(token), KnownBrowser.seen_at > now - LASTS)
        .where(Person.email == email.strip().lower())
    )
    return bool(session.scalar(select(exists(row))))


def remember(session: Session, person_id: UUID, token: str | None, *, now: datetime) -> str:
    """Keep that this browser signed in, under the token that it has or a new one; return the token."""
    kept = token or secrets.token_urlsafe(32)
    mine = KnownBrowser.person_id == person_id
    session.execute(delete(KnownBrowser).where(KnownBrowser.seen_at <= now - LASTS))
    session.execute(delete(KnownBrowser).where(mine, KnownBrowser.token_hash == hashed(kept)))
    newest = select(KnownBrowser.token_hash).where(mine).order_by(KnownBrowser.seen_at.desc()).limit(MOST - 1)
    left = session.scalars(newest).all()
    session.execute(delete(KnownBrowser).where(mine, KnownBrowser.token_hash.not_in(left)))
    session.add(KnownBrowser(token_hash=hashed(kept), person_id=person_id, seen_at=now))
    return kept
