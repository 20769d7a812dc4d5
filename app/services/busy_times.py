"""Calendars that people give so that nobody asks them when they are free: from a file once, or from an address.

Only busy times are kept, never what happens then. An address is read by the worker, again and again, in no
transaction and behind :mod:`app.services.fetching`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import OperationalError

from app.domain.access import require
from app.domain.errors import Fault, InvalidError, NotAllowedError, NotFoundError, UnavailableError
from app.domain.permission import Permission
from app.domain.text import one_line, text_faults
from app.formats import busy_calendar
from app.models.engine import writing
from app.models.person import Person
from app.models.schedule import BusyCalendar, BusyTime
from app.services import audit
from app.services.fetching import Fetcher, FetchError, tidied

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.domain.slots import Span

MOST, NAME_LIMIT = 5, 200
EVERY = timedelta(hours=1)
AT_ONCE = 10
"""How many addresses are read in one round of the worker: each may take five seconds."""


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """One of a person's own calendars; ``host`` is empty for a file, and is all that is shown of an address."""

    calendar_id: UUID
    name: str
    host: str
    read_at: datetime | None
    covers_until: datetime | None
    fault: str


def add_file(session: Session, actor: ActorFacts, name: str, spans: Sequence[Span], *, now: datetime) -> UUID:
    """Keep the busy times that were read from a file; they end where the file was read to."""
    calendar = _added(session, actor, name, "", now)
    _replace(session, calendar, spans, now)
    return calendar.id


def add_address(
    session: Session, actor: ActorFacts, name: str, address: str, *, fetcher: Fetcher, now: datetime
) -> UUID:
    """Keep an address to read; :class:`InvalidError` on ``address`` when it leads where nothing may be asked."""
    wanted = tidied(address)
    try:
        fetcher.host_of(wanted)
    except FetchError as error:
        raise InvalidError((Fault("address", str(error)),)) from error
    return _added(session, actor, name, wanted, now).id


def remove(session: Session, actor: ActorFacts, calendar_id: UUID, *, now: datetime) -> None:
    """Forget one of the actor's calendars and everything that was read from it."""
    calendar = _own(session, actor, calendar_id)
    session.execute(delete(BusyTime).where(BusyTime.calendar_id == calendar_id))
    session.delete(calendar)
    session.flush()
    audit.record(session, actor, "calendar.remove", f"user/{actor.person_id}", now=now)


def read_again(session: Session, actor: ActorFacts, calendar_id: UUID) -> None:
    """Let the worker read one of the actor's addresses in its next round."""
    _own(session, actor, calendar_id).tried_at = None
    session.flush()


def own(session: Session, actor: ActorFacts) -> tuple[OwnCalendar, ...]:
    """The actor's calendars, oldest first, in one query."""
    require(actor, Permission.ACCOUNT_KEEP)
    found = session.scalars(
        select(BusyCalendar)
        .where(BusyCalendar.person_id == actor.person_id)
        .order_by(BusyCalendar.added_at, BusyCalendar.id)
    )
    return tuple(
        OwnCalendar(one.id, one.name, _host(one.address), one.read_at, one.covers_until, one.fault) for one in found
    )


def refresh(engine: Engine, fetcher: Fetcher, *, now: datetime) -> int:
    """Read the addresses whose turn it is, and return how many were read well.

    Each is claimed before it is asked, so that two workers never ask twice. :class:`UnavailableError` when the
    database does not answer.
    """
    try:
        with writing(engine) as session:
            due = _claimed(session, now)
        return sum(_refreshed(engine, fetcher, one, now) for one in due)
    except OperationalError as error:
        message = f"the database did not answer ({type(error.orig).__name__}); calendars are read in the next round"
        raise UnavailableError(message) from error


@dataclass(frozen=True, slots=True)
class _Due:
    calendar_id: UUID
    address: str
    zone: str


def _claimed(session: Session, now: datetime) -> list[_Due]:
    turn = (
        BusyCalendar.address != "",
        or_(BusyCalendar.tried_at.is_(None), BusyCalendar.tried_at <= now - EVERY),
    )
    rows = session.execute(
        select(BusyCalendar.id, BusyCalendar.address, Person.zone)
        .join(Person, Person.id == BusyCalendar.person_id)
        .where(*turn, Person.active.is_(True))
        .order_by(BusyCalendar.tried_at.is_not(None), BusyCalendar.tried_at, BusyCalendar.id)
        .limit(AT_ONCE)
    ).all()
    return [_Due(*row) for row in rows if _claim(session, row.id, turn, now)]


def _claim(session: Session, calendar_id: UUID, turn: tuple[ColumnElement[bool], ...], now: datetime) -> bool:
    mine = session.scalar(
        update(BusyCalendar)
        .where(BusyCalendar.id == calendar_id, *turn)
        .values(tried_at=now)
        .returning(BusyCalendar.id)
        .execution_options(synchronize_session=False)
    )
    return mine is not None


def _refreshed(engine: Engine, fetcher: Fetcher, due: _Due, now: datetime) -> bool:
    spans: Sequence[Span] | None = None
    fault = ""
    try:
        spans = busy_calendar.read(fetcher.fetch(due.address), zone=due.zone, now=now)
    except (FetchError, ValueError) as error:
        fault = str(error)
    with writing(engine) as session:
        calendar = session.get(BusyCalendar, due.calendar_id, with_for_update=True)
        if calendar is None:
            return False
        calendar.fault = fault[:NAME_LIMIT]
        if spans is not None:
            _replace(session, calendar, spans, now)
    return spans is not None


def _added(session: Session, actor: ActorFacts, name: str, address: str, now: datetime) -> BusyCalendar:
    require(actor, Permission.ACCOUNT_KEEP)
    # The person is locked, so that of two sendings at once neither slips past the limit.
    session.get(Person, actor.person_id, with_for_update=True)
    kept = session.scalar(select(func.count()).where(BusyCalendar.person_id == actor.person_id)) or 0
    if kept >= MOST:
        message = f"You have {MOST} calendars already. Remove one first."
        raise NotAllowedError(message)
    faults = text_faults("name", "a name", one_line(name), limit=NAME_LIMIT, required=True)
    if faults:
        raise InvalidError(faults)
    calendar = BusyCalendar(person_id=actor.person_id, name=one_line(name), address=address, added_at=now)
    session.add(calendar)
    session.flush()
    audit.record(session, actor, "calendar.add", f"user/{actor.person_id}", now=now)
    return calendar


def _replace(session: Session, calendar: BusyCalendar, spans: Sequence[Span], now: datetime) -> None:
    session.execute(delete(BusyTime).where(BusyTime.calendar_id == calendar.id))
    session.add_all(BusyTime(calendar_id=calendar.id, starts_at=span.starts_at, ends_at=span.ends_at) for span in spans)
    calendar.read_at, calendar.tried_at, calendar.covers_until = now, now, now + busy_calendar.AHEAD
    session.flush()


def _own(session: Session, actor: ActorFacts, calendar_id: UUID) -> BusyCalendar:
    require(actor, Permission.ACCOUNT_KEEP)
    calendar = session.get(BusyCalendar, calendar_id, with_for_update=True)
    if calendar is None or calendar.person_id != actor.person_id:
        raise NotFoundError
    return calendar


def _host(address: str) -> str:
    return address.removeprefix("https://").partition("/")[0].partition("?")[0]
