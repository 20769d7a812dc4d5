"""Training from a CSV file: read whole, shown before anything happens, all of it or nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request
from flask_wtf.file import FileField, FileRequired

from app.domain.access import require
from app.domain.permission import Permission
from app.formats import training_csv
from app.queries import training as queries
from app.services import training as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.panel import job

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.formats.csv_table import CsvFault
    from app.formats.training_csv import TrainingRow

SHOWN_FAULTS = 200


class TrainingFileForm(Form):
    """A file of who is trained for what."""

    file = FileField("CSV file", [FileRequired("Choose a file.")])


@job.route("/interviewers/import", methods=["GET", "POST"])
@requires(Permission.TRAINING_KEEP)
def import_training() -> Response | tuple[str, int]:
    """Take a file and show what it would record, or every fault in it."""
    require(current_actor(), Permission.TRAINING_KEEP)
    form = TrainingFileForm()
    if not form.is_submitted() or not form.validate():
        return _ask(form, (), HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK)
    raw = form.file.data.read()
    with reading() as session:
        rows, faults = _resolved(session, raw)
        if faults:
            return _ask(form, faults, HTTPStatus.UNPROCESSABLE_ENTITY)
        return page(
            "panel/import_preview.html", session=session, text=raw.decode("utf-8-sig"), rows=rows,
            topics=queries.topics(session),
        )  # fmt: skip


@job.post("/interviewers/import/apply")
@requires(Permission.TRAINING_KEEP)
def apply_training() -> Response | tuple[str, int]:
    """Record every line of the previewed file; whatever has come in the way since is said as in the preview."""
    raw = request.form.get("text", "").encode()
    with writing() as session:
        rows, faults = _resolved(session, raw)
        if not faults:
            services.apply(session, current_actor(), rows, now=now())
    if faults:
        return _ask(TrainingFileForm(formdata=None), faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("panel.interviewers", done="training-imported")


def _resolved(session: Session, raw: bytes) -> tuple[tuple[TrainingRow, ...], tuple[CsvFault, ...]]:
    """The lines of a file, or every fault in it: how it is written and what it asks for, at once."""
    rows, written = training_csv.read(raw)
    asked = services.resolve(session, current_actor(), rows, today=now().date())
    faults = tuple(sorted((*written, *asked)))
    return (() if faults else rows), faults


def _ask(form: TrainingFileForm, faults: tuple[CsvFault, ...], status: HTTPStatus) -> tuple[str, int]:
    return page(
        "panel/import.html", status=status, form=form, faults=faults[:SHOWN_FAULTS],
        hidden=len(faults) - SHOWN_FAULTS, limits=training_csv.LIMITS,
    )  # fmt: skip
