"""A plan's metrics: where each stands, picking one of the blueprint's, and what to aim at."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotAllowedError
from app.domain.onboarding.reading import Reading
from app.domain.onboarding.sparkline import sparkline
from app.domain.permission import Permission
from app.queries import measures as queries
from app.services import measuring as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.metric_forms import AimForm
from app.web.pages import go, localdate, page

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.figure import Sparkline
    from app.domain.metric import Metric
    from app.queries.measures import MeasuresPage, MetricLine

READ_ONLY = "Only the new hire and the manager keep metrics, while the plan runs. You can read them."


@job.get("/onboarding/<uuid:plan_id>/metrics")
@requires(Permission.PLAN_SEE)
def metrics(plan_id: UUID) -> tuple[str, int]:
    """Each picked metric with its line, its standing in words, and its target."""
    with reading() as session:
        found = queries.page(session, current_actor(), plan_id)
        drawn = [(line, figure(line), said(line)) for line in found.picked]
        return page("onboarding/metrics.html", session=session, measures=found, drawn=drawn)


@job.get("/onboarding/<uuid:plan_id>/metrics/new")
@requires(Permission.METRIC_KEEP)
def pick_metric(plan_id: UUID) -> Response | tuple[str, int]:
    """First which of the blueprint's metrics; with ``?metric=`` what to aim at with it."""
    wanted = request.args.get("metric", "")
    with reading() as session:
        found = queries.page(session, current_actor(), plan_id)
        form = AimForm(formdata=None)
        chosen = _offered(found, wanted)
        if chosen is not None:
            form.begin(chosen)
        elif wanted and found.may_keep:
            return redirect(url_for("onboarding.metrics", plan_id=plan_id), 303)
        return _picking(session, found, chosen, form)


@job.post("/onboarding/<uuid:plan_id>/metrics/new")
@requires(Permission.METRIC_KEEP)
def pick(plan_id: UUID) -> Response | tuple[str, int]:
    """Aim at the metric that ``?metric=`` names."""
    form, wanted = AimForm(), request.args.get("metric", "")
    if form.validate():
        try:
            with writing() as session:
                made = services.pick(session, current_actor(), plan_id, form.draft(wanted), now=now())
        except InvalidError as error:
            form.take(error)
        except AlreadyDoneError:
            return go("onboarding.metrics", plan_id=plan_id)
        else:
            return go("onboarding.metric", plan_metric_id=made, done="metric-picked")
    with reading() as session:
        found = queries.page(session, current_actor(), plan_id)
        return _picking(session, found, _offered(found, wanted), form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.route("/onboarding/metrics/<uuid:plan_metric_id>/aim", methods=["GET", "POST"])
@requires(Permission.METRIC_KEEP)
def aim_metric(plan_metric_id: UUID) -> Response | tuple[str, int]:
    """Change the area, baseline or target; the blueprint's own target stays in view."""
    form, status, stored = AimForm(), HTTPStatus.OK, False
    if form.is_submitted() and form.validate():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with writing() as session:
                services.aim(
                    session, current_actor(), plan_metric_id, form.draft(""), version=form.opened_with, now=now()
                )
            return go("onboarding.metric", plan_metric_id=plan_metric_id, done="metric-aimed")
        except InvalidError as error:
            form.take(error)
        except ConflictError:
            status, stored = HTTPStatus.CONFLICT, True
    elif form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    with reading() as session:
        found = queries.metric_page(session, current_actor(), plan_metric_id)
        if not found.may_keep:
            raise NotAllowedError(READ_ONLY)
        if not form.is_submitted():
            form.show(found.line)
        if stored:
            form.version.data = str(found.line.version)
        return page("onboarding/aim_metric.html", status=status, session=session, found=found, form=form, clash=stored)


def _offered(found: MeasuresPage, wanted: str) -> Metric | None:
    return next((metric for metric in found.offered if metric.id == wanted), None)


def _picking(
    session: Session, found: MeasuresPage, chosen: Metric | None, form: AimForm, status: HTTPStatus = HTTPStatus.OK
) -> tuple[str, int]:
    if not found.may_keep:
        raise NotAllowedError(READ_ONLY)
    return page("onboarding/pick_metric.html", status=status, session=session, measures=found, chosen=chosen, form=form)


def figure(line: MetricLine) -> Sparkline | None:
    """The drawing of a metric's readings."""
    return sparkline(line.aim, [Reading(one.day, one.value) for one in line.readings], localdate)


def said(line: MetricLine) -> str:
    """The drawing in a sentence, for those who do not see it."""
    if not line.readings:
        return "No reading yet."
    first, last = line.readings[0], line.readings[-1]
    count = len(line.readings)
    began = f" The first was {first.value:f} on {localdate(first.day)}." if count > 1 else ""
    many = "1 reading" if count == 1 else f"{count} readings"
    return f"{many}; the last is {last.value:f} on {localdate(last.day)}.{began} {line.standing.words}."
