"""Giving a task to candidates, several at once where they get the same window."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.case_work import CaseMode
from app.domain.errors import AlreadyDoneError, InvalidError
from app.domain.permission import Permission
from app.queries import case_desk as queries
from app.services import case_giving
from app.web.casework import job
from app.web.casework.forms import GiveForm
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, current_person, requires
from app.web.local_time import to_local
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.case_desk import CaseInterview, TaskDesk

USUAL = timedelta(days=5)
"""How long the window is that the form proposes."""


@job.route("/case-tasks/<uuid:task_id>/give", methods=["GET", "POST"])
@requires(Permission.CASE_WORK_KEEP)
def give(task_id: UUID) -> Response | tuple[str, int]:
    """Choose candidates and a window; each gets a mail with their link."""
    form, zone = GiveForm(), current_person().zone
    with reading() as session:
        desk = queries.task_desk(session, current_actor(), task_id)
        interviews = _interviews(session, desk)
    form.offer(desk, interviews)
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                form.once(lambda session: _given(session, task_id, form, interviews))
                return go("casework.task", task_id=task_id, done="case-given")
        except InvalidError as error:
            form.take(error)
        except AlreadyDoneError as error:
            form.form_errors.append(str(error))
    else:
        at = now().replace(second=0, microsecond=0)
        form.opens_at.data, form.closes_at.data = to_local(at, zone), to_local(at + USUAL, zone)
    with reading() as session:
        return page("casework/give.html", session=session, status=status, form=form, task=desk, zone=zone)


def _interviews(session: Session, desk: TaskDesk) -> tuple[CaseInterview, ...]:
    if desk.mode is not CaseMode.LIVE:
        return ()
    return queries.case_interviews(session, current_actor(), desk.requisition_id)


def _given(session: Session, task_id: UUID, form: GiveForm, interviews: tuple[CaseInterview, ...]) -> str:
    window = form.window(current_person().zone)
    of_interview = {str(one.interview_id): one.application_id for one in interviews}
    for chosen in form.to.data or ():
        interview_id = UUID(chosen) if chosen in of_interview else None
        application_id = of_interview.get(chosen) or UUID(chosen)
        case_giving.assign(
            session, current_actor(), task_id, application_id, window, interview_id=interview_id, now=now()
        )
    return ""
