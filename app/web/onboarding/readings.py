"""One metric of a plan: its readings, entering one by a form and many from a CSV file."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from app.domain.errors import InvalidError, NotAllowedError
from app.domain.permission import Permission
from app.formats import reading_csv
from app.queries import measures as queries
from app.queries import plan_days
from app.services import measuring as services
from app.services.measuring import ReadingDraft
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.metric_forms import ReadingForm, ReadingsFileForm
from app.web.onboarding.metrics import READ_ONLY, figure, said
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from flask import Response as Sent
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

SHOWN_FAULTS = 100


@job.get("/onboarding/metrics/<uuid:plan_metric_id>")
@requires(Permission.PLAN_SEE)
def metric(plan_metric_id: UUID) -> tuple[str, int]:
    """The metric with every reading, and those that others stand in place of."""
    form = ReadingForm(formdata=None)
    form.day.data = now().date()
    return _drawn(plan_metric_id, form, ReadingsFileForm(formdata=None))


@job.post("/onboarding/metrics/<uuid:plan_metric_id>/readings")
@requires(Permission.METRIC_KEEP)
def enter_reading(plan_metric_id: UUID) -> Response | tuple[str, int]:
    """Enter one reading; one for a day that has one already stands in its place, and both are kept."""
    form = ReadingForm()
    if form.validate():
        try:
            form.once(partial(_entered, plan_metric_id, [form.draft()]))
        except InvalidError as error:
            form.take(error)
        else:
            return go("onboarding.metric", plan_metric_id=plan_metric_id, done="readings-entered")
    return _drawn(plan_metric_id, form, ReadingsFileForm(formdata=None), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/onboarding/metrics/<uuid:plan_metric_id>/file")
@requires(Permission.METRIC_KEEP)
def enter_readings(plan_metric_id: UUID) -> Response | tuple[str, int]:
    """Enter the readings of a file, or name every fault in it and enter none."""
    form = ReadingsFileForm()
    faults: Sequence[object] = ()
    if form.validate():
        data = request.files["file"].read()
        with reading() as session:
            today = plan_days.newest_for_metric(session, plan_metric_id, now())
        rows, faults = reading_csv.read(data, today=today)
        drafts = [ReadingDraft(row.day, row.value, row.note) for row in rows]
        try:
            if drafts:
                form.once(partial(_entered, plan_metric_id, drafts), data=data)
                return go("onboarding.metric", plan_metric_id=plan_metric_id, done="readings-entered")
        except InvalidError as error:
            faults = [fault.message for fault in error.faults]
    single = ReadingForm(formdata=None)
    single.day.data = now().date()
    return _drawn(plan_metric_id, single, form, faults=faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/onboarding/metrics/<uuid:plan_metric_id>.csv")
@requires(Permission.PLAN_SEE)
def readings_csv(plan_metric_id: UUID) -> Sent:
    """The readings that count, in the columns that an upload takes."""
    with reading() as session:
        found = queries.metric_page(session, current_actor(), plan_metric_id)
    lines = [(one.day.isoformat(), f"{one.value:f}", one.note) for one in found.line.readings]
    return csv_file(f"readings {found.line.metric.id}", ("date", "value", "note"), lines)


def _entered(plan_metric_id: UUID, drafts: Sequence[ReadingDraft], session: Session) -> str:
    today = plan_days.newest_for_metric(session, plan_metric_id, now())
    return str(services.read(session, current_actor(), plan_metric_id, drafts, today=today, now=now()))


def _drawn(
    plan_metric_id: UUID,
    form: ReadingForm,
    upload: ReadingsFileForm,
    *,
    faults: Sequence[object] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> tuple[str, int]:
    with reading() as session:
        found = queries.metric_page(session, current_actor(), plan_metric_id)
        if status is not HTTPStatus.OK and not found.may_keep:
            raise NotAllowedError(READ_ONLY)
        return page(
            "onboarding/metric.html",
            status=status,
            session=session,
            found=found,
            line=found.line,
            figure=figure(found.line),
            said=said(found.line),
            form=form,
            upload=upload,
            faults=[str(fault) for fault in faults[:SHOWN_FAULTS]],
            hidden=max(len(faults) - SHOWN_FAULTS, 0),
            limits=reading_csv.LIMITS,
        )
