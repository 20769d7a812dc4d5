"""An assessment over HTTP: one's own sheet, saved as one writes and sealed for good; then both, once both are in."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import jsonify, request, url_for

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError
from app.domain.permission import Permission
from app.queries import assessment_page as queries
from app.services import assessments as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.guard import current_actor, requires
from app.web.ladder import job, joint, sheet
from app.web.ladder import sheet_form as forms
from app.web.pages import go

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.growth.answers import Answers
    from app.web.ladder.sheet_form import Typed

ADDRESS = "/ladder/assessments/<uuid:assessment_id>"
_CHANGED = "These answers were changed in another tab or on another device. Compare the two and choose."
_SEALED = "These answers were sealed in another tab or on another device, or the cycle was closed."


@job.get(ADDRESS)
@requires(Permission.ASSESSMENT_OPEN)
def assessment(assessment_id: UUID) -> tuple[str, int]:
    """One's own sheet, then waiting, then both: which of these is read from what is sealed."""
    with reading() as session:
        found = queries.page(session, current_actor(), assessment_id)
        if isinstance(found, queries.JointPage):
            return joint.shown(session, found)
        if found.may_write:
            return sheet.form(session, found, sheet.stored(found))
        return sheet.waiting(session, found)


@job.post(f"{ADDRESS}/save")
@requires(Permission.ASSESSMENT_WRITE)
def save_sheet(assessment_id: UUID) -> Response | tuple[str, int]:
    """Keep what fits of what is written so far, and name what does not; a person gets the form again."""
    typed = forms.from_form(request.form)
    try:
        with writing() as session:
            said = _read(session, assessment_id, typed)
            saved = services.save_what_fits(
                session, current_actor(), assessment_id, said, version=typed.version, now=now()
            )
    except (ConflictError, AlreadyDoneError, NotAllowedError):
        return _clash(assessment_id, typed)
    except InvalidError as error:
        if wants_json():
            raise
        return _again(assessment_id, typed, error)
    if wants_json():
        faults = [{"field": fault.field, "message": fault.message} for fault in saved.faults]
        return jsonify(version=saved.version, saved_at=now().isoformat(), faults=faults)
    if saved.faults:
        return _again(assessment_id, replace(typed, version=saved.version), InvalidError(saved.faults))
    return go("ladder.assessment", assessment_id=assessment_id, done="draft-saved")


@job.post(f"{ADDRESS}/seal")
@requires(Permission.ASSESSMENT_WRITE)
def seal_sheet(assessment_id: UUID) -> Response | tuple[str, int]:
    """Seal one's own answers."""
    typed = forms.from_form(request.form)
    try:
        with writing() as session:
            said = _read(session, assessment_id, typed)
            both = services.seal(session, current_actor(), assessment_id, said, version=typed.version, now=now())
    except (ConflictError, AlreadyDoneError, NotAllowedError):
        return _clash(assessment_id, typed)
    except InvalidError as error:
        return _again(assessment_id, typed, error)
    done = "assessment-opened" if both and not _peer(assessment_id) else "assessment-sealed"
    return go("ladder.assessment", assessment_id=assessment_id, done=done)


@job.post(f"{ADDRESS}/compare")
@requires(Permission.ASSESSMENT_WRITE)
def compare_sheet(assessment_id: UUID) -> Response | tuple[str, int]:
    """What this tab holds, with what is stored beside it."""
    return _clash(assessment_id, forms.from_form(request.form))


def _read(session: Session, assessment_id: UUID, typed: Typed) -> Answers:
    """What the fields mean on the cycle's ladder."""
    return typed.answers(queries.own_page(session, current_actor(), assessment_id).head.asked)


def _peer(assessment_id: UUID) -> bool:
    with reading() as session:
        return isinstance(queries.page(session, current_actor(), assessment_id), queries.OwnPage)


def _again(assessment_id: UUID, typed: Typed, error: InvalidError) -> Response | tuple[str, int]:
    """The form with everything that was typed and what is wrong with it, while there is something to write on."""
    with reading() as session:
        found = queries.own_page(session, current_actor(), assessment_id)
        if found.may_write:
            return sheet.form(session, found, typed, faults=error.faults)
    return _clash(assessment_id, typed)


def _clash(assessment_id: UUID, typed: Typed) -> Response | tuple[str, int]:
    """Answer what came too late: nothing of it is stored, and nothing of it is lost."""
    with reading() as session:
        found = queries.own_page(session, current_actor(), assessment_id)
        if found.side is None:
            raise NotAllowedError
        late = forms.texts(typed, found.head.asked)
        if not found.may_write:
            if wants_json():
                return answer(HTTPStatus.CONFLICT, _SEALED)
            return sheet.waiting(session, found, late=late)
        version = found.own.version if found.own else 0
        if wants_json():
            address = url_for("ladder.compare_sheet", assessment_id=assessment_id)
            return answer(HTTPStatus.CONFLICT, _CHANGED, compare_url=address, version=version)
        there = sheet.answers_of(found)
        clash = forms.elsewhere(typed, there, found.head.asked, dict(sheet.levels(found.head)))
        return sheet.form(session, found, typed, clash=clash, version=version)
