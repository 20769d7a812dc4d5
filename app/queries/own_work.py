"""What a candidate may know of the tasks that they were given. Before it is begun nobody sees a task's case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select

from app.domain.blueprint import from_canonical
from app.domain.case_work import CaseMode, WorkState, WorkTime
from app.domain.errors import NotFoundError
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.case_times import columns, time_in
from app.models.case_work import CaseAllowance, CaseAnswer, CaseAssignment, CaseFile, CaseQuestion, CaseTask
from app.models.person import Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class GivenTask:
    """A task in a candidate's list; ``zone`` is theirs, UTC until they said which."""

    assignment_id: UUID
    title: str
    mode: CaseMode
    time: WorkTime
    zone: str


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """A question with the answer so far, in Markdown; version 0 and no time where there is none."""

    number: int
    question: str
    text: str
    version: int
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A document under the name that its candidate gave it; ``size`` in bytes."""

    file_id: UUID
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class OwnWork:
    """Everything of one task that its candidate may know; ``case`` and the answers are empty before it is begun.

    ``giver`` is the coordinator who gave it: extra time is asked for there, and not of whoever will judge.
    """

    given: GivenTask
    giver: str
    giver_address: str
    instructions: str
    case: str
    takes_files: bool
    asked: int
    answers: tuple[OwnAnswer, ...]
    files: tuple[OwnFile, ...]
    closed_by_clock: bool
    receipt: str
    sha256: str

    def state(self, now: datetime) -> WorkState:
        """Where the work stands."""
        return self.given.time.state(now)


def given_tasks(session: Session, application_id: UUID) -> tuple[GivenTask, ...]:
    """All tasks of an application, the next to end first, withdrawn ones once handed in; one statement."""
    rows = session.execute(
        select(CaseAssignment.id, CaseTask.title, CaseTask.mode, Candidate.zone, *columns())
        .join(CaseTask, CaseTask.id == CaseAssignment.task_id)
        .outerjoin(CaseAllowance, CaseAllowance.assignment_id == CaseAssignment.id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            CaseAssignment.application_id == application_id,
            or_(CaseAssignment.withdrawn_at.is_(None), CaseAssignment.handed_in_at.is_not(None)),
        )
        .order_by(CaseAssignment.closes_at, CaseAssignment.id)
    )
    return tuple(GivenTask(row.id, row.title, row.mode, time_in(row), row.zone or "UTC") for row in rows)


def own_work(session: Session, application_id: UUID, assignment_id: UUID) -> OwnWork:
    """One task of a candidate; :class:`NotFoundError` when it is not theirs. Three statements."""
    row = session.execute(
        select(
            CaseAssignment.id,
            CaseAssignment.closed_by_clock,
            CaseAssignment.receipt,
            CaseAssignment.sha256,
            CaseTask.title,
            CaseTask.mode,
            CaseTask.case_study,
            CaseTask.instructions,
            CaseTask.takes_files,
            BlueprintVersion.body,
            Candidate.zone,
            Person.name.label("giver"),
            Person.email.label("giver_address"),
            *columns(),
        )
        .join(CaseTask, CaseTask.id == CaseAssignment.task_id)
        .join(Person, Person.id == CaseAssignment.created_by_id)
        .outerjoin(CaseAllowance, CaseAllowance.assignment_id == CaseAssignment.id)
        .join(Requisition, Requisition.id == CaseTask.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(CaseAssignment.id == assignment_id, CaseAssignment.application_id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    begun = row.started_at is not None
    case = next(case for case in from_canonical(row.body).case_studies if case.id == row.case_study)
    answers = _answers(session, assignment_id)
    return OwnWork(
        given=GivenTask(row.id, row.title, row.mode, time_in(row), row.zone or "UTC"),
        giver=row.giver,
        giver_address=row.giver_address,
        instructions=row.instructions,
        case=case.prompt if begun else "",
        takes_files=row.takes_files,
        asked=len(answers),
        answers=answers if begun else (),
        files=_files(session, assignment_id),
        closed_by_clock=row.closed_by_clock,
        receipt=row.receipt or "",
        sha256=row.sha256 or "",
    )


def _answers(session: Session, assignment_id: UUID) -> tuple[OwnAnswer, ...]:
    rows = session.execute(
        select(CaseQuestion.number, CaseQuestion.text, CaseAnswer.text, CaseAnswer.version, CaseAnswer.saved_at)
        .join(CaseAssignment, CaseAssignment.task_id == CaseQuestion.task_id)
        .outerjoin(
            CaseAnswer, (CaseAnswer.question_id == CaseQuestion.id) & (CaseAnswer.assignment_id == CaseAssignment.id)
        )
        .where(CaseAssignment.id == assignment_id)
        .order_by(CaseQuestion.number)
    )
    return tuple(OwnAnswer(number, asked, text or "", version or 0, at) for number, asked, text, version, at in rows)


def _files(session: Session, assignment_id: UUID) -> tuple[OwnFile, ...]:
    rows = session.execute(
        select(CaseFile.id, CaseFile.name, CaseFile.media_type, CaseFile.size)
        .where(CaseFile.assignment_id == assignment_id)
        .order_by(CaseFile.number)
    )
    return tuple(OwnFile(*row) for row in rows)
