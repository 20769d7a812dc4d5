"""Preparing a session: who sits in it, what is taken in and out, and who chairs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import ConflictError, InvalidError, NotAllowedError
from app.domain.permission import Permission
from app.queries import calibration_choosing, calibrations
from app.services import calibrations as services
from app.web.calibration import job
from app.web.calibration.forms import ChooseForm, HandOverForm, SessionForm
from app.web.calibration.sessions import drawn
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import choices, whole_number
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

ADDRESS = "/calibrations/<uuid:calibration_id>"
_NOT_NOW = "The chair and HR change a session, and only before votes are asked for."


@job.get(f"{ADDRESS}/edit")
@requires(Permission.CALIBRATION_PREPARE)
def edit(calibration_id: UUID) -> tuple[str, int]:
    """The form with what is kept."""
    with reading() as session:
        return _form(session, calibration_id, None, HTTPStatus.OK)


@job.post(f"{ADDRESS}/edit")
@requires(Permission.CALIBRATION_PREPARE)
def save(calibration_id: UUID) -> Response | tuple[str, int]:
    """Change title, time, chair and members."""
    form = SessionForm()
    with reading() as session:
        form.offer(calibration_choosing.sitters(session, current_actor()))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        version = whole_number(form.version.data)
        try:
            with writing() as session:
                services.edit(
                    session, current_actor(), calibration_id, form.sitting, version=version, now=now()
                )  # fmt: skip
            return go("calibration.session", calibration_id=calibration_id, done="calibration-saved")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            form.form_errors.append(str(error))
            status = HTTPStatus.CONFLICT
    with reading() as session:
        return _form(session, calibration_id, form, status)


@job.get(f"{ADDRESS}/items")
@requires(Permission.CALIBRATION_PREPARE)
def choose(calibration_id: UUID) -> tuple[str, int]:
    """What can be taken in; a cycle in the address adds its assessments."""
    return _choices(calibration_id, None, HTTPStatus.OK)


@job.post(f"{ADDRESS}/items")
@requires(Permission.CALIBRATION_PREPARE)
def take_in(calibration_id: UUID) -> Response | tuple[str, int]:
    """Take in what was ticked."""
    form = ChooseForm()
    cycle_id = request.args.get("cycle", type=UUID)
    with reading() as session:
        form.offer(calibration_choosing.choosing(session, current_actor(), calibration_id, cycle_id=cycle_id))
    if not form.validate():
        return _choices(calibration_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with writing() as session:
            services.take_in(
                session,
                current_actor(),
                calibration_id,
                case_ids=[UUID(one) for one in form.case_ids.data or ()],
                assessment_ids=[UUID(one) for one in form.assessment_ids.data or ()],
                now=now(),
            )
    except InvalidError as error:
        form.take(error)
        return _choices(calibration_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("calibration.session", calibration_id=calibration_id, done="calibration-taken-in")


@job.post("/calibrations/items/<uuid:item_id>/take-out")
@requires(Permission.CALIBRATION_PREPARE)
def take_out(item_id: UUID) -> Response:
    """Take an item out again."""
    with writing() as session:
        calibration_id = services.take_out(session, current_actor(), item_id, now=now())
    return go("calibration.session", calibration_id=calibration_id, done="calibration-taken-out")


@job.post(f"{ADDRESS}/chair")
@requires(Permission.CALIBRATION_RUN)
def hand_over(calibration_id: UUID) -> Response | tuple[str, int]:
    """Let another member chair."""
    form = HandOverForm(prefix="chair-")
    with reading() as session:
        found = calibrations.page(session, current_actor(), calibration_id)
        form.member_id.choices = choices((one.person_id, one.name) for one in found.members)
    if form.validate():
        try:
            with writing() as session:
                services.hand_over(
                    session, current_actor(), calibration_id, UUID(form.member_id.data), now=now()
                )  # fmt: skip
            return go("calibration.session", calibration_id=calibration_id, done="calibration-handed-over")
        except InvalidError as error:
            form.take(error)
    with reading() as session:
        return drawn(session, calibration_id, handing=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _form(session: Session, calibration_id: UUID, form: SessionForm | None, status: HTTPStatus) -> tuple[str, int]:
    found = calibrations.page(session, current_actor(), calibration_id)
    if not found.may_prepare:
        raise NotAllowedError(_NOT_NOW)
    if any(line.closed for line in found.lines):
        raise NotAllowedError(services.OWN_JUDGES)
    shown = form or SessionForm(formdata=None)
    if form is None:
        shown.show(found)
    shown.offer(calibration_choosing.sitters(session, current_actor()))
    return page("calibration/form.html", session=session, status=status, form=shown, found=found)


def _choices(calibration_id: UUID, form: ChooseForm | None, status: HTTPStatus) -> tuple[str, int]:
    cycle_id = request.args.get("cycle", type=UUID)
    with reading() as session:
        found = calibration_choosing.choosing(session, current_actor(), calibration_id, cycle_id=cycle_id)
        shown = form or ChooseForm(formdata=None)
        shown.offer(found)
        return page(
            "calibration/choose.html",
            session=session,
            status=status,
            form=shown,
            found=found,
            calibration_id=calibration_id,
        )
