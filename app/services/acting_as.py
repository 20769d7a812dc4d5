"""Looking at the program as somebody else: read only, announced, short, and never at anything sealed or private.

The looker's browser keeps its own session. While it looks, everything is asked as the person looked at, with a veto
over all that is not a list or a menu; nothing can be sent but the wish to stop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, exists, literal, select, update

from app.domain.access import found, proved, require
from app.domain.errors import Fault, InvalidError
from app.domain.facts import ActorFacts, LookFacts
from app.domain.granting import LOOK_LASTS, REASON_AT_LEAST, REASON_AT_MOST, TAKES_TWO
from app.domain.permission import Permission, allow
from app.models.calibration_facts import has_calibrations
from app.models.candidate import Candidate
from app.models.facts import actor_facts
from app.models.granting import Looking, ScopedGrant
from app.models.person import Person, RoleGrant
from app.models.plan_facts import has_first_years
from app.services import audit, outbox
from app.services.sessions import hashed

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_TOLD = (
    "An administrator looks at Plumbline as you for up to half an hour, to help with what you see. They see lists and "
    "menus; nothing that is sealed, private or about a candidate; and they can change nothing. If you did not ask for "
    "help, ask them why."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom a browser looks as, and until when."""

    person_id: UUID
    name: str
    email: str
    zone: str
    actor: ActorFacts
    until: datetime
    first_years: bool
    calibrations: bool


def begin(session: Session, actor: ActorFacts, person_id: UUID, *, reason: str, token: str, now: datetime) -> None:
    """Look as a person from the browser of this token for half an hour; they are told at once."""
    require(actor, Permission.LOOK_AS, looked_at(session, actor, person_id))
    said = reason_of(reason)
    _end(session, token, now=now)
    row = Looking(
        token_hash=hashed(token), looker_id=actor.person_id, person_id=person_id, reason=said, begun_at=now,
        ends_at=now + LOOK_LASTS,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, actor, "look.begin", f"user/{person_id}", now=now, payload={"reason": said})
    outbox.notify(
        session, person_id, subject="An administrator looks at Plumbline as you", body=_TOLD, path="/account/access",
        now=now,
    )  # fmt: skip


def stop(session: Session, actor: ActorFacts, token: str, *, now: datetime) -> None:
    """Stop looking; stopping twice is no fault."""
    for person_id in _end(session, token, now=now):
        audit.record(session, actor, "look.end", f"user/{person_id}", now=now)


def looked_at(session: Session, actor: ActorFacts, person_id: UUID) -> LookFacts:
    """How an administrator stands to somebody whom they would look as."""
    return found(look_facts(session, actor, person_id))


def seen_through(session: Session, looker: ActorFacts, token: str, *, now: datetime) -> Seen | None:
    """Whom this browser looks as now, or ``None``: time is over, or the looker may not look at them any more."""
    row = session.execute(_live(token, now).join(Person, Person.id == Looking.person_id)).one_or_none()
    if row is None:
        return None
    facts = look_facts(session, looker, row.person_id)
    actor = actor_facts(session, row.person_id)
    if facts is None or actor is None or not allow(proved(looker), Permission.LOOK_AS, facts).granted:
        return None
    return Seen(
        row.person_id, row.name, row.email, row.zone, replace(actor, looked_through=True), row.ends_at,
        first_years=bool(row.first_years), calibrations=bool(row.calibrations),
    )  # fmt: skip


def look_facts(session: Session, actor: ActorFacts, person_id: UUID) -> LookFacts | None:
    """How an administrator stands to somebody whom they would look as, or ``None`` when there is nobody of that id."""
    powers = sorted(TAKES_TWO)
    everywhere = exists(select(literal(1)).where(RoleGrant.person_id == Person.id, RoleGrant.role.in_(powers)))
    somewhere = exists(select(literal(1)).where(ScopedGrant.person_id == Person.id, ScopedGrant.role.in_(powers)))
    applied = exists(select(literal(1)).where(Candidate.email == actor.email))
    row = session.execute(
        select(Person.active, (everywhere | somewhere).label("powerful"), applied.label("applied")).where(
            Person.id == person_id
        )
    ).one_or_none()
    if row is None:
        return None
    return LookFacts(
        person_id=person_id,
        is_self=person_id == actor.person_id,
        open=row.active,
        is_powerful=bool(row.powerful),
        is_applicant=bool(row.applied),
    )


def reason_of(text: str) -> str:
    """A reason as it is kept; raise :class:`InvalidError` when it is too short to be one."""
    said = " ".join(text.split())
    if len(said) < REASON_AT_LEAST:
        message = f"Write the reason, in at least {REASON_AT_LEAST} characters: it stays in the record."
        raise InvalidError((Fault("reason", message),))
    if len(said) > REASON_AT_MOST:
        raise InvalidError((Fault("reason", f"Write the reason in at most {REASON_AT_MOST} characters."),))
    return said


def _live(token: str, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Looking.person_id, Looking.ends_at, Person.name, Person.email, Person.zone,
            has_first_years().label("first_years"), has_calibrations().label("calibrations"),
        )
        .where(and_(Looking.token_hash == hashed(token), Looking.ended_at.is_(None), Looking.ends_at > now))
        .order_by(Looking.begun_at.desc())
        .limit(1)
    )  # fmt: skip


def _end(session: Session, token: str, *, now: datetime) -> tuple[UUID, ...]:
    live = (Looking.token_hash == hashed(token), Looking.ended_at.is_(None), Looking.ends_at > now)
    ended = session.scalars(update(Looking).where(*live).values(ended_at=now).returning(Looking.person_id))
    return tuple(ended)
