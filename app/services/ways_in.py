"""A way in for emergencies: a link made on the machine itself that signs one person in, once, within ten minutes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, update

from app.domain.errors import NotFoundError
from app.domain.identity import WAY_IN_LIFETIME
from app.models.identity import WayIn
from app.models.person import Person
from app.services import audit
from app.services.sessions import hashed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def make(session: Session, email: str, *, now: datetime) -> str:
    """The token of a new link for the active person with this address; earlier links of theirs end."""
    person_id = session.scalar(select(Person.id).where(Person.email == email.strip().lower(), Person.active.is_(True)))
    if person_id is None:
        raise NotFoundError
    session.execute(update(WayIn).where(WayIn.person_id == person_id, WayIn.used_at.is_(None)).values(used_at=now))
    token = secrets.token_urlsafe(32)
    session.add(WayIn(token_hash=hashed(token), person_id=person_id, made_at=now))
    audit.record(session, None, "session.way_in", f"user/{person_id}", now=now)
    return token


def stands(session: Session, token: str, *, now: datetime) -> bool:
    """Whether a link would still open something; looking uses nothing up."""
    return session.scalar(select(WayIn.id).where(*_open(token, now))) is not None


def take(session: Session, token: str, *, now: datetime) -> UUID | None:
    """Whom a link signs in, once; ``None`` when it is used, too old or nobody's."""
    person_id = session.scalar(
        update(WayIn)
        .where(*_open(token, now))
        .values(used_at=now)
        .returning(WayIn.person_id)
        .execution_options(synchronize_session=False)
    )
    active = session.scalar(select(Person.active).where(Person.id == person_id))
    return person_id if active else None


def _open(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return WayIn.token_hash == hashed(token), WayIn.used_at.is_(None), WayIn.made_at > now - WAY_IN_LIFETIME
