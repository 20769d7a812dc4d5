"""One candidate's assignment as its coordinator keeps it, and what was handed in as those read it who may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.case_work import CaseMode, Extends, WorkTime, neutral_name
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.domain.unnamed import Author, without_name
from app.models.blind import shown_name
from app.models.candidate import Application, Candidate
from app.models.case_times import columns, time_in
from app.models.case_work import (
    CaseAllowance,
    CaseAnswer,
    CaseAssignment,
    CaseExtension,
    CaseFile,
    CaseQuestion,
    CaseTask,
)
from app.models.facts import application_facts
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """Time that was added, by whom and why."""

    extends: Extends
    minutes: int
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class AssignmentHead:
    """Whose assignment it is, of what."""

    assignment_id: UUID
    task_id: UUID
    application_id: UUID
    requisition_id: UUID
    requisition: str
    task: str
    mode: CaseMode
    candidate: str
    code: str
    time: WorkTime
    closed_by_clock: bool
    receipt: str
    withdrawn_for: str
    given_at: datetime
    given_by: str


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """An assignment with everything that was added to its time."""

    head: AssignmentHead
    extensions: tuple[ExtensionLine, ...]


@dataclass(frozen=True, slots=True)
class LiveWork:
    """The live case of an interview; ``assignment_id`` is ``None`` while the candidate has not got one."""

    interview_id: UUID
    interview: str
    assignment_id: UUID | None
    handed_in: bool


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in: pairs of question and Markdown, and documents as (id, neutral name, bytes)."""

    head: AssignmentHead
    answers: tuple[tuple[str, str], ...]
    files: tuple[tuple[UUID, str, int], ...]


def assignment_page(session: Session, actor: ActorFacts, assignment_id: UUID) -> AssignmentPage:
    """An assignment for its coordinator; three statements."""
    head = _head(session, actor, assignment_id)
    require(actor, Permission.CASE_WORK_KEEP, found(application_facts(session, actor, head.application_id)))
    rows = session.execute(
        select(CaseExtension.extends, CaseExtension.minutes, CaseExtension.reason, CaseExtension.at, Person.name)
        .join(Person, Person.id == CaseExtension.by_id)
        .where(CaseExtension.assignment_id == assignment_id)
        .order_by(CaseExtension.at, CaseExtension.id)
    )
    return AssignmentPage(head, tuple(ExtensionLine(*row) for row in rows))


def live_work(session: Session, actor: ActorFacts, interview_id: UUID) -> LiveWork:
    """The live case of an interview, for those who may open its kit; two statements."""
    row = session.execute(
        select(Interview.application_id, Interview.title, CaseAssignment.id, CaseAssignment.handed_in_at)
        .outerjoin(
            CaseAssignment,
            (CaseAssignment.interview_id == Interview.id) & CaseAssignment.withdrawn_at.is_(None),
        )
        .where(Interview.id == interview_id)
        .order_by(CaseAssignment.handed_in_at.is_(None), CaseAssignment.created_at)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    application_id, title, assignment_id, handed_in_at = row
    require(actor, Permission.KIT_SEE, found(application_facts(session, actor, application_id)))
    return LiveWork(interview_id, title, assignment_id, handed_in=handed_in_at is not None)


def handed_in_work(session: Session, actor: ActorFacts, assignment_id: UUID) -> HandedIn:
    """What a candidate handed in, for the coordinator; of a live case also for those who talk with them about it.

    To whoever may not learn who the candidate is, names are covered and documents are not there. Whoever grades never
    comes by here: a permission that a grader holds on the application is vetoed for them. Four statements.
    """
    head = _head(session, actor, assignment_id)
    live = head.mode is CaseMode.LIVE
    wanted = Permission.KIT_SEE if live else Permission.CASE_WORK_KEEP
    facts = found(application_facts(session, actor, head.application_id))
    require(actor, wanted, facts)
    if not head.time.handed_in_at:
        raise NotFoundError
    answers = session.execute(
        select(CaseQuestion.text, CaseAnswer.text, Candidate.name, Candidate.email, Candidate.phone)
        .select_from(CaseQuestion)
        .join(Application, Application.id == head.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(
            CaseAnswer, (CaseAnswer.question_id == CaseQuestion.id) & (CaseAnswer.assignment_id == assignment_id)
        )
        .where(CaseQuestion.task_id == head.task_id)
        .order_by(CaseQuestion.number)
    )
    files = session.execute(
        select(CaseFile.id, CaseFile.number, CaseFile.name, CaseFile.size)
        .where(CaseFile.assignment_id == assignment_id)
        .order_by(CaseFile.number)
    )
    return HandedIn(
        head,
        tuple((asked, _read(text or "", Author(*author), covered=facts.blinded)) for asked, text, *author in answers),
        ()
        if facts.blinded
        else tuple((file_id, neutral_name(head.code, number, name), size) for file_id, number, name, size in files),
    )


def _read(text: str, author: Author, *, covered: bool) -> str:
    return without_name(text, author) if covered else text


def _head(session: Session, actor: ActorFacts, assignment_id: UUID) -> AssignmentHead:
    giver = aliased(Person)
    row = session.execute(
        select(
            CaseAssignment,
            CaseTask.title,
            CaseTask.mode,
            CaseTask.requisition_id,
            Requisition.title.label("requisition"),
            shown_name(actor).label("candidate"),
            giver.name.label("giver"),
            *columns(),
        )
        .join(CaseTask, CaseTask.id == CaseAssignment.task_id)
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(giver, giver.id == CaseAssignment.created_by_id)
        .outerjoin(CaseAllowance, CaseAllowance.assignment_id == CaseAssignment.id)
        .where(CaseAssignment.id == assignment_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    given: CaseAssignment = row[0]
    return AssignmentHead(
        assignment_id=given.id,
        task_id=given.task_id,
        application_id=given.application_id,
        requisition_id=row.requisition_id,
        requisition=row.requisition,
        task=row.title,
        mode=row.mode,
        candidate=row.candidate,
        code=given.code,
        time=time_in(row),
        closed_by_clock=given.closed_by_clock,
        receipt=given.receipt or "",
        withdrawn_for=given.withdrawn_for,
        given_at=given.created_at,
        given_by=row.giver,
    )
