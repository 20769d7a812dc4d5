"""Who grades a case: appointing, releasing, and asking for one grade more, by whoever runs the requisition."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from app.domain.errors import AlreadyDoneError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.queries import graders_page
from app.services import graders as services
from app.web.clock import now
from app.web.database import reading
from app.web.forms import choices
from app.web.grading import job
from app.web.guard import current_actor, requires
from app.web.once import OnceForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.queries.graders_page import GradersPage

_NOBODY, _NO_REASON = "Choose somebody.", "Write in a sentence why."
_WHO = "Only people without another part in this requisition, and without a role that shows names, are offered."


class AppointForm(OnceForm):
    """Who grades every submission."""

    person_id = SelectField("Grader", [InputRequired(_NOBODY)], description=_WHO)


class ReleaseForm(OnceForm):
    """Why a grader grades no longer."""

    reason = TextAreaField("Why?", [InputRequired(_NO_REASON)], description="It is kept beside the grading.")


class FurtherForm(OnceForm):
    """Who grades one submission more, and why."""

    person_id = SelectField("Grader", [InputRequired(_NOBODY)], description=_WHO)
    reason = TextAreaField(
        "Why is another grade needed?", [InputRequired(_NO_REASON)], description="It is kept beside the grading."
    )


@job.get("/grading/<uuid:task_id>/graders")
@requires(Permission.GRADING_SEE)
def graders(task_id: UUID) -> tuple[str, int]:
    """Graders and how far they are; never what they wrote."""
    with reading() as session:
        found = graders_page.graders_page(session, current_actor(), task_id)
        return _show(session, found, AppointForm(formdata=None))


@job.post("/grading/<uuid:task_id>/graders")
@requires(Permission.GRADERS_APPOINT)
def appoint(task_id: UUID) -> AnyResponse | tuple[str, int]:
    """Appoint somebody to grade all of it."""
    form, actor = AppointForm(), current_actor()

    def act(session: Session) -> str:
        return str(services.appoint(session, actor, task_id, _chosen(form.person_id.data), now=now()))

    with reading() as session:
        _offer(form, graders_page.graders_page(session, actor, task_id))
    if _done(form, act):
        return go("grading.graders", task_id=task_id, done="grader-appointed")
    with reading() as session:
        found = graders_page.graders_page(session, actor, task_id)
        return _show(session, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/grading/<uuid:task_id>/graders/<uuid:grader_id>/release")
@requires(Permission.GRADERS_APPOINT)
def ask_release(task_id: UUID, grader_id: UUID) -> tuple[str, int]:
    """Ask why, and say what it means."""
    return _release(task_id, grader_id, ReleaseForm(formdata=None))


@job.post("/grading/<uuid:task_id>/graders/<uuid:grader_id>/release")
@requires(Permission.GRADERS_APPOINT)
def release(task_id: UUID, grader_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take a grader out; what they sealed counts."""
    form, actor = ReleaseForm(), current_actor()

    def act(session: Session) -> str:
        services.release(session, actor, grader_id, form.reason.data or "", now=now())
        return "released"

    if _done(form, act):
        return go("grading.graders", task_id=task_id, done="grader-released")
    return _release(task_id, grader_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/further")
@requires(Permission.GRADERS_APPOINT)
def ask_further(task_id: UUID, assignment_id: UUID) -> tuple[str, int]:
    """Ask who else should grade one submission."""
    return _further(task_id, assignment_id, FurtherForm(formdata=None))


@job.post("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/further")
@requires(Permission.GRADERS_APPOINT)
def further(task_id: UUID, assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """Ask one more person for a grade on one submission."""
    form, actor = FurtherForm(), current_actor()

    def act(session: Session) -> str:
        who, why = _chosen(form.person_id.data), form.reason.data or ""
        services.ask_further(session, actor, assignment_id, who, why, now=now())
        return "asked"

    with reading() as session:
        _offer(form, graders_page.graders_page(session, actor, task_id))
    if _done(form, act):
        return go("grading.graders", task_id=task_id, done="grader-asked")
    return _further(task_id, assignment_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _done(form: OnceForm, act: Callable[[Session], str]) -> bool:
    """Do it once; False with the form's errors filled in where that is refused."""
    if not form.validate_on_submit():
        return False
    try:
        form.once(act)
    except InvalidError as error:
        form.take(error)
    except AlreadyDoneError as error:
        form.take(InvalidError((Fault("person_id", str(error)),)))
    else:
        return True
    return False


def _show(
    session: Session, found: GradersPage, form: AppointForm, status: HTTPStatus = HTTPStatus.OK
) -> tuple[str, int]:
    _offer(form, found)
    return page("grading/graders.html", status=status, session=session, found=found, form=form)


def _release(task_id: UUID, grader_id: UUID, form: ReleaseForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = graders_page.graders_page(session, current_actor(), task_id)
        line = next((one for one in found.graders if one.grader_id == grader_id), None)
        if line is None:
            raise NotFoundError
        return page("grading/release.html", status=status, session=session, found=found, line=line, form=form)


def _further(
    task_id: UUID, assignment_id: UUID, form: FurtherForm, status: HTTPStatus = HTTPStatus.OK
) -> tuple[str, int]:
    with reading() as session:
        found = graders_page.graders_page(session, current_actor(), task_id)
        line = next((one for one in found.work if one.assignment_id == assignment_id), None)
        if line is None:
            raise NotFoundError
        _offer(form, found)
        return page("grading/further.html", status=status, session=session, found=found, line=line, form=form)


def _offer(form: AppointForm | FurtherForm, found: GradersPage) -> None:
    offered = [(str(one.person_id), one.name) for one in found.choices]
    form.person_id.choices = choices([("", "Choose somebody"), *offered])


def _chosen(text: str | None) -> UUID:
    if not text:
        raise InvalidError((Fault("person_id", "Choose somebody."),))
    return UUID(text)
