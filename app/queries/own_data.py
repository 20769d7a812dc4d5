"""What is stored about a candidate that is theirs to read: shown by kind, and given as a whole to take away.

What others wrote about them is not in it: it is named on the page, and given out on request by people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select, union_all

from app.models.candidate import Application, Candidate, CandidateFile
from app.models.case_work import CaseAnswer, CaseAssignment, CaseFile, CaseQuestion, CaseTask
from app.models.interview import Interview
from app.models.link import CandidateLink
from app.models.outbox import Message
from app.models.resume import ResumeRow
from app.models.schedule import Invitation, TimeRequest

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect, Select
    from sqlalchemy.orm import Session

    from app.domain.candidate_link import CandidateFacts


@dataclass(frozen=True, slots=True)
class OwnContact:
    """What is known of the candidate themselves, and of their link."""

    name: str
    email: str
    phone: str
    headline: str
    source: str
    known_since: datetime
    applied_at: datetime
    link_made_at: datetime
    link_opened_at: datetime | None
    resume: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """A document: given with the application, or handed in with a task; ``size`` in bytes."""

    name: str
    size: int
    sha256: str
    added_at: datetime
    of_task: bool


@dataclass(frozen=True, slots=True)
class OwnAppointment:
    """An interview as the candidate was invited to it."""

    title: str
    starts_at: datetime
    minutes: int
    place: str
    called_off: bool


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A text between the company and the candidate; ``theirs`` when the candidate wrote it."""

    subject: str
    body: str
    at: datetime
    theirs: bool


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer that the candidate wrote to a question of a task."""

    task: str
    question: str
    text: str
    saved_at: datetime
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything of theirs, in the order of time within each kind."""

    contact: OwnContact
    documents: tuple[OwnDocument, ...]
    appointments: tuple[OwnAppointment, ...]
    letters: tuple[OwnLetter, ...]
    answers: tuple[OwnAnswer, ...]


@dataclass(frozen=True, slots=True)
class OwnKinds:
    """How much is stored of each kind, for the page; documents one by one."""

    contact: OwnContact
    documents: tuple[OwnDocument, ...]
    appointments: int
    letters: int
    answers: int


def own_kinds(session: Session, candidate: CandidateFacts) -> OwnKinds:
    """What is stored of a candidate's own, counted by kind, in three queries."""
    of_this = candidate.application_id
    its_answers = select(CaseAnswer.question_id).join(CaseAssignment).where(CaseAssignment.application_id == of_this)
    counts = session.execute(
        select(
            _number(_invitations(candidate).with_only_columns(Invitation.id)),
            _number(select(Message.id).where(Message.application_id == of_this)),
            _number(select(TimeRequest.id).where(TimeRequest.application_id == of_this)),
            _number(its_answers),
        )
    ).one()
    appointments, sent, asked, answers = counts
    return OwnKinds(_contact(session, candidate), _documents(session, candidate), appointments, sent + asked, answers)


def own_data(session: Session, candidate: CandidateFacts) -> OwnData:
    """Everything of a candidate's own, in five queries.

    A letter counts from when it was written, whether or not its mail has left.
    """
    return OwnData(
        _contact(session, candidate),
        _documents(session, candidate),
        _appointments(session, candidate),
        _letters(session, candidate),
        _answers(session, candidate),
    )


def _contact(session: Session, candidate: CandidateFacts) -> OwnContact:
    row = session.execute(
        select(
            Candidate.name, Candidate.email, Candidate.phone, Candidate.headline, Candidate.source,
            Candidate.created_at, Application.created_at.label("applied_at"),
            CandidateLink.created_at.label("made_at"), CandidateLink.opened_at, ResumeRow.body,
        )
        .join(Application, Application.candidate_id == Candidate.id)
        .join(CandidateLink, CandidateLink.application_id == Application.id)
        .outerjoin(ResumeRow, ResumeRow.candidate_id == Candidate.id)
        .where(Application.id == candidate.application_id)
    ).one()  # fmt: skip
    return OwnContact(*row[:9], resume=json.loads(row.body) if row.body else None)


def _documents(session: Session, candidate: CandidateFacts) -> tuple[OwnDocument, ...]:
    given = select(
        CandidateFile.name, CandidateFile.size, CandidateFile.sha256, CandidateFile.added_at, literal(0).label("work")
    ).where(CandidateFile.candidate_id == candidate.candidate_id)
    handed_in = (
        select(CaseFile.name, CaseFile.size, CaseFile.sha256, CaseFile.added_at, literal(1).label("work"))
        .join(CaseAssignment, CaseAssignment.id == CaseFile.assignment_id)
        .where(CaseAssignment.application_id == candidate.application_id)
    )
    both = union_all(given, handed_in).subquery()
    rows = session.execute(select(both).order_by(both.c.added_at, both.c.name))
    return tuple(OwnDocument(row.name, row.size, row.sha256, row.added_at, bool(row.work)) for row in rows)


def _appointments(session: Session, candidate: CandidateFacts) -> tuple[OwnAppointment, ...]:
    rows = session.execute(_invitations(candidate).order_by(Invitation.starts_at))
    return tuple(OwnAppointment(row.title, row.starts_at, row.minutes, row.place, bool(row.called_off)) for row in rows)


def _invitations(candidate: CandidateFacts) -> Select[*tuple[Any, ...]]:
    """The interviews of the application as its candidate was told of them."""
    return (
        select(
            Invitation.title, Invitation.starts_at, Invitation.minutes, Invitation.place,
            Invitation.ended_at.is_not(None).label("called_off"),
        )
        .join(Interview, Interview.id == Invitation.interview_id)
        .where(Interview.application_id == candidate.application_id, Invitation.person_id.is_(None))
    )  # fmt: skip


def _number(which: Select[*tuple[Any, ...]]) -> ScalarSelect[int]:
    return select(func.count()).select_from(which.subquery()).scalar_subquery()


def _letters(session: Session, candidate: CandidateFacts) -> tuple[OwnLetter, ...]:
    of_this = candidate.application_id
    sent = select(
        Message.subject, Message.body, func.coalesce(Message.sent_at, Message.created_at).label("at"),
        literal(0).label("theirs"),
    ).where(Message.application_id == of_this)  # fmt: skip
    asked = select(
        literal("").label("subject"), TimeRequest.text, TimeRequest.asked_at, literal(1)
    ).where(TimeRequest.application_id == of_this)  # fmt: skip
    both = union_all(sent, asked).subquery()
    rows = session.execute(select(both).order_by(both.c.at, both.c.subject))
    return tuple(OwnLetter(row.subject, row.body, row.at, bool(row.theirs)) for row in rows)


def _answers(session: Session, candidate: CandidateFacts) -> tuple[OwnAnswer, ...]:
    rows = session.execute(
        select(CaseTask.title, CaseQuestion.text, CaseAnswer.text, CaseAnswer.saved_at, CaseAssignment.handed_in_at)
        .select_from(CaseAnswer)
        .join(CaseAssignment, CaseAssignment.id == CaseAnswer.assignment_id)
        .join(CaseTask, CaseTask.id == CaseAssignment.task_id)
        .join(CaseQuestion, CaseQuestion.id == CaseAnswer.question_id)
        .where(CaseAssignment.application_id == candidate.application_id)
        .order_by(CaseAssignment.created_at, CaseQuestion.number)
    )
    return tuple(OwnAnswer(*row) for row in rows)
