"""What the chair does: moves the session on, calls items, settles them, and writes to managers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import ConflictError, Fault, InvalidError
from app.domain.growth.calibration import CalibrationState
from app.domain.permission import Permission
from app.queries import calibration_page
from app.services import calibration_run
from app.web.calibration import job
from app.web.calibration.forms import OpenForm, SettleForm, TellForm
from app.web.calibration.items import drawn as item_drawn
from app.web.calibration.sessions import drawn
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import whole_number
from app.web.guard import current_actor, requires
from app.web.pages import go

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

ADDRESS = "/calibrations/items/<uuid:item_id>"
_DONE = {
    CalibrationState.VOTING: "calibration-voting",
    CalibrationState.DISCUSSING: "calibration-opened",
    CalibrationState.LOCKED: "calibration-locked",
}


@job.post("/calibrations/<uuid:calibration_id>/advance")
@requires(Permission.CALIBRATION_RUN)
def advance(calibration_id: UUID) -> Response | tuple[str, int]:
    """Move the session to the state that the form names: to voting, to the open discussion, or to its lock."""
    form = OpenForm(prefix="open-")
    problems: tuple[str, ...] = ()
    if form.validate():
        try:
            with writing() as session:
                state = _advanced(session, calibration_id, form.reason.data or "")
            return go("calibration.session", calibration_id=calibration_id, done=_DONE[state])
        except InvalidError as error:
            problems = tuple(fault.message for fault in error.faults if not fault.field)
            form.take(InvalidError(tuple(fault for fault in error.faults if fault.field)))
    with reading() as session:
        return drawn(
            session, calibration_id, opening=form, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )  # fmt: skip


@job.post(f"{ADDRESS}/call")
@requires(Permission.CALIBRATION_RUN)
def call(item_id: UUID) -> Response:
    """Begin to talk an item through."""
    with writing() as session:
        calibration_run.call(session, current_actor(), item_id, now=now())
    return go("calibration.item", item_id=item_id, done="item-called")


@job.post(f"{ADDRESS}/settle")
@requires(Permission.CALIBRATION_RUN)
def settle(item_id: UUID) -> Response | tuple[str, int]:
    """Write down what the session settles on."""
    form = SettleForm(prefix="settle-")
    with reading() as session:
        form.offer(calibration_page.page(session, current_actor(), item_id).head)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        agreed = "" if form.agreed.data == "-" else form.agreed.data
        try:
            with writing() as session:
                made = calibration_run.settle(
                    session, current_actor(), item_id, agreed, form.words.data or "",
                    version=whole_number(form.version.data), now=now(),
                )  # fmt: skip
            return go("calibration.session", calibration_id=made, done="item-settled")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            form.form_errors.append(str(error))
            form.version.data, status = str(error.current_version), HTTPStatus.CONFLICT
    with reading() as session:
        return item_drawn(session, item_id, form, status)


@job.post(f"{ADDRESS}/tell")
@requires(Permission.CALIBRATION_TELL)
def tell(item_id: UUID) -> Response | tuple[str, int]:
    """Write what the manager is to hear."""
    form = TellForm(prefix="tell-")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            with writing() as session:
                calibration_run.tell(
                    session, current_actor(), item_id, form.feedback.data or "",
                    version=whole_number(form.version.data), now=now(),
                )  # fmt: skip
            return go("calibration.item", item_id=item_id, done="manager-told", anchor="tell")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            form.form_errors.append(str(error))
            form.version.data, status = str(error.current_version), HTTPStatus.CONFLICT
    with reading() as session:
        return item_drawn(session, item_id, form, status)


def _advanced(session: Session, calibration_id: UUID, reason: str) -> CalibrationState:
    wanted = request.form.get("to", "")
    if wanted == CalibrationState.VOTING:
        calibration_run.ask_for_votes(session, current_actor(), calibration_id, now=now())
        return CalibrationState.VOTING
    if wanted == CalibrationState.DISCUSSING:
        calibration_run.open_votes(session, current_actor(), calibration_id, reason, now=now())
        return CalibrationState.DISCUSSING
    if wanted == CalibrationState.LOCKED:
        calibration_run.lock(session, current_actor(), calibration_id, now=now())
        return CalibrationState.LOCKED
    raise InvalidError((Fault("", "Choose what comes next. Load the page again."),))
