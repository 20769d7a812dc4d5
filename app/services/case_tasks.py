"""Cases made into tasks for the candidates of a requisition. The first assignment freezes a task for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete

from app.domain.access import found, require
from app.domain.blueprint import Blueprint, CaseStudy, from_canonical
from app.domain.case_work import LONGEST, SHORTEST, CaseMode
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError
from app.domain.hiring import RequisitionState
from app.domain.permission import Permission
from app.domain.text import one_line, text_faults
from app.models.base import new_id
from app.models.blueprint import BlueprintVersion
from app.models.case_grading import Grader
from app.models.case_work import CaseQuestion, CaseQuestionFocus, CaseTask
from app.models.facts import requisition_facts
from app.models.requisition import Requisition
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

TITLE_LIMIT, INSTRUCTIONS_LIMIT, QUESTION_LIMIT = 200, 4000, 2000
MOST_QUESTIONS = 20
INSTRUCTIONS = (
    "Read the case first, then answer the questions in any order. Short answers that say why are better than "
    "long ones. Use whatever you would use at work, and say what you assumed where something is missing. "
    "Leave your name and anything that tells who you are out of your answers and files."
)
_FROZEN = "Somebody was given this task already, so it stays as it is: all candidates get the same."
_STALE = "Somebody changed this task while you were writing. Load the page again and repeat your change."
_CLOSED = "This requisition is closed."
_NO_MODE = "This case is not meant to be worked on in this way. Choose the other."


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """What candidates are asked, and the ids of the dimensions that the answer bears on."""

    text: str
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """What a task is to be; ``minutes`` of ``None`` means that there is no countdown."""

    title: str
    minutes: int | None
    instructions: str
    takes_files: bool
    questions: tuple[QuestionPlan, ...]


def create(
    session: Session, actor: ActorFacts, requisition_id: UUID, case_id: str, mode: CaseMode, *, now: datetime
) -> UUID:
    """Make a task of a case of the requisition's blueprint, with a question a deliverable, and return its id."""
    facts = found(requisition_facts(session, actor, requisition_id))
    require(actor, Permission.CASE_WORK_KEEP, facts)
    if facts.state is RequisitionState.CLOSED:
        raise AlreadyDoneError(_CLOSED)
    blueprint = _blueprint(session, requisition_id)
    case = next((case for case in blueprint.case_studies if case.id == case_id), None)
    if case is None:
        raise InvalidError((Fault("case", "Choose one of the blueprint's cases."),))
    if mode.value.replace("_", "-") not in case.formats:
        raise InvalidError((Fault("mode", _NO_MODE),))
    task = CaseTask(
        id=new_id(), requisition_id=requisition_id, case_study=case.id, mode=mode, title=case.title,
        minutes=case.minutes_max, instructions=INSTRUCTIONS, takes_files=mode is CaseMode.TAKE_HOME,
        created_at=now, created_by_id=actor.person_id,
    )  # fmt: skip
    _ask(task, _asked(case, blueprint))
    session.add(task)
    session.flush()
    audit.record(session, actor, "case-task.create", f"case-task/{task.id}", now=now, payload={"case": case.id})
    return task.id


def edit(session: Session, actor: ActorFacts, task_id: UUID, wanted: TaskPlan, *, version: int, now: datetime) -> None:
    """Change a task that nobody was given yet."""
    task = locked(session, actor, task_id)
    if task.frozen_at:
        raise AlreadyDoneError(_FROZEN)
    if task.version != version:
        raise ConflictError(_STALE, current_version=task.version)
    faults = _faults(
        wanted, {dimension.id for dimension in _blueprint(session, task.requisition_id).scorecard.dimensions}
    )
    if faults:
        raise InvalidError(tuple(faults))
    task.title, task.minutes = one_line(wanted.title), wanted.minutes
    task.instructions, task.takes_files = wanted.instructions.strip(), wanted.takes_files
    task.questions.clear()
    # The old numbers have to be free before the new questions take them.
    session.flush()
    _ask(task, wanted.questions)
    session.flush()
    payload = {"title": task.title, "minutes": task.minutes or 0, "questions": len(wanted.questions)}
    audit.record(session, actor, "case-task.edit", f"case-task/{task_id}", now=now, payload=payload)


def discard(session: Session, actor: ActorFacts, task_id: UUID, *, now: datetime) -> UUID:
    """Remove a task that nobody was given, and return its requisition."""
    task = locked(session, actor, task_id)
    if task.frozen_at:
        raise AlreadyDoneError(_FROZEN)
    session.execute(delete(Grader).where(Grader.task_id == task_id))
    session.delete(task)
    session.flush()
    audit.record(session, actor, "case-task.discard", f"case-task/{task_id}", now=now)
    return task.requisition_id


def locked(session: Session, actor: ActorFacts, task_id: UUID) -> CaseTask:
    """A task for whoever may keep it, locked until the transaction ends."""
    task = session.get(CaseTask, task_id, with_for_update=True)
    if task is None:
        raise NotFoundError
    require(actor, Permission.CASE_WORK_KEEP, found(requisition_facts(session, actor, task.requisition_id)))
    return task


def _asked(case: CaseStudy, blueprint: Blueprint) -> tuple[QuestionPlan, ...]:
    known = {dimension.id for dimension in blueprint.scorecard.dimensions}
    asked = tuple(
        QuestionPlan(output.text, tuple(ref for ref in output.refs if ref in known)) for output in case.outputs
    )
    return asked or (QuestionPlan("Your answer", tuple(id_ for id_ in case.dimensions if id_ in known)),)


def _ask(task: CaseTask, questions: tuple[QuestionPlan, ...]) -> None:
    task.questions = [
        CaseQuestion(
            id=new_id(),
            number=number,
            text=question.text.strip(),
            focus=[CaseQuestionFocus(dimension=dimension) for dimension in dict.fromkeys(question.dimensions)],
        )
        for number, question in enumerate(questions, start=1)
    ]


def _faults(wanted: TaskPlan, dimensions: set[str]) -> list[Fault]:
    faults = [*text_faults("title", "a title", wanted.title, limit=TITLE_LIMIT, required=True)]
    faults += text_faults("instructions", "instructions", wanted.instructions, limit=INSTRUCTIONS_LIMIT, required=True)
    if wanted.minutes is not None and not SHORTEST <= wanted.minutes <= LONGEST:
        faults.append(Fault("minutes", f"Choose {SHORTEST} to {LONGEST} minutes, or leave it empty for no countdown."))
    if not wanted.questions:
        faults.append(Fault("question-1", "Ask at least one question."))
    if len(wanted.questions) > MOST_QUESTIONS:
        faults.append(Fault("question-1", f"Ask at most {MOST_QUESTIONS} questions."))
    for number, question in enumerate(wanted.questions, start=1):
        faults += text_faults(f"question-{number}", "the question", question.text, limit=QUESTION_LIMIT, required=True)
        if not set(question.dimensions) <= dimensions:
            faults.append(Fault(f"question-{number}", "Choose dimensions of this blueprint's scorecard."))
    return faults


def _blueprint(session: Session, requisition_id: UUID) -> Blueprint:
    requisition = session.get_one(Requisition, requisition_id)
    return from_canonical(session.get_one(BlueprintVersion, requisition.blueprint_version_id).body)
