"""When the people of a loop are not free: their calendars, their other interviews and the candidate's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.domain.slots import Diary, Span, merged, span_of
from app.models.asking import ASKING, asked_by
from app.models.base import Instant
from app.models.candidate import Application, Candidate
from app.models.facts import SEATED
from app.models.interview import Interview
from app.models.person import Person
from app.models.planning import owes_on_candidate
from app.models.schedule import BusyCalendar, BusyTime, TimeRequest
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

AHEAD = timedelta(days=60)
_LONGEST = timedelta(hours=8)
_NO_TIME, _NO_ID = cast(null(), Instant), cast(null(), Uuid)
_APPLICATION = bindparam("application_id", type_=Uuid())
_NOW, _LONGEST_AGO, _FAR_AHEAD = (bindparam(name, type_=Instant()) for name in ("now", "longest_ago", "far_ahead"))


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody of a loop: their zone, how many calendars they gave, and when those were read last."""

    zone: str
    calendars: int
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a candidate asked for and is not answered yet."""

    text: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Diaries:
    """What is known of when a loop's people and its candidate are not free."""

    people: Mapping[UUID, Diary]
    attendees: Mapping[UUID, Attendee]
    candidate: Diary
    candidate_zone: str
    wishes: tuple[Wish, ...]


def diaries_of(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> Diaries:
    """The diaries of everybody with a seat on an application, from now on for 60 days, in one query.

    A seat of somebody who was released stays a busy time for whoever owes a card on that candidate: else the diary
    would tell what became of it. The caller checks permission.
    """
    times = {"now": now, "longest_ago": now - _LONGEST, "far_ahead": now + AHEAD}
    rows = session.execute(_rows(), asked_by(actor, application_id=application_id, **times)).all()
    attendees = {row.person_id: Attendee(row.text, row.minutes, row.starts_at) for row in rows if row.kind == "person"}
    taken: dict[UUID | None, list[Span]] = defaultdict(list)
    for row in rows:
        if row.kind in {"busy", "seat", "own"}:
            taken[row.person_id].append(_span(row))
    zone = next((row.text for row in rows if row.kind == "candidate"), "")
    return Diaries(
        {who: Diary(ZoneInfo(one.zone or "UTC"), merged(taken[who])) for who, one in attendees.items()},
        attendees,
        Diary(ZoneInfo(zone) if zone else None, merged(taken[None])),
        zone,
        tuple(sorted((Wish(row.text, row.starts_at) for row in rows if row.kind == "wish"), key=lambda w: w.asked_at)),
    )


def _span(row: Row[Any]) -> Span:
    if row.ends_at is not None:
        return Span(row.starts_at, row.ends_at)
    return span_of(row.starts_at, row.minutes)


@cache
def _rows() -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(
        _people(),
        _busy(),
        _seats(),
        _own(),
        _line("candidate", text=Candidate.zone)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.id == _APPLICATION),
        _line("wish", starts_at=TimeRequest.asked_at, text=TimeRequest.text).where(
            TimeRequest.application_id == _APPLICATION, TimeRequest.settled_at.is_(None)
        ),
    )


def _line(
    kind: str,
    *,
    person_id: Any = _NO_ID,  # noqa: ANN401  a column or nothing
    starts_at: Any = _NO_TIME,  # noqa: ANN401  the same
    ends_at: Any = _NO_TIME,  # noqa: ANN401  the same
    minutes: Any = None,  # noqa: ANN401  the same
    text: Any = None,  # noqa: ANN401  the same
) -> Select[*tuple[Any, ...]]:
    """One kind of row; what it does not say is empty."""
    return select(
        literal(kind, String).label("kind"),
        person_id.label("person_id"),
        starts_at.label("starts_at"),
        ends_at.label("ends_at"),
        (cast(null(), Integer) if minutes is None else minutes).label("minutes"),
        (cast(null(), String) if text is None else text).label("text"),
    )


def _seated() -> Select[UUID]:
    """Everybody who ever had a seat there: who sees which of them is the page's to say."""
    return select(ScorecardRow.interviewer_id).where(ScorecardRow.application_id == _APPLICATION)


def _people() -> Select[*tuple[Any, ...]]:
    newest = func.max(BusyCalendar.read_at, type_=Instant())
    return (
        _line("person", person_id=Person.id, starts_at=newest, minutes=func.count(BusyCalendar.id), text=Person.zone)
        .select_from(Person)
        .outerjoin(BusyCalendar, BusyCalendar.person_id == Person.id)
        .where(Person.id.in_(_seated()))
        .group_by(Person.id, Person.zone)
    )


def _busy() -> Select[*tuple[Any, ...]]:
    return (
        _line("busy", person_id=BusyCalendar.person_id, starts_at=BusyTime.starts_at, ends_at=BusyTime.ends_at)
        .select_from(BusyTime)
        .join(BusyCalendar, BusyCalendar.id == BusyTime.calendar_id)
        .where(
            BusyCalendar.person_id.in_(_seated()),
            BusyTime.ends_at > _NOW,
            BusyTime.starts_at < _FAR_AHEAD,
        )
    )


def _seats() -> Select[*tuple[Any, ...]]:
    card = aliased(ScorecardRow)
    return (
        _line("seat", person_id=card.interviewer_id, starts_at=Interview.starts_at, minutes=Interview.minutes)
        .select_from(card)
        .join(Interview, Interview.id == card.interview_id)
        .join(Application, Application.id == card.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            card.interviewer_id.in_(_seated()),
            card.application_id != _APPLICATION,
            or_(card.state.in_(SEATED), owes_on_candidate(ASKING)),
            *_takes_place(),
        )
    )


def _own() -> Select[*tuple[Any, ...]]:
    this = aliased(Application)
    return (
        _line("own", starts_at=Interview.starts_at, minutes=Interview.minutes)
        .select_from(Interview)
        .join(Application, Application.id == Interview.application_id)
        .join(this, this.candidate_id == Application.candidate_id)
        .where(this.id == _APPLICATION, Application.id != _APPLICATION, *_takes_place())
    )


def _takes_place() -> tuple[ColumnElement[bool], ...]:
    return (
        Interview.cancelled_at.is_(None),
        Interview.starts_at > _LONGEST_AGO,
        Interview.starts_at < _FAR_AHEAD,
    )
