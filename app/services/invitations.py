"""Invitations: what calendars are told of an interview, in the act that plans it, moves it or calls it off.

Each recipient has an event of their own under one UID. An interviewer reads the candidate as far as they may know
them; a candidate reads what kind of interview it is, when and where, and nothing that is the company's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, select

from app.domain.hiring import InterviewKind
from app.formats.invitation import Appointment, Method, uid_of, written
from app.models.blind import name_shown_to, shown_code
from app.models.candidate import Application, Candidate
from app.models.facts import SEATED
from app.models.interview import Interview
from app.models.person import Installation, Person
from app.models.requisition import Requisition
from app.models.schedule import Invitation
from app.models.scorecard import ScorecardRow
from app.services import candidate_mail, links, outbox

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_KEPT = "Your interview kit stays at the same address."


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A calendar's text for a notice, with what it asks for and the time in words; empty where nothing is told."""

    calendar: str = ""
    method: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Recipient:
    """Who is told; ``knows`` is what they may call the candidate, or the role for the candidate themselves."""

    name: str
    address: str
    zone: str
    knows: str


def invite(session: Session, interview: Interview, person_id: UUID, *, now: datetime) -> Enclosure:
    """What an interviewer's calendar is to hold now; empty when it does already, or there is no time ahead."""
    row = _held(session, interview.id, person_id)
    if not _ahead(interview, now) or _holds(row, interview):
        return Enclosure()
    kept = _entered(session, row, interview, person_id, now)
    return _enclosed(kept, _interviewer(session, interview, person_id), Method.REQUEST)


def revoke(session: Session, interview_id: UUID, person_id: UUID, *, now: datetime) -> Enclosure:
    """What takes an interview out of an interviewer's calendar; empty when it is not there, or is over."""
    row = _held(session, interview_id, person_id)
    if row is None or not _end(row, now):
        return Enclosure()
    interview = session.get_one(Interview, interview_id)
    return _enclosed(row, _interviewer(session, interview, person_id), Method.CANCEL)


def tell(session: Session, interview: Interview, *, now: datetime) -> None:
    """Bring the calendars of the candidate and of everybody with a seat in line with an interview."""
    seated = session.scalars(
        select(ScorecardRow.interviewer_id)
        .where(ScorecardRow.interview_id == interview.id, ScorecardRow.state.in_(SEATED))
        .order_by(ScorecardRow.id)
    ).all()
    for person_id in seated:
        _tell_interviewer(session, interview, person_id, now)
    _tell_candidate(session, interview, now)


def call_off_all(session: Session, of_which: ColumnElement[bool], *, now: datetime) -> None:
    """Take every interview ahead out of the calendars of candidates whose applications a criterion picks.

    For applications that end: nothing comes of those interviews any more.
    """
    interviews = session.scalars(
        select(Interview)
        .join(Application, Application.id == Interview.application_id)
        .join(Invitation, Invitation.interview_id == Interview.id)
        .where(of_which, Invitation.person_id.is_(None), Invitation.ended_at.is_(None))
        .order_by(Interview.starts_at, Interview.id)
    ).all()
    for interview in interviews:
        _call_off(session, interview, now)


def when(starts_at: datetime, minutes: int, zone: str) -> str:
    """A time in words, on the clock of a zone that is named: ``Tuesday 3 March 2026, 14:05 to 15:05 (Europe/Rome)``."""
    begins = starts_at.astimezone(ZoneInfo(zone or "UTC"))
    ends = (starts_at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone or "UTC"))
    named = (zone or "UTC").replace("_", " ")
    return f"{begins:%A} {begins.day} {begins:%B %Y, %H:%M} to {ends:%H:%M} ({named})"


def _tell_interviewer(session: Session, interview: Interview, person_id: UUID, now: datetime) -> None:
    known = _held(session, interview.id, person_id)
    first = known is None or known.ended_at is not None
    told = invite(session, interview, person_id, now=now)
    subject = "Your interview has a time" if first else "Your interview has changed"
    if not told.calendar and not _ahead(interview, now):
        told = revoke(session, interview.id, person_id, now=now)
        subject = "Your interview has no time any more"
    if told.calendar:
        outbox.notify(
            session, person_id, subject=f"{subject}: {interview.title}", body=f"{told.words}\n\n{_KEPT}",
            path=f"/interviews/{interview.id}/kit", now=now, calendar=told.calendar, method=told.method,
        )  # fmt: skip


def _tell_candidate(session: Session, interview: Interview, now: datetime) -> None:
    row = _held(session, interview.id, None)
    if not _ahead(interview, now):
        _call_off(session, interview, now)
        return
    if _holds(row, interview):
        return
    first = row is None or row.ended_at is not None
    recipient = _candidate(session, interview)
    told = _enclosed(_entered(session, row, interview, None, now), recipient, Method.REQUEST)
    news = "This is when and where we meet." if first else "The time or the place of your interview has changed."
    candidate_mail.write(
        session,
        interview.application_id,
        subject=f"{'Your interview' if first else 'Your interview has changed'}: {recipient.knows}",
        body=f"{news}\n\n{told.words}\n\nYour page shows it on your own clock. If it does not suit you, ask there for "
        "another time.",
        now=now,
        calendar=told.calendar,
        method=told.method,
    )
    # The page has to last until they have met, however far ahead that is.
    links.lasting(session, interview.application_id, (interview.starts_at or now) + links.LASTS, now=now)


def _call_off(session: Session, interview: Interview, now: datetime) -> None:
    row = _held(session, interview.id, None)
    if row is None or not _end(row, now):
        return
    recipient = _candidate(session, interview)
    told = _enclosed(row, recipient, Method.CANCEL)
    candidate_mail.write(
        session,
        interview.application_id,
        subject=f"This interview does not take place: {recipient.knows}",
        body=f"{told.words}\n\nPlease do not come to it. Anything else that was agreed stays as it is.",
        now=now,
        calendar=told.calendar,
        method=told.method,
        # There is nothing to do on their page, and an application that ended keeps the link that it has.
        with_link=False,
    )


def _held(session: Session, interview_id: UUID, person_id: UUID | None) -> Invitation | None:
    return session.get(Invitation, uid_of(interview_id, person_id), with_for_update=True)


def _ahead(interview: Interview, now: datetime) -> bool:
    if interview.starts_at is None or interview.cancelled_at is not None:
        return False
    return interview.starts_at + timedelta(minutes=interview.minutes) > now


def _holds(row: Invitation | None, interview: Interview) -> bool:
    """Whether a calendar shows the interview as it is."""
    if row is None or row.ended_at is not None:
        return False
    kept = (row.title, row.starts_at, row.minutes, row.place)
    return kept == (_title(interview, row.person_id), interview.starts_at, interview.minutes, interview.place)


def _entered(
    session: Session, row: Invitation | None, interview: Interview, person_id: UUID | None, now: datetime
) -> Invitation:
    """The row that says what a calendar is told now; its number goes up with each change."""
    if row is None:
        row = Invitation(id=uid_of(interview.id, person_id), interview_id=interview.id, person_id=person_id, number=-1)
        session.add(row)
    row.number += 1
    row.title, row.place, row.minutes = _title(interview, person_id), interview.place, interview.minutes
    row.starts_at, row.told_at, row.ended_at = interview.starts_at or now, now, None
    session.flush()
    return row


def _end(row: Invitation, now: datetime) -> bool:
    """End an invitation to something that is still ahead; what is over stays in everybody's calendar."""
    if row.ended_at is not None or row.starts_at + timedelta(minutes=row.minutes) <= now:
        return False
    row.number, row.told_at, row.ended_at = row.number + 1, now, now
    return True


def _title(interview: Interview, person_id: UUID | None) -> str:
    return InterviewKind(interview.kind).words if person_id is None else interview.title


def _interviewer(session: Session, interview: Interview, person_id: UUID) -> _Recipient:
    # In a blind requisition the event keeps the code: whoever leaves the panel learns no name by its cancellation.
    knows = case((Requisition.blind.is_(True), shown_code()), else_=name_shown_to(person_id))
    row = session.execute(
        select(Person.name, Person.email, Person.zone, knows.label("knows"))
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Person, Person.id == person_id)
        .where(Application.id == interview.application_id)
    ).one()
    return _Recipient(row.name, row.email, row.zone, row.knows)


def _candidate(session: Session, interview: Interview) -> _Recipient:
    company = select(Installation.company).limit(1).scalar_subquery()
    row = session.execute(
        select(Candidate.name, Candidate.email, Candidate.zone, Requisition.title, company.label("company"))
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == interview.application_id)
    ).one()
    knows = f"{row.title}, {row.company}" if row.company else row.title
    return _Recipient(row.name, row.email, row.zone, knows)


def _enclosed(row: Invitation, to: _Recipient, method: Method) -> Enclosure:
    theirs = row.person_id is None
    appointment = Appointment(
        uid=row.id,
        number=row.number,
        title=f"{row.title}: {to.knows}" if theirs else f"{row.title} with {to.knows}",
        text="" if theirs else "Your interview kit:",
        starts_at=row.starts_at,
        minutes=row.minutes,
        zone=to.zone,
        place=row.place,
        path="" if theirs else f"/interviews/{row.interview_id}/kit",
        name=to.name,
        address=to.address,
        at=row.told_at,
    )
    lines = [row.title, when(row.starts_at, row.minutes, to.zone), row.place]
    return Enclosure(written([appointment], method), method.value, "\n".join(line for line in lines if line))
