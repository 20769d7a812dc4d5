"""Tasks given to candidates, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.case_work import CaseMode, code_from
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.base import new_id
from app.models.candidate import Application, Candidate
from app.models.case_grading import GradesReveal
from app.models.case_grading_asks import made_of_grades
from app.models.case_times import work_time
from app.models.case_work import CaseAssignment, CaseTask
from app.models.facts import application_facts
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition
from app.services import audit, candidate_mail, case_tasks, links

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

REASON_LIMIT = 2000
LONGEST_WINDOW = timedelta(days=60)
LINK_LASTS = timedelta(days=7)
"""How long a candidate's link outlives the end of their time."""

_ENDED = "This application has ended, so there is nothing to work on."
_HAS_IT = "This candidate has the task already."
_GONE = "This task was withdrawn from the candidate."
_COUNTS = "The grades of this work are open and count as scorecards, so the task can no longer be withdrawn."
_NO_CODE = "No free code was found for this candidate. Try again."
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when work can be begun, or done where there is no countdown."""

    opens_at: datetime
    closes_at: datetime


def assign(
    session: Session,
    actor: ActorFacts,
    task_id: UUID,
    application_id: UUID,
    window: Window,
    *,
    interview_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Give a task to a candidate, tell them by mail with their link, and return the assignment's id."""
    task = case_tasks.locked(session, actor, task_id)
    _check_application(session, actor, application_id, task)
    faults = [*_window_faults(window, now), *_interview_faults(session, task, application_id, interview_id)]
    if faults:
        raise InvalidError(tuple(faults))
    task.frozen_at = task.frozen_at or now
    given = CaseAssignment(
        id=new_id(), task_id=task_id, application_id=application_id, interview_id=interview_id,
        code=_free_code(session, task_id), opens_at=window.opens_at, closes_at=window.closes_at,
        created_at=now, created_by_id=actor.person_id,
    )  # fmt: skip
    session.add(given)
    session.flush()
    record(session, actor, "assign", given, now=now)
    body = _invitation(session, task, given)
    candidate_mail.write(session, application_id, subject="A task for your application", body=body, now=now)
    keep_link(session, given, now=now)
    return given.id


def withdraw(session: Session, actor: ActorFacts, assignment_id: UUID, *, reason: str, now: datetime) -> None:
    """Take a task back from a candidate; what they wrote is kept and no longer graded."""
    given = kept(session, actor, assignment_id)
    faults = text_faults("reason", "why it is withdrawn", reason, limit=REASON_LIMIT, required=True)
    if faults:
        raise InvalidError(faults)
    if session.get(GradesReveal, assignment_id) is not None:
        raise AlreadyDoneError(_COUNTS)
    given.withdrawn_at, given.withdrawn_for = now, reason.strip()
    session.flush()
    record(session, actor, "withdraw", given, now=now)
    body = "A task that you were given was withdrawn. There is nothing left to do for it."
    candidate_mail.write(session, given.application_id, subject="A task was withdrawn", body=body, now=now)


def kept(session: Session, actor: ActorFacts, assignment_id: UUID) -> CaseAssignment:
    """An assignment that was not withdrawn, for whoever may keep it, locked until the transaction ends."""
    given = session.get(CaseAssignment, assignment_id, with_for_update=True)
    if given is None:
        raise NotFoundError
    require(actor, Permission.CASE_WORK_KEEP, found(application_facts(session, actor, given.application_id)))
    if given.withdrawn_at:
        raise AlreadyDoneError(_GONE)
    return given


def keep_link(session: Session, given: CaseAssignment, *, now: datetime) -> None:
    """See to it that the candidate's link outlives their time."""
    time = work_time(session, given.id)
    ends = max(time.last_start + time.length, time.due_at or time.last_start)
    links.lasting(session, given.application_id, ends + LINK_LASTS, now=now)


def record(session: Session, actor: ActorFacts, act: str, given: CaseAssignment, *, now: datetime) -> None:
    """Note an act on an assignment in the chain, without a word of the candidate."""
    audit.record(session, actor, f"case-work.{act}", f"case-assignment/{given.id}", now=now)


def _check_application(session: Session, actor: ActorFacts, application_id: UUID, task: CaseTask) -> None:
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.CASE_WORK_KEEP, facts)
    if facts.requisition_id != task.requisition_id:
        raise NotFoundError
    stage = session.scalar(select(Application.stage).where(Application.id == application_id))
    if facts.decided or facts.state is RequisitionState.CLOSED or stage is Stage.WITHDRAWN:
        raise AlreadyDoneError(_ENDED)
    has_it = select(CaseAssignment.id).where(
        CaseAssignment.task_id == task.id,
        CaseAssignment.application_id == application_id,
        CaseAssignment.withdrawn_at.is_(None),
    )
    if session.scalar(has_it):
        raise AlreadyDoneError(_HAS_IT)


def _window_faults(window: Window, now: datetime) -> list[Fault]:
    if window.closes_at <= window.opens_at:
        return [Fault("closes_at", "Choose an end that is later than the beginning.")]
    if window.closes_at <= now:
        return [Fault("closes_at", "Choose an end that is still to come.")]
    if window.closes_at - window.opens_at > LONGEST_WINDOW:
        return [Fault("closes_at", f"Choose an end at most {LONGEST_WINDOW.days} days after the beginning.")]
    return []


def _interview_faults(session: Session, task: CaseTask, application_id: UUID, interview_id: UUID | None) -> list[Fault]:
    """A live case needs its interview, and only such a case has one."""
    if task.mode is not CaseMode.LIVE:
        return [Fault("interview", "Only a live case belongs to an interview.")] if interview_id else []
    fits = session.scalar(
        select(Interview.id).where(
            Interview.id == interview_id,
            Interview.application_id == application_id,
            Interview.kind == InterviewKind.CASE_STUDY,
            Interview.cancelled_at.is_(None),
            ~made_of_grades(),
        )
    )
    return [] if fits else [Fault("interview", "Choose the planned case study interview in which it is worked on.")]


def _free_code(session: Session, task_id: UUID) -> str:
    taken = set(session.scalars(select(CaseAssignment.code).where(CaseAssignment.task_id == task_id)))
    for _ in range(_TRIES):
        code = code_from(new_id().int)
        if code not in taken:
            return code
    raise ConflictError(_NO_CODE)


def _invitation(session: Session, task: CaseTask, given: CaseAssignment) -> str:
    row = session.execute(
        select(Requisition.title, Candidate.zone, Person.name.label("giver"), Person.email.label("giver_address"))
        .select_from(Application)
        .join(Person, Person.id == given.created_by_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.id == given.application_id)
    ).one()
    zone = ZoneInfo(row.zone or "UTC")
    opens, closes = (f"{moment.astimezone(zone):%-d %B %Y, %H:%M %Z}" for moment in (given.opens_at, given.closes_at))
    how = (
        "Once you begin, a countdown runs; the page says how long before you start it."
        if task.minutes is not None
        else "There is no countdown: take the time you need until the end."
    )
    return (
        f"There is a task for your application: {row.title}.\n\n"
        f"You can begin it from {opens} until {closes}. {how}\n\n"
        "What you write is kept while you write it. If you need more time for a reason of yours, or anything else "
        f"to work on equal terms, write to {row.giver}, {row.giver_address}, before you begin. It stays between the "
        "two of you."
    )
