"""Signed-in browsers: begun at sign-in, ended by people, by time, and by a new password."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, literal, select, update

from app.domain.access import require
from app.domain.errors import NotFoundError
from app.domain.permission import ActorFacts, Permission
from app.domain.second_factor import PROOF_LASTS, FactorPolicy, factor_state
from app.models.calibration_facts import has_calibrations
from app.models.credentials import has_factor
from app.models.facts import owes_any_card
from app.models.granting import Looking, ScopedGrant
from app.models.person import Person, RoleGrant, SignIn
from app.models.plan_facts import has_first_years
from app.models.scopes import OF_PERSON, SCOPES, scopes_of
from app.services import audit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Known:
    """The person behind a token; ``stale`` when the session's last sign of life should be written down again.

    ``how`` they came in, and whether they have a password or a second factor (``has_password``, ``has_factor``) to
    prove with who they are.

    ``looks``: this browser was told to look as somebody else and was not told to stop.
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
    how: str
    has_password: bool
    has_factor: bool
    looks: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One signed-in browser in its person's list; ``handle`` names it and opens nothing."""

    handle: str
    browser: str
    place: str
    how: str
    created_at: datetime
    last_seen_at: datetime
    here: bool


def hashed(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def person_of(session: Session, token: str, *, now: datetime, policy: FactorPolicy) -> Known | None:
    """The active person behind a token whose session is still alive, in one query.

    ``policy`` says of whom a second factor is asked; it counts at once, whatever held when the session began.
    """
    alive = {"token_hash": hashed(token), "seen_after": now - IDLE, "begun_after": now - ABSOLUTE}
    rows = session.execute(_person_behind(), alive).all()
    if not rows:
        return None
    first = rows[0]
    roles = frozenset(row.role for row in rows if row.role is not None)
    scopes = scopes_of(rows)
    everywhere = roles | {scope.role for scope in scopes}
    actor = ActorFacts(
        first.id, first.email, roles, owes=bool(first.owes), scopes=scopes,
        factor=factor_state(policy, everywhere, has=bool(first.has_factor), given=first.factor_done),
        proof_fresh=now - first.proved_at <= PROOF_LASTS,
    )  # fmt: skip
    stale = now - first.last_seen_at > TOUCH_EVERY
    return Known(
        first.id, first.name, first.email, first.zone, actor, stale,
        first_years=bool(first.first_years), calibrations=bool(first.calibrations),
        how=first.how, has_password=first.has_password, has_factor=bool(first.has_factor),
        looks=bool(first.looks),
    )  # fmt: skip


@cache
def _person_behind() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.zone,
            Person.password_hash.is_not(None).label("has_password"),
            SignIn.last_seen_at,
            SignIn.how,
            SignIn.proved_at,
            SignIn.factor_done,
            has_factor().label("has_factor"),
            RoleGrant.role,
            owes_any_card().label("owes"),
            has_first_years().label("first_years"),
            has_calibrations().label("calibrations"),
            _looks().label("looks"),
            *SCOPES,
        )
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(ScopedGrant, OF_PERSON)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.last_seen_at > bindparam("seen_after"),
            SignIn.created_at > bindparam("begun_after"),
            Person.active.is_(True),
        )
    )


def _looks() -> ColumnElement[bool]:
    looking = select(literal(1)).where(Looking.token_hash == SignIn.token_hash, Looking.ended_at.is_(None))
    return exists(looking.correlate(SignIn))


def begin(
    session: Session,
    person_id: UUID,
    *,
    browser: str,
    now: datetime,
    how: str,
    proved_at: datetime,
    factor_done: bool,
    place: str = "",
    provider_sid: str | None = None,
) -> str:
    """Start a session and return its token; dead sessions and all but the newest few are ended.

    ``how``: ``password``, ``passkey``, ``provider``, ``link`` or ``demo``. ``factor_done`` when what was shown counts
    as a second factor, so that none is asked for. ``provider_sid`` is by what the company's sign-in ends it.
    """
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
        SignIn(
            token_hash=hashed(token), person_id=person_id, created_at=now, last_seen_at=now, browser=browser[:120],
            how=how, place=place[:45], proved_at=proved_at, factor_done=factor_done, provider_sid=provider_sid,
        )
    )  # fmt: skip
    audit.record(session, None, "session.begin", f"user/{person_id}", now=now, payload={"how": how})
    return token


def prove(session: Session, token: str, *, now: datetime, factor_done: bool) -> str:
    """Note a new proof of who somebody is, and return the session's new token; the one before opens nothing any more.

    ``factor_done`` when the proof counts as a second factor; what was given once in a session stays given.
    :class:`NotFoundError` when the session has ended meanwhile.
    """
    fresh = secrets.token_urlsafe(32)
    change: dict[str, object] = {"token_hash": hashed(fresh), "proved_at": now, "last_seen_at": now}
    if factor_done:
        change["factor_done"] = True
    whose = update(SignIn).where(SignIn.token_hash == hashed(token)).values(change).returning(SignIn.person_id)
    person_id = session.scalar(whose.execution_options(synchronize_session=False))
    if person_id is None:
        raise NotFoundError
    audit.record(session, None, "session.prove", f"user/{person_id}", now=now)
    return fresh


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


def end_of(session: Session, actor: ActorFacts, person_id: UUID, *, now: datetime) -> int:
    """End every session of somebody, as an administrator; return how many ended."""
    require(actor, Permission.PERSON_INVITE)
    ended = end_all(session, person_id)
    audit.record(session, actor, "session.end_all", f"user/{person_id}", now=now)
    return ended


def listed(session: Session, person_id: UUID, token: str, *, now: datetime) -> tuple[Opened, ...]:
    """The browsers that a person is signed in with, this one (``token``) first, then the one last used."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.last_seen_at > now - IDLE, SignIn.created_at > now - ABSOLUTE)
        .order_by((SignIn.token_hash == hashed(token)).desc(), SignIn.last_seen_at.desc(), SignIn.token_hash)
    )
    return tuple(
        Opened(
            row.token_hash, row.browser, row.place, row.how, row.created_at, row.last_seen_at,
            here=row.token_hash == hashed(token),
        )
        for row in rows
    )  # fmt: skip


def end_one(session: Session, actor: ActorFacts, handle: str, *, now: datetime) -> None:
    """End one of the actor's own browsers; one that has ended already is no fault."""
    require(actor, Permission.ACCOUNT_KEEP)
    gone = delete(SignIn).where(SignIn.token_hash == handle, SignIn.person_id == actor.person_id)
    if session.scalar(gone.returning(SignIn.person_id)) is not None:
        audit.record(session, actor, "session.end", f"user/{actor.person_id}", now=now)
