"""The tasks of a requisition: made of a case, looked through, and frozen by the first candidate who gets them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.case_work import CaseMode
from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError
from app.domain.permission import Permission
from app.queries import case_desk as queries
from app.services import case_tasks
from app.services.case_tasks import QuestionPlan
from app.web.casework import job
from app.web.casework.forms import SPARE_QUESTIONS, EditForm, TaskForm, sent_questions
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.case_desk import TaskDesk


@job.route("/requisitions/<uuid:requisition_id>/case-tasks", methods=["GET", "POST"])
@requires(Permission.CASE_WORK_KEEP)
def tasks(requisition_id: UUID) -> Response | tuple[str, int]:
    """The tasks of a requisition, and a form for another."""
    form = TaskForm()
    status = HTTPStatus.OK
    with reading() as session:
        desk = queries.desk(session, current_actor(), requisition_id)
    form.offer(desk)
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                made = form.once(lambda session: str(_made(session, requisition_id, form)))
                return go("casework.edit_task", task_id=UUID(made), done="case-task-made")
        except InvalidError as error:
            form.take(error)
    with reading() as session:
        return page("casework/tasks.html", session=session, status=status, desk=desk, form=form)


@job.get("/case-tasks/<uuid:task_id>")
@requires(Permission.CASE_WORK_KEEP)
def task(task_id: UUID) -> tuple[str, int]:
    """Who has the task, and how far they are."""
    with reading() as session:
        desk = queries.task_desk(session, current_actor(), task_id)
        return page("casework/task.html", session=session, task=desk, at=now())


@job.route("/case-tasks/<uuid:task_id>/edit", methods=["GET", "POST"])
@requires(Permission.CASE_WORK_KEEP)
def edit_task(task_id: UUID) -> Response | tuple[str, int]:
    """Change a task and its questions while nobody has it."""
    form = EditForm()
    with reading() as session:
        desk = queries.task_desk(session, current_actor(), task_id)
    if not form.is_submitted():
        form.fill(desk)
        return _form(form, desk, _stored(desk))
    status, faults = HTTPStatus.UNPROCESSABLE_ENTITY, {}
    try:
        if form.validate():
            with writing() as session:
                case_tasks.edit(session, current_actor(), task_id, form.plan(), version=form.seen_version, now=now())
            return go("casework.task", task_id=task_id, done="case-task-saved")
    except InvalidError as error:
        form.take(error)
        faults = {fault.field: fault.message for fault in error.faults}
    except (ConflictError, AlreadyDoneError) as error:
        status = HTTPStatus.CONFLICT
        form.form_errors.append(str(error))
    return _form(form, desk, sent_questions(), status, faults)


@job.post("/case-tasks/<uuid:task_id>/discard")
@requires(Permission.CASE_WORK_KEEP)
def discard_task(task_id: UUID) -> Response:
    """Remove a task that nobody has."""
    with writing() as session:
        requisition_id = case_tasks.discard(session, current_actor(), task_id, now=now())
    return go("casework.tasks", requisition_id=requisition_id, done="case-task-discarded")


def _made(session: Session, requisition_id: UUID, form: TaskForm) -> UUID:
    return case_tasks.create(
        session, current_actor(), requisition_id, form.case.data, CaseMode(form.mode.data), now=now()
    )


def _stored(desk: TaskDesk) -> list[QuestionPlan]:
    return [QuestionPlan(question.text, question.dimensions) for question in desk.questions]


def _form(
    form: EditForm,
    desk: TaskDesk,
    asked: list[QuestionPlan],
    status: HTTPStatus = HTTPStatus.OK,
    faults: dict[str, str] | None = None,
) -> tuple[str, int]:
    empty = [] if request.method == "POST" else [QuestionPlan("")] * SPARE_QUESTIONS
    with reading() as session:
        return page(
            "casework/edit_task.html", session=session, status=status, form=form, task=desk, asked=asked + empty,
            faults=faults or {},
        )  # fmt: skip
