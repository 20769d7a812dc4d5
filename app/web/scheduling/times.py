"""The times of a candidate's interviews: all at once, offered where everybody is free."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import ConflictError, InvalidError
from app.domain.permission import Permission
from app.queries import schedules as queries
from app.services import schedules as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, current_person, requires
from app.web.pages import go, page
from app.web.scheduling import job
from app.web.scheduling.times_form import TimesForm, city

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.schedules import SchedulePage


@job.route("/applications/<uuid:application_id>/schedule", methods=["GET", "POST"])
@requires(Permission.PANEL_PLAN)
def schedule(application_id: UUID) -> Response | tuple[str, int]:
    """Choose times and places for all interviews; nothing is saved until it is sent, whatever is proposed."""
    form = TimesForm()
    with reading() as session:
        start = queries.page(session, current_actor(), application_id, now=now())
        form.offer(start, current_person().zone, propose="propose" in request.args)
        if not form.is_submitted():
            return _page(form, start, session=session)
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if form.validate():
            _save(form, start)
            return go("scheduling.schedule", application_id=application_id, done="times-set")
    except InvalidError as error:
        form.take(error)
    except ConflictError as error:
        status = HTTPStatus.CONFLICT
        form.form_errors.append(str(error))
    return _page(form, start, status=status)


@job.post("/applications/<uuid:application_id>/schedule/answered")
@requires(Permission.PANEL_PLAN)
def answer(application_id: UUID) -> Response:
    """Take what the candidate asked for as answered."""
    with writing() as session:
        services.answer(session, current_actor(), application_id, now=now())
    return go("scheduling.schedule", application_id=application_id, done="wish-answered")


def _save(form: TimesForm, start: SchedulePage) -> None:
    wanted = form.wanted(start, current_person().zone)
    with writing() as session:
        services.settle(
            session, current_actor(), start.application_id, wanted, confirmed=bool(form.confirmed.data), now=now()
        )


def _page(
    form: TimesForm, start: SchedulePage, *, status: HTTPStatus = HTTPStatus.OK, session: Session | None = None
) -> tuple[str, int]:
    stamp = start.requisition.stamp
    known = {str(one.interview.interview_id): one for one in start.ahead}
    return page(
        "scheduling/times.html",
        status=status,
        session=session,
        blueprint=f"{stamp.title}, version {stamp.number}",
        form=form,
        schedule=start,
        rows=[(row.form, known[str(row.form.interview_id.data)]) for row in form.rows],
        zone=current_person().zone,
        city=city,
        clock=queries.clock_words,
        clashing=any(row.form.offered.errors for row in form.rows),
        in_words=lambda clash: services.in_words(clash, dict(start.people)),
        undated=bool(start.proposal.times or start.proposal.missing),
    )
