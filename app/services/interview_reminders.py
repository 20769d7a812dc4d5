"""Reminders of scorecards and kits: an hour after an interview, then once a working day, and in the end a person.

Each interviewer is written to in one transaction that also keeps what was told, so that neither a second worker nor a
restart tells anything twice. What is told depends on nobody else's scorecard. It stops by itself: a card that is sealed
or released, an interview that is cancelled, an application that is withdrawn or decided is not looked at any more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from app.domain import card_digest
from app.domain.card import CardState
from app.domain.card_digest import CardLine
from app.domain.card_reminding import ESCALATED, MOST, OwedCard, Told, occasion
from app.domain.errors import UnavailableError
from app.domain.hiring import ENDED, RUNNING
from app.models.blind import name_shown_to
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.models.interest import conflict_of
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import CardReminder, KitOpening
from app.services import arrivals, outbox, working_days

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine, Row, Select
    from sqlalchemy.orm import Session

PEOPLE_A_ROUND = 200
"""So many are written to before mail goes out: a round stays short, and the next one is seconds away."""
_AHEAD = timedelta(days=15)
"""How far ahead a kit can be due: the longest run of days off that is looked back over, and one."""


def remind(engine: Engine, *, now: datetime) -> int:
    """Write the reminders that are due, and return to how many; :class:`UnavailableError` when the database is away."""
    try:
        with reading(engine) as session:
            people = [person_id for person_id, news in _news(session, now).items() if news][:PEOPLE_A_ROUND]
        written = 0
        for person_id in people:
            with writing(engine) as session:
                written += _write(session, person_id, now)
    except OperationalError as error:
        message = f"the database did not answer ({type(error.orig).__name__}); reminders wait for the next round"
        raise UnavailableError(message) from error
    return written


def _write(session: Session, person_id: UUID, now: datetime) -> bool:
    """Tell one interviewer what is due; whatever another worker told meanwhile is left out."""
    lines: list[CardLine] = []
    for row, why in _news(session, now, person_id)[person_id]:
        if not _claimed(session, row, why, now):
            continue
        if why == ESCALATED:
            _escalate(session, row, now)
        else:
            lines.append(_line(row, why))
    if lines:
        subject, body = card_digest.subject(lines), card_digest.body(lines)
        outbox.notify(session, person_id, subject=subject, body=body, path="/", now=now)
    return bool(lines)


def _news(
    session: Session, now: datetime, person_id: UUID | None = None
) -> defaultdict[UUID, list[tuple[Row[Any], str]]]:
    """By interviewer, the owed cards of which something is to be told now, and on which occasion."""
    asked = {"until": now + _AHEAD, **({"person_id": person_id} if person_id else {})}
    rows = session.execute(_owed(one=person_id is not None), asked).all()
    told = _told(session) if rows else {}
    calendars = working_days.around(session, {row.interviewer_id for row in rows}, now.date())
    news: defaultdict[UUID, list[tuple[Row[Any], str]]] = defaultdict(list)
    for row in rows:
        card = OwedCard(row.starts_at, row.minutes, row.assigned_at, kit_opened=bool(row.kit_opened))
        known = replace(card, told=told.get((row.card_id, card.counts_from), ()))
        why = occasion(known, now, ZoneInfo(row.zone), calendars[row.interviewer_id])
        if why is not None:
            news[row.interviewer_id].append((row, why))
    return news


@cache
def _owed(*, one: bool) -> Select[*tuple[Any, ...]]:
    """Owed cards of interviews with a time, up to ``until``, of everybody or of the one ``person_id``."""
    opened = exists(
        select(literal(1)).where(
            KitOpening.interview_id == Interview.id, KitOpening.person_id == ScorecardRow.interviewer_id
        )
    )
    owed = (
        select(
            ScorecardRow.id.label("card_id"),
            ScorecardRow.interviewer_id,
            ScorecardRow.interview_id,
            ScorecardRow.application_id,
            ScorecardRow.assigned_at,
            Person.name.label("interviewer"),
            Person.zone,
            name_shown_to(ScorecardRow.interviewer_id.expression).label("candidate"),
            Interview.title.label("interview"),
            Interview.starts_at,
            Interview.minutes,
            opened.label("kit_opened"),
        )
        .select_from(ScorecardRow)
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .join(Application, Application.id == ScorecardRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(
            ScorecardRow.state == CardState.OWED,
            Person.active.is_(True),
            Person.email != Candidate.email,
            ~conflict_of(Person.id),
            Interview.starts_at <= bindparam("until"),
            Interview.cancelled_at.is_(None),
            Application.stage.not_in(ENDED),
            Requisition.state.in_(RUNNING),
            ~exists(select(literal(1)).where(Decision.application_id == Application.id)),
            ~_given_up(),
        )
        .order_by(ScorecardRow.interviewer_id, Interview.starts_at, ScorecardRow.id)
    )
    return owed.where(ScorecardRow.interviewer_id == bindparam("person_id")) if one else owed


def _given_up() -> ColumnElement[bool]:
    """The coordinator knows of the card, and neither its interview nor its seat is newer than that."""
    return exists(
        select(literal(1)).where(
            CardReminder.scorecard_id == ScorecardRow.id,
            CardReminder.occasion == ESCALATED,
            CardReminder.counts_from >= Interview.starts_at,
            CardReminder.counts_from >= ScorecardRow.assigned_at,
        )
    )


def _told(session: Session) -> dict[tuple[UUID, datetime], list[Told]]:
    """What was told of cards that are still owed, by card and by when its reminders began to count."""
    rows = session.execute(
        select(CardReminder.scorecard_id, CardReminder.counts_from, CardReminder.occasion, CardReminder.told_at)
        .join(ScorecardRow, ScorecardRow.id == CardReminder.scorecard_id)
        .where(ScorecardRow.state == CardState.OWED)
    )
    told: defaultdict[tuple[UUID, datetime], list[Told]] = defaultdict(list)
    for row in rows:
        told[row.scorecard_id, row.counts_from].append(Told(row.occasion, row.told_at))
    return told


def _claimed(session: Session, row: Row[Any], why: str, now: datetime) -> bool:
    """Keep that this is told; false when another worker was first."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    counts_from = OwedCard(row.starts_at, row.minutes, row.assigned_at).counts_from
    kept = session.execute(
        insert(CardReminder)
        .values(scorecard_id=row.card_id, counts_from=counts_from, occasion=why, told_at=now)
        .on_conflict_do_nothing()
        .returning(CardReminder.scorecard_id)
    )
    return kept.scalar_one_or_none() is not None


def _line(row: Row[Any], why: str) -> CardLine:
    local = row.starts_at.astimezone(ZoneInfo(row.zone))
    return CardLine(why, row.card_id, row.interview_id, row.candidate, row.interview, local, row.zone)


def _escalate(session: Session, row: Row[Any], now: datetime) -> None:
    """Tell who coordinates, or who leads where nobody does: who and which interview, and nothing that was written."""
    runners = arrivals.who_runs(session, row.application_id, without=row.interviewer_id)
    coordinators = [runner for runner in runners if runner.coordinates]
    for runner in coordinators or runners:
        outbox.notify(
            session,
            runner.person_id,
            subject=f"A scorecard is still missing: {runner.requisition}",
            body=f"{row.interviewer} was reminded {MOST} times of the scorecard on “{row.interview}” and is not "
            "reminded again. Ask what is in the way: release them, seat somebody else, or have the card typed in "
            "from their notes.",
            path=f"/applications/{row.application_id}/scorecards",
            now=now,
        )
