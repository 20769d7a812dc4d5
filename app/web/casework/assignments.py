"""One candidate's assignment: more time, an allowance, or its end."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.case_work import Allowance
from app.domain.errors import AlreadyDoneError, InvalidError
from app.domain.permission import Permission
from app.queries import case_assignment as queries
from app.services import case_giving, case_time
from app.web.casework import job
from app.web.casework.forms import AllowForm, ExtendForm, WithdrawForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, current_person, requires
from app.web.local_time import to_local
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.web.forms import Form


@job.get("/case-assignments/<uuid:assignment_id>")
@requires(Permission.CASE_WORK_KEEP)
def assignment(assignment_id: UUID) -> tuple[str, int]:
    """How far the candidate is and what was added to their time."""
    return _page(assignment_id)


@job.post("/case-assignments/<uuid:assignment_id>/extend")
@requires(Permission.CASE_WORK_KEEP)
def extend(assignment_id: UUID) -> Response | tuple[str, int]:
    """Move the end of the candidate's time, with a reason."""
    form = ExtendForm()

    def act(session: Session) -> None:
        case_time.extend(
            session,
            current_actor(),
            assignment_id,
            form.end(current_person().zone),
            reason=form.reason.data or "",
            now=now(),
        )

    return _done(assignment_id, form, act, "case-time-set")


@job.post("/case-assignments/<uuid:assignment_id>/allow")
@requires(Permission.CASE_WORK_KEEP)
def allow(assignment_id: UUID) -> Response | tuple[str, int]:
    """Set what the candidate's circumstances add."""
    form = AllowForm()

    def act(session: Session) -> None:
        wanted = Allowance(form.percent.data or 0, form.minutes.data or 0)
        case_time.allow(session, current_actor(), assignment_id, wanted, now=now())

    return _done(assignment_id, form, act, "case-time-set")


@job.post("/case-assignments/<uuid:assignment_id>/withdraw")
@requires(Permission.CASE_WORK_KEEP)
def withdraw(assignment_id: UUID) -> Response | tuple[str, int]:
    """Take the task back from the candidate."""
    form = WithdrawForm()

    def act(session: Session) -> None:
        case_giving.withdraw(session, current_actor(), assignment_id, reason=form.why.data or "", now=now())

    return _done(assignment_id, form, act, "case-work-withdrawn")


def _done(assignment_id: UUID, form: Form, act: Callable[[Session], None], done: str) -> Response | tuple[str, int]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if form.validate():
            with writing() as session:
                act(session)
            return go("casework.assignment", assignment_id=assignment_id, done=done)
    except InvalidError as error:
        form.take(error)
    except AlreadyDoneError as error:
        status = HTTPStatus.CONFLICT
        form.form_errors.append(str(error))
    return _page(assignment_id, form, status)


def _page(assignment_id: UUID, sent: Form | None = None, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    """The page with its three forms; the one that was sent keeps what was typed and what is wrong with it."""
    with reading() as session:
        found = queries.assignment_page(session, current_actor(), assignment_id)
        time, zone = found.head.time, current_person().zone
        end = case_time.end_of(time)[1]
        forms: dict[type[Form], Form] = {
            ExtendForm: ExtendForm(formdata=None, until=to_local(end.replace(second=0, microsecond=0), zone)),
            AllowForm: AllowForm(formdata=None, percent=time.allowance.percent, minutes=time.allowance.minutes),
            WithdrawForm: WithdrawForm(formdata=None),
        }
        if sent is not None:
            forms[type(sent)] = sent
        return page(
            "casework/assignment.html", session=session, status=status, found=found, head=found.head, at=now(),
            sent=sent, extending=forms[ExtendForm], allowing=forms[AllowForm], withdrawing=forms[WithdrawForm],
            zone=zone,
        )  # fmt: skip
