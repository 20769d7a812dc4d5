"""Voting apart, changing a vote in the open session, and declaring a conflict."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import jsonify, url_for

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError
from app.domain.permission import Permission
from app.queries import calibration_page
from app.services import prevotes
from app.web.calibration import job
from app.web.calibration.forms import ChangeForm, ConflictForm, VoteForm
from app.web.calibration.items import drawn
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.guard import current_actor, requires
from app.web.pages import go

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.web.forms import Form

ADDRESS = "/calibrations/items/<uuid:item_id>"
_CHANGED = "This vote was changed in another tab or on another device. Compare the two and choose."
_SEALED = "This vote was sealed in another tab, or votes lie open by now."


@job.post(f"{ADDRESS}/vote")
@requires(Permission.PREVOTE_CAST)
def vote(item_id: UUID) -> Response | tuple[str, int]:
    """Seal one's own vote."""
    form = _vote_form(item_id)
    if not form.validate():
        return _again(item_id, form)
    try:
        with writing() as session:
            prevotes.seal(session, current_actor(), item_id, form.ballot, version=form.number, now=now())
    except (ConflictError, AlreadyDoneError):
        return _clash(item_id, form)
    except InvalidError as error:
        form.take(error)
        return _again(item_id, form)
    return go("calibration.item", item_id=item_id, done="prevote-sealed")


@job.post(f"{ADDRESS}/vote/draft")
@requires(Permission.PREVOTE_CAST)
def save_vote(item_id: UUID) -> Response | tuple[str, int]:
    """Keep what is written so far; a script gets the new version, a person the form again."""
    form = _vote_form(item_id)
    if not form.validate():
        return _again(item_id, form)
    try:
        with writing() as session:
            version = prevotes.save(session, current_actor(), item_id, form.ballot, version=form.number, now=now())
    except (ConflictError, AlreadyDoneError):
        return _clash(item_id, form)
    except InvalidError as error:
        if wants_json():
            raise
        form.take(error)
        return _again(item_id, form)
    if wants_json():
        return jsonify(version=version, saved_at=now().isoformat())
    return go("calibration.item", item_id=item_id, done="draft-saved")


@job.post(f"{ADDRESS}/vote/compare")
@requires(Permission.PREVOTE_CAST)
def compare_vote(item_id: UUID) -> Response | tuple[str, int]:
    """What this tab holds, with what is stored beside it."""
    return _clash(item_id, _vote_form(item_id))


@job.post(f"{ADDRESS}/change")
@requires(Permission.PREVOTE_CHANGE)
def change(item_id: UUID) -> Response | tuple[str, int]:
    """Change one's sealed vote, with the kind of reason and words."""
    form = ChangeForm(prefix="change-")
    with reading() as session:
        form.offer(calibration_page.page(session, current_actor(), item_id).head)
    if not form.validate():
        return _again(item_id, form)
    try:
        with writing() as session:
            prevotes.change(session, current_actor(), item_id, form.change, now=now())
    except InvalidError as error:
        form.take(error)
        return _again(item_id, form)
    return go("calibration.item", item_id=item_id, done="prevote-changed", anchor="votes")


@job.post(f"{ADDRESS}/conflict")
@requires(Permission.CONFLICT_DECLARE)
def declare(item_id: UUID) -> Response | tuple[str, int]:
    """Say that one is in conflict over the item."""
    form = ConflictForm(prefix="conflict-")
    if form.validate():
        try:
            with writing() as session:
                prevotes.declare(session, current_actor(), item_id, form.reason.data or "", now=now())
            return go("calibration.item", item_id=item_id, done="conflict-declared")
        except InvalidError as error:
            form.take(error)
    return _again(item_id, form)


def _vote_form(item_id: UUID) -> VoteForm:
    form = VoteForm()
    with reading() as session:
        form.offer(calibration_page.page(session, current_actor(), item_id).head)
    return form


def _again(item_id: UUID, form: Form) -> tuple[str, int]:
    with reading() as session:
        return drawn(session, item_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _clash(item_id: UUID, form: VoteForm) -> Response | tuple[str, int]:
    """Answer what came too late: nothing of it is stored, and nothing of it is lost."""
    with reading() as session:
        found = calibration_page.page(session, current_actor(), item_id)
        own = found.head.own
        if not found.may_vote:
            if wants_json():
                return answer(HTTPStatus.CONFLICT, _SEALED)
            return drawn(session, item_id, None, HTTPStatus.CONFLICT, late=form.reason.data or "")
        if wants_json():
            address = url_for("calibration.compare_vote", item_id=item_id)
            return answer(HTTPStatus.CONFLICT, _CHANGED, compare_url=address, version=own.version)
        form.form_errors.append(_CHANGED)
        form.version.data = str(own.version)
        return drawn(session, item_id, form, HTTPStatus.CONFLICT)
