"""Evidence of goals: links, files and texts come in on the goal's page; files go out as downloads only."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from app.domain.errors import Fault, InvalidError, NotYetError
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.formats import document_kind, holiday_calendar
from app.queries import plan_days
from app.services import evidence
from app.web.clock import now
from app.web.database import writing
from app.web.downloads import download, folder
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.goal_forms import EvidenceForm
from app.web.onboarding.goals import show
from app.web.pages import go

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

_TAKEN = 40_000_000
"""How much is read at all: more than is kept, so that whoever sends too large a file gets their words back with why."""
_LIMITS = {"onboarding.show_evidence": document_kind.LIMITS, "onboarding.dates": holiday_calendar.LIMITS}
_MOST_PARTS = 2000
"""A schedule has a tick for each of its holidays."""


@job.url_value_preprocessor
def _widen(endpoint: str | None, _values: object) -> None:
    """Set the limit before anything reads the form: the token check is the first that does."""
    if request.method != "POST" or endpoint not in _LIMITS:
        return
    request.max_content_length, request.max_form_parts = _TAKEN, _MOST_PARTS
    sent = request.content_length or 0
    if sent > _TAKEN:
        message = f"This file has {sent / 1_000_000:.0f} MB. Accepted: {_LIMITS[endpoint]}."
        raise InvalidError((Fault("file", message),))


@job.post("/onboarding/goals/<uuid:goal_id>/evidence")
@requires(Permission.GOAL_WORK)
def show_evidence(goal_id: UUID) -> AnyResponse | tuple[str, int]:
    """Add a piece of evidence, or say beside the form what is wrong with it."""
    kind = _kind()
    form = EvidenceForm.of(kind, now().date())
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate() and not form.too_large():
        data = form.sent.read() if form.sent else b""
        try:
            form.once(lambda session: _added(session, goal_id, form, data), data=data)
        except InvalidError as error:
            form.take(_of_kind(kind, error))
        except NotYetError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
        else:
            return go("onboarding.goal", goal_id=goal_id, done="evidence-added", anchor="evidence")
    return show(goal_id, showing=(kind, form), status=status)


@job.get("/onboarding/evidence/<uuid:evidence_id>")
@requires(Permission.GOAL_SEE)
def evidence_file(evidence_id: UUID) -> Response:
    """A file, after its viewing is on record; the browser keeps it out of the program's own pages."""
    with writing() as session:
        stored = evidence.hand_out(session, current_actor(), evidence_id, folder=folder(), now=now())
    return download(stored)


def _kind() -> EvidenceKind:
    try:
        return EvidenceKind(request.form.get("kind", ""))
    except ValueError:
        return EvidenceKind.TEXT


def _added(session: Session, goal_id: UUID, form: EvidenceForm, data: bytes) -> str:
    piece, today = form.draft(data), plan_days.newest_for_goal(session, goal_id, now())
    return str(evidence.show(session, current_actor(), goal_id, piece, folder=folder(), today=today, now=now()))


def _of_kind(kind: EvidenceKind, error: InvalidError) -> InvalidError:
    """An empty form is told what is missing in it: it offers one kind, the service speaks of three."""
    asked = {
        EvidenceKind.LINK: "Write a whole address that begins with https:// or http://.",
        EvidenceKind.FILE: "Choose a file.",
        EvidenceKind.TEXT: "Write what happened.",
    }
    if any(fault.field == "link" and fault.message.startswith("Give one") for fault in error.faults):
        return InvalidError((Fault(kind.value, asked[kind]),))
    return error
