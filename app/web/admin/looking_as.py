"""Looking at the program as somebody else, to help with what they see."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import session as browser_session

from app.domain.access import require
from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.queries import granting as queries
from app.services import acting_as
from app.web.admin import job
from app.web.admin.forms import ReasonForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, current_person, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response

    from app.web.sessions import BrowserSession


@job.route("/people/<uuid:person_id>/look", methods=["GET", "POST"])
@requires(Permission.LOOK_AS)
def look(person_id: UUID) -> Response | tuple[str, int]:
    """Say why, then look at the program as somebody else for half an hour."""
    actor, form = current_actor(), ReasonForm()
    with reading() as session:
        facts = acting_as.looked_at(session, actor, person_id)
        require(actor, Permission.LOOK_AS, facts)
        person = queries.whose(session, actor, person_id)
    if form.validate_on_submit():
        try:
            return _begin(person_id, str(form.reason.data))
        except InvalidError as error:
            form.take(error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("admin/look.html", status=status, form=form, person=person)


@job.post("/look/stop")
@requires(Permission.LOOK_STOP)
def stop() -> Response:
    """Stop looking, and be oneself again."""
    looker = current_person().looker or current_actor()
    with writing() as session:
        acting_as.stop(session, looker, _token(), now=now())
    return go("home.inbox", done="looked")


def _begin(person_id: UUID, reason: str) -> Response:
    with writing() as session:
        acting_as.begin(session, current_actor(), person_id, reason=reason, token=_token(), now=now())
    return go("home.inbox", done="looking")


def _token() -> str:
    return cast("BrowserSession", browser_session).token
