"""Signed-in browsers: begun at sign-in, ended by people, by time, and by a new password."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update

from app.domain.permission import ActorFacts
from app.models.calibration_facts import has_calibrations
from app.models.facts import owes_any_card
from app.models.person import Person, RoleGrant, SignIn
from app.models.plan_facts import has_first_years
from app.services import audit

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Known:
    """The person behind a token; ``stale`` when the session's last sign of life should be written down again.

    ``first_years`` and ``calibrations`` hold when there is one that they have a part in, whatever their roles.
    """

    person_id: UUID
    name: str
    email: str
    zone: str
    actor: ActorFacts
    stale: bool
    first_years: bool
    calibrations: bool


def hashed(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def person_of(session: Session, token: str, *, now: datetime) -> Known | None:
    """The active person behind a token whose session is still alive, in one query."""
    alive = {"token_hash": hashed(token), "seen_after": now - IDLE, "begun_after": now - ABSOLUTE}
    rows = session.execute(_person_behind(), alive).all()
    if not rows:
        return None
    first = rows[0]
    roles = frozenset(row.role for row in rows if row.role is not None)
    actor = ActorFacts(first.id, first.email, roles, owes=bool(first.owes))
    stale = now - first.last_seen_at > TOUCH_EVERY
    return Known(
        first.id, first.name, first.email, first.zone, actor, stale,
        first_years=bool(first.first_years), calibrations=bool(first.calibrations),
    )  # fmt: skip


@cache
def _person_behind() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.zone,
            SignIn.last_seen_at,
            RoleGrant.role,
            owes_any_card().label("owes"),
            has_first_years().label("first_years"),
            has_calibrations().label("calibrations"),
        )
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.last_seen_at > bindparam("seen_after"),
            SignIn.created_at > bindparam("begun_after"),
            Person.active.is_(True),
        )
    )


def begin(session: Session, person_id: UUID, *, browser: str, now: datetime) -> str:
    """Start a session and return its token; dead sessions and all but the newest few are ended."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(SignIn).where((SignIn.last_seen_at <= now - IDLE) | (SignIn.created_at <= now - ABSOLUTE)))
    newest = (
        select(SignIn.token_hash)
        .where(SignIn.person_id == person_id)
        .order_by(SignIn.created_at.desc())
        .limit(AT_ONCE - 1)
    )
    kept = session.scalars(newest).all()
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.token_hash.not_in(kept)))
    session.add(
        SignIn(token_hash=hashed(token), person_id=person_id, created_at=now, last_seen_at=now, browser=browser[:120])
    )
    audit.record(session, None, "session.begin", f"user/{person_id}", now=now)
    return token


def touch(session: Session, token: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(update(SignIn).where(SignIn.token_hash == hashed(token)).values(last_seen_at=now))


def end(session: Session, token: str, *, now: datetime) -> None:
    """End the session of one browser; ending it twice is no fault."""
    person_id = session.scalar(delete(SignIn).where(SignIn.token_hash == hashed(token)).returning(SignIn.person_id))
    if person_id is not None:
        audit.record(session, None, "session.end", f"user/{person_id}", now=now)


def end_all(session: Session, person_id: UUID, *, but: str | None = None) -> int:
    """End every session of a person, except the one with the token ``but``; return how many ended."""
    statement = delete(SignIn).where(SignIn.person_id == person_id)
    if but is not None:
        statement = statement.where(SignIn.token_hash != hashed(but))
    return len(session.scalars(statement.returning(SignIn.token_hash)).all())


def count(session: Session, person_id: UUID) -> int:
    """How many browsers a person is signed in with."""
    return session.scalar(select(func.count()).select_from(SignIn).where(SignIn.person_id == person_id)) or 0
