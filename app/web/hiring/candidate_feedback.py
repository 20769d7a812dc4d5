"""Feedback to a candidate after the decision, where this installation allows it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotFoundError, NotYetError
from app.domain.permission import Permission
from app.queries import candidate_links as queries
from app.services import candidate_feedback as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.forms import VersionedForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


class FeedbackForm(VersionedForm):
    """What the candidate is to read."""

    body = TextAreaField(
        "Feedback",
        [InputRequired("Write what helps the candidate."), Length(max=services.LIMIT)],
        description="What they did well and what would have made the difference, from this process alone. "
        "No numbers, nothing about other candidates, and nobody's name.",
    )


@job.get("/applications/<uuid:application_id>/feedback")
@requires(Permission.FEEDBACK_TELL)
def candidate_feedback(application_id: UUID) -> tuple[str, int]:
    """The draft, or what was shared."""
    return _page(application_id, FeedbackForm(), fresh=True)


@job.post("/applications/<uuid:application_id>/feedback")
@requires(Permission.FEEDBACK_TELL)
def write_feedback(application_id: UUID) -> Response | tuple[str, int]:
    """Keep the draft; a refusal shows the page again with what was typed."""
    _allowed()
    form = FeedbackForm()
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            with writing() as session:
                services.write(
                    session, current_actor(), application_id, str(form.body.data), version=form.seen_version, now=now()
                )
            return go("hiring.candidate_feedback", application_id=application_id, done="feedback-draft-saved")
        except InvalidError as error:
            form.take(error)
        except (ConflictError, AlreadyDoneError) as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
    return _page(application_id, form, status)


@job.post("/applications/<uuid:application_id>/feedback/share")
@requires(Permission.FEEDBACK_TELL)
def share_feedback(application_id: UUID) -> Response | tuple[str, int]:
    """Show the draft to the candidate; from then on it stays as it is."""
    _allowed()
    form = FeedbackForm()
    try:
        with writing() as session:
            services.share(session, current_actor(), application_id, version=form.seen_version, now=now())
    except (NotYetError, ConflictError, AlreadyDoneError) as error:
        form.form_errors.append(str(error))
        return _page(application_id, form, HTTPStatus.CONFLICT, fresh=True)
    return go("hiring.candidate_feedback", application_id=application_id, done="feedback-shared")


def _page(
    application_id: UUID, form: FeedbackForm, status: HTTPStatus = HTTPStatus.OK, *, fresh: bool = False
) -> tuple[str, int]:
    with reading() as session:
        desk = queries.feedback_desk(session, current_actor(), application_id)
        if fresh:
            form.body.data, form.version.data = desk.body, str(desk.version)
        allowed = current_app.config["PLUMBLINE"].candidate_feedback
        return page(
            "hiring/candidate_feedback.html", status=status, session=session, desk=desk, form=form, allowed=allowed
        )


def _allowed() -> None:
    if not current_app.config["PLUMBLINE"].candidate_feedback:
        raise NotFoundError
