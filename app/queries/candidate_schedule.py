"""A candidate's own schedule: when, how long, what kind and where. An allowlist: nothing else of an interview is read.

Only what the candidate was told is shown: an interview without an invitation of theirs is none yet. Its title is the
company's own, so a candidate reads the kind of it in plain words instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select

from app.domain.errors import NotFoundError
from app.domain.hiring import InterviewKind
from app.models.candidate import Application, Candidate
from app.models.facts import SEATED
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.schedule import Invitation, TimeRequest
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

GONE_AFTER = timedelta(days=1)
"""How long an interview that is over stays on the schedule."""


@dataclass(frozen=True, slots=True)
class CandidateInterview:
    """One interview as its candidate knows it; ``number`` and ``told_at`` say how often and when they were told.

    ``people`` holds who interviews, and is empty unless the company tells that.
    """

    interview_id: UUID
    invitation_id: UUID
    kind: InterviewKind
    starts_at: datetime
    minutes: int
    place: str
    number: int
    told_at: datetime
    people: tuple[str, ...] = ()

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class CandidateSchedule:
    """What a candidate was told to come to, soonest first; ``zone`` is empty until they say theirs.

    ``asked_at`` is when they last asked for other times, while that is not answered.
    """

    name: str
    email: str
    zone: str
    role: str
    interviews: tuple[CandidateInterview, ...]
    asked_at: datetime | None


def of(session: Session, application_id: UUID, *, named: bool, now: datetime) -> CandidateSchedule:
    """The schedule of one application, in one query; ``named`` tells who interviews.

    The caller has made sure that it is the candidate who asks. :class:`NotFoundError` without an application.
    """
    rows = session.execute(_rows(application_id)).all()
    if not rows:
        raise NotFoundError
    told = {row.interview_id: row for row in rows if row.invitation_id is not None}
    interviews = [_interview(row, rows if named else ()) for row in told.values()]
    return CandidateSchedule(
        rows[0].name,
        rows[0].email,
        rows[0].zone,
        rows[0].role,
        tuple(one for one in interviews if one.ends_at + GONE_AFTER > now),
        rows[0].asked_at,
    )


def _interview(row: Row[Any], rows: Sequence[Row[Any]]) -> CandidateInterview:
    people = dict.fromkeys(one.person for one in rows if one.person and one.interview_id == row.interview_id)
    return CandidateInterview(
        row.interview_id,
        row.invitation_id,
        row.kind,
        row.starts_at,
        row.minutes,
        row.place,
        row.number,
        row.told_at,
        tuple(people),
    )


def _rows(application_id: UUID) -> Select[*tuple[Any, ...]]:
    asked = (
        select(func.max(TimeRequest.asked_at))
        .where(TimeRequest.application_id == Application.id, TimeRequest.settled_at.is_(None))
        .correlate(Application)
        .scalar_subquery()
    )
    told = and_(Invitation.interview_id == Interview.id, Invitation.person_id.is_(None), Invitation.ended_at.is_(None))
    seated = and_(ScorecardRow.interview_id == Interview.id, ScorecardRow.state.in_(SEATED))
    return (
        select(
            Candidate.name, Candidate.email, Candidate.zone, Requisition.title.label("role"), asked.label("asked_at"),
            Interview.id.label("interview_id"), Interview.kind, Invitation.id.label("invitation_id"),
            Invitation.starts_at, Invitation.minutes, Invitation.place, Invitation.number, Invitation.told_at,
            Person.name.label("person"),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(Interview, and_(Interview.application_id == Application.id, Interview.cancelled_at.is_(None)))
        .outerjoin(Invitation, told)
        .outerjoin(ScorecardRow, seated)
        .outerjoin(Person, Person.id == ScorecardRow.interviewer_id)
        .where(Application.id == application_id)
        .order_by(Invitation.starts_at, Interview.id, Person.name)
    )  # fmt: skip
