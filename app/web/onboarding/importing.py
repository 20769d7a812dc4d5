"""First years from a CSV file: read whole, shown before anything happens, begun all together or not at all."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request
from flask_wtf.file import FileField, FileRequired

from app.domain.access import require
from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.formats import plan_csv
from app.formats.csv_table import CsvFault
from app.queries import beginnings
from app.services import newcomers, plan_import
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form
from app.web.guard import current_actor, current_person, requires
from app.web.onboarding import job
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.services.newcomers import Arriving

SHOWN_FAULTS = 200


class PlansFileForm(Form):
    """A file of people who begin."""

    file = FileField("CSV file", [FileRequired("Choose a file.")])


@job.route("/onboarding/import", methods=["GET", "POST"])
@requires(Permission.ONBOARDING_START)
def import_plans() -> Response | tuple[str, int]:
    """Take a file and show what it would begin, or every fault in it."""
    require(current_actor(), Permission.ONBOARDING_START)
    form = PlansFileForm()
    if not form.is_submitted() or not form.validate():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
        return _ask(form, (), status)
    raw = form.file.data.read()
    with reading() as session:
        arriving, faults = _resolved(session, raw)
        if faults:
            return _ask(form, faults, HTTPStatus.UNPROCESSABLE_ENTITY)
        return _preview(session, arriving, raw.decode("utf-8-sig"))


@job.post("/onboarding/import/begin")
@requires(Permission.ONBOARDING_START)
def begin_imported() -> Response | tuple[str, int]:
    """Begin every plan of the previewed file; whatever has come in the way since is said as in the preview."""
    require(current_actor(), Permission.ONBOARDING_START)
    form, raw = PlansFileForm(formdata=None), request.form.get("text", "").encode()
    try:
        with writing() as session:
            arriving, faults = _resolved(session, raw)
            if not faults:
                newcomers.begin_all(session, current_actor(), arriving, today=now().date(), now=now())
    except InvalidError as error:
        faults = tuple(CsvFault(0, "", fault.message) for fault in error.faults)
    if faults:
        return _ask(form, faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("onboarding.plans", done="plans-imported")


def _resolved(session: Session, raw: bytes) -> tuple[tuple[Arriving, ...], tuple[CsvFault, ...]]:
    rows, faults = plan_csv.read(raw)
    if faults:
        return (), faults
    return plan_import.resolve(session, current_actor(), rows, zone=current_person().zone, today=now().date())


def _ask(form: PlansFileForm, faults: tuple[CsvFault, ...], status: HTTPStatus) -> tuple[str, int]:
    return page(
        "onboarding/import.html", status=status, form=form, faults=faults[:SHOWN_FAULTS],
        hidden=len(faults) - SHOWN_FAULTS, limits=plan_csv.LIMITS,
    )  # fmt: skip


def _preview(session: Session, arriving: tuple[Arriving, ...], text: str) -> tuple[str, int]:
    names = {one.person_id: one.name for one in beginnings.choosable(session, current_actor())}
    new = sum(one.newcomer is not None for one in arriving)
    return page("onboarding/import_preview.html", session=session, arriving=arriving, names=names, text=text, new=new)
