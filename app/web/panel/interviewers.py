"""Everybody who holds interviews: how much they carry this week, and what they are trained for."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request
from wtforms import DateField, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired

from app.domain.access import require
from app.domain.errors import InvalidError
from app.domain.permission import Permission, allow
from app.queries import training as queries
from app.services import training as services
from app.services.training import MOST_A_WEEK, Trained
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading, writing
from app.web.forms import Form, choices
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.panel import job
from app.web.panel.carrying import this_week

if TYPE_CHECKING:
    from flask import Response as FlaskResponse
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.training import InterviewersPage


class TrainingForm(Form):
    """What somebody has learned, and since when."""

    topics = SelectMultipleField("Trained for", description="What was recorded before takes the new day.")
    since = DateField("Since", [InputRequired("Write the day, such as 2026-03-02.")])


class LimitForm(Form):
    """How much somebody takes."""

    a_week = IntegerField(
        "Interviews a week, at most",
        [InputRequired(f"Write a number from 0 to {MOST_A_WEEK}.")],
        description="Whoever has that many is suggested last. With 0 no seat is proposed for them.",
    )


@job.get("/interviewers")
@requires(Permission.INTERVIEWERS_SEE)
def interviewers() -> tuple[str, int]:
    """The list, with this week's load."""
    with reading() as session:
        found = queries.page(session, current_actor(), this_week())
        may = allow(current_actor(), Permission.TRAINING_KEEP).granted
        return page("panel/interviewers.html", session=session, found=found, may=may)


@job.get("/interviewers.csv")
@requires(Permission.TRAINING_KEEP)
def training_csv() -> FlaskResponse:
    """Who is trained for what, as the import reads it."""
    with reading() as session:
        found = queries.page(session, current_actor(), this_week())
    lines = [
        (line.name, line.email, role, topic, since.isoformat())
        for line in found.lines
        for role, topic, since in line.trained
    ]
    return csv_file("training", ("name", "email", "role", "topic", "since"), lines)


@job.route("/interviewers/<uuid:person_id>", methods=["GET", "POST"])
@requires(Permission.TRAINING_KEEP)
def interviewer(person_id: UUID) -> Response | tuple[str, int]:
    """What one person is trained for, to be added to and taken from."""
    form, limit = TrainingForm(), LimitForm(formdata=None)
    require(current_actor(), Permission.TRAINING_KEEP)
    with reading() as session:
        found = queries.page(session, current_actor(), this_week())
        _offer(form, found)
        if not form.is_submitted():
            return _draw(form, limit, found, person_id, session=session)
    try:
        if form.validate() and form.since.data:
            learned = tuple(Trained(*topic.split("/", 1)) for topic in form.topics.data or ())
            with writing() as session:
                services.record(session, current_actor(), person_id, learned, form.since.data, now=now())
            return go("panel.interviewer", person_id=person_id, done="training-kept")
    except InvalidError as error:
        form.take(error)
    return _draw(form, limit, found, person_id, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/interviewers/<uuid:person_id>/limit")
@requires(Permission.TRAINING_KEEP)
def limit_interviews(person_id: UUID) -> Response | tuple[str, int]:
    """Set how many interviews a week somebody takes."""
    form, training = LimitForm(), TrainingForm(formdata=None)
    try:
        if form.validate():
            with writing() as session:
                services.set_limit(session, current_actor(), person_id, form.a_week.data or 0, now=now())
            return go("panel.interviewer", person_id=person_id, done="limit-kept")
    except InvalidError as error:
        form.take(error)
    require(current_actor(), Permission.TRAINING_KEEP)
    with reading() as session:
        found = queries.page(session, current_actor(), this_week())
    _offer(training, found)
    return _draw(training, form, found, person_id, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/interviewers/<uuid:person_id>/end")
@requires(Permission.TRAINING_KEEP)
def end_training(person_id: UUID) -> Response:
    """Take one training off somebody."""
    learned = Trained(request.form.get("role", ""), request.form.get("topic", ""))
    with writing() as session:
        services.end(session, current_actor(), person_id, learned, now=now())
    return go("panel.interviewer", person_id=person_id, done="training-ended")


def _offer(form: TrainingForm, found: InterviewersPage) -> None:
    form.topics.choices = choices(
        (f"{role}/{topic}", title) for role in found.topics.roles for topic, title in found.topics.of_role(role)
    )


def _draw(
    form: TrainingForm,
    limit: LimitForm,
    found: InterviewersPage,
    person_id: UUID,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    session: Session | None = None,
) -> tuple[str, int]:
    line = found.of_person(person_id)
    if limit.a_week.data is None and not limit.errors:
        limit.a_week.data = line.limit
    return page(
        "panel/interviewer.html",
        status=status,
        session=session,
        form=form,
        limit=limit,
        line=line,
        topics=found.topics,
    )
