"""A candidate's link, for those who look after the application: made, sent, ended, and when it was last opened."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, request, url_for
from wtforms import DateField
from wtforms.validators import InputRequired

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.queries import candidate_links as queries
from app.services import candidate_mail, links
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.pages import go, page
from app.web.visitor import link_keys

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response

_DAY = timedelta(days=1)


class LinkForm(Form):
    """Until when a new link is to work."""

    until = DateField("Works until the end of", [InputRequired("Choose the last day.")])


@job.get("/applications/<uuid:application_id>/candidate-link")
@requires(Permission.LINK_ISSUE)
def candidate_link(application_id: UUID) -> tuple[str, int]:
    """The link as it stands, and what was written to the candidate."""
    return _page(application_id, _form())


@job.post("/applications/<uuid:application_id>/candidate-link/make")
@requires(Permission.LINK_ISSUE)
def make_candidate_link(application_id: UUID) -> tuple[str, int]:
    """Make a new link in place of the one before, and show its address this once."""
    form = _form()
    last_day = form.until.data if form.validate() else None
    if last_day is None:
        return _page(application_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    # The last day of all calendars has no morning after it; it is refused as any day that is too far off.
    until = datetime.combine(min(last_day, date.max - _DAY) + _DAY, time(), UTC)
    try:
        with writing() as session:
            link = links.issue(session, current_actor(), application_id, until=until, now=now())
            token = link_keys().token(link.id, link.generation)
    except InvalidError as error:
        form.take(error)
        return _page(application_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(application_id, form, address=_site() + url_for("candidate.land", token=token))


@job.post("/applications/<uuid:application_id>/candidate-link/send")
@requires(Permission.LINK_ISSUE)
def send_candidate_link(application_id: UUID) -> Response:
    """Send the living link by mail, or a new one where there is none."""
    with writing() as session:
        candidate_mail.send_link(session, current_actor(), application_id, now=now())
    return go("hiring.candidate_link", application_id=application_id, done="link-sent")


@job.post("/applications/<uuid:application_id>/candidate-link/end")
@requires(Permission.LINK_ISSUE)
def end_candidate_link(application_id: UUID) -> Response:
    """End the link and every visit by it."""
    with writing() as session:
        links.void(session, current_actor(), application_id, now=now())
    return go("hiring.candidate_link", application_id=application_id, done="link-ended")


def _form() -> LinkForm:
    form = LinkForm()
    if not request.form:
        form.until.data = (now() + links.LASTS).date()
    return form


def _page(
    application_id: UUID, form: LinkForm, status: HTTPStatus = HTTPStatus.OK, *, address: str = ""
) -> tuple[str, int]:
    settings = current_app.config["PLUMBLINE"]
    with reading() as session:
        return page(
            "hiring/candidate_link.html",
            status=status,
            session=session,
            desk=queries.desk(session, current_actor(), application_id, now=now()),
            form=form,
            address=address,
            mails=settings.smtp_url is not None,
            feedback=settings.candidate_feedback,
        )


def _site() -> str:
    public_url: str | None = current_app.config["PUBLIC_URL"]
    return (public_url or request.host_url).rstrip("/")
