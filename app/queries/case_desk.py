"""Case work as coordinators keep it: a requisition's tasks, who has them, and how far each candidate is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, func, select

from app.domain.access import found, require
from app.domain.blueprint import CaseStudy, Dimension, from_canonical
from app.domain.case_work import CaseMode, WorkTime
from app.domain.errors import NotFoundError
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.domain.permission import Permission
from app.models.blind import shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import made_of_grades
from app.models.case_times import columns, time_in
from app.models.case_work import CaseAllowance, CaseAssignment, CaseTask
from app.models.facts import requisition_facts
from app.models.interview import Interview
from app.models.requisition import Requisition
from app.queries.case_work import Question, questions

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in the list of a requisition; ``given`` and ``handed_in`` count assignments that were not withdrawn."""

    task_id: UUID
    title: str
    mode: CaseMode
    minutes: int | None
    given: int
    handed_in: int


@dataclass(frozen=True, slots=True)
class Desk:
    """A requisition's tasks, and the cases of its blueprint that more can be made of."""

    requisition_id: UUID
    requisition: str
    state: RequisitionState
    cases: tuple[CaseStudy, ...]
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """How far a candidate is; ``time`` and the fields after it are empty for one who does not have the task."""

    application_id: UUID
    candidate: str
    ended: bool
    assignment_id: UUID | None
    code: str
    time: WorkTime | None
    closed_by_clock: bool


@dataclass(frozen=True, slots=True)
class TaskDesk:
    """A task with its questions and everybody's progress. ``frozen``: it was given to somebody."""

    task_id: UUID
    requisition_id: UUID
    requisition: str
    state: RequisitionState
    title: str
    mode: CaseMode
    minutes: int | None
    instructions: str
    takes_files: bool
    frozen: bool
    version: int
    case: CaseStudy
    dimensions: tuple[Dimension, ...]
    questions: tuple[Question, ...]
    lines: tuple[ProgressLine, ...]

    @property
    def without(self) -> tuple[ProgressLine, ...]:
        """The candidates who can be given the task."""
        having = {line.application_id for line in self.lines if line.time and not line.time.withdrawn_at}
        open_ones = {line.application_id: line for line in self.lines if not line.ended}
        return tuple(line for application_id, line in open_ones.items() if application_id not in having)


@dataclass(frozen=True, slots=True)
class CaseInterview:
    """A planned case study interview in which a live case can be worked on."""

    interview_id: UUID
    application_id: UUID
    candidate: str
    title: str
    starts_at: datetime | None
    minutes: int


def desk(session: Session, actor: ActorFacts, requisition_id: UUID) -> Desk:
    """A requisition's tasks; three statements."""
    require(actor, Permission.CASE_WORK_KEEP, found(requisition_facts(session, actor, requisition_id)))
    head = session.execute(
        select(Requisition.title, Requisition.state, BlueprintVersion.body)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(Requisition.id == requisition_id)
    ).one()
    rows = session.execute(
        select(
            CaseTask.id,
            CaseTask.title,
            CaseTask.mode,
            CaseTask.minutes,
            func.count(CaseAssignment.id).label("given"),
            func.count(CaseAssignment.handed_in_at).label("handed_in"),
        )
        .outerjoin(CaseAssignment, and_(CaseAssignment.task_id == CaseTask.id, CaseAssignment.withdrawn_at.is_(None)))
        .where(CaseTask.requisition_id == requisition_id)
        .group_by(CaseTask.id, CaseTask.title, CaseTask.mode, CaseTask.minutes, CaseTask.created_at)
        .order_by(CaseTask.created_at, CaseTask.id)
    )
    cases = from_canonical(head.body).case_studies
    return Desk(requisition_id, head.title, head.state, cases, tuple(TaskLine(*row) for row in rows))


def task_desk(session: Session, actor: ActorFacts, task_id: UUID) -> TaskDesk:
    """A task with everybody's progress; four statements."""
    row = session.execute(
        select(CaseTask, Requisition.title, Requisition.state, BlueprintVersion.body)
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(CaseTask.id == task_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    task, requisition, state, body = row
    require(actor, Permission.CASE_WORK_KEEP, found(requisition_facts(session, actor, task.requisition_id)))
    blueprint = from_canonical(body)
    return TaskDesk(
        task_id=task_id,
        requisition_id=task.requisition_id,
        requisition=requisition,
        state=state,
        title=task.title,
        mode=task.mode,
        minutes=task.minutes,
        instructions=task.instructions,
        takes_files=task.takes_files,
        frozen=task.frozen_at is not None,
        version=task.version,
        case=next(case for case in blueprint.case_studies if case.id == task.case_study),
        dimensions=blueprint.scorecard.dimensions,
        questions=questions(session, task_id),
        lines=_lines(session, actor, task),
    )


def case_interviews(session: Session, actor: ActorFacts, requisition_id: UUID) -> tuple[CaseInterview, ...]:
    """The planned case study interviews of a requisition, for whoever may keep its tasks; one statement more.

    What grades of work at home became is none: nobody sits there, and its scorecards are sealed.
    """
    rows = session.execute(
        select(
            Interview.id,
            Interview.application_id,
            shown_name(actor),
            Interview.title,
            Interview.starts_at,
            Interview.minutes,
        )
        .join(Application, Application.id == Interview.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            Application.requisition_id == requisition_id,
            Interview.kind == InterviewKind.CASE_STUDY,
            Interview.cancelled_at.is_(None),
            ~made_of_grades(),
        )
        .order_by(Interview.starts_at, Interview.id)
    )
    return tuple(CaseInterview(*row) for row in rows)


def _lines(session: Session, actor: ActorFacts, task: CaseTask) -> tuple[ProgressLine, ...]:
    name = shown_name(actor).label("candidate")
    rows = session.execute(
        select(
            Application.id.label("application_id"),
            name,
            Application.stage,
            CaseAssignment.id.label("assignment_id"),
            CaseAssignment.code,
            CaseAssignment.closed_by_clock,
            *columns(),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(CaseTask, CaseTask.id == task.id)
        .outerjoin(
            CaseAssignment,
            and_(CaseAssignment.application_id == Application.id, CaseAssignment.task_id == CaseTask.id),
        )
        .outerjoin(CaseAllowance, CaseAllowance.assignment_id == CaseAssignment.id)
        .where(Application.requisition_id == task.requisition_id)
        .order_by(name, CaseAssignment.created_at, Application.id)
    )
    return tuple(
        ProgressLine(
            application_id=row.application_id,
            candidate=row.candidate,
            ended=row.stage in {Stage.DECIDED, Stage.WITHDRAWN},
            assignment_id=row.assignment_id,
            code=row.code or "",
            time=time_in(row) if row.assignment_id else None,
            closed_by_clock=bool(row.closed_by_clock),
        )
        for row in rows
    )
