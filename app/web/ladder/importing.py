"""Levels and lines of reporting from a CSV file: read whole, shown before anything happens, all of it or nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request
from flask_wtf.file import FileField, FileRequired

from app.domain.access import require
from app.domain.permission import Permission
from app.formats import placement_csv
from app.services import placement_import
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.formats.csv_table import CsvFault
    from app.services.placement_import import Change

SHOWN_FAULTS = 200


class PeopleFileForm(Form):
    """A file of people with managers, teams and levels."""

    file = FileField("CSV file", [FileRequired("Choose a file.")])


@job.route("/ladder/people/import", methods=["GET", "POST"])
@requires(Permission.PLACEMENT_KEEP)
def import_people() -> Response | tuple[str, int]:
    """Take a file and show what it would change, or every fault in it."""
    require(current_actor(), Permission.PLACEMENT_KEEP)
    form = PeopleFileForm()
    if not form.is_submitted() or not form.validate():
        return _ask(form, (), HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK)
    raw = form.file.data.read()
    with reading() as session:
        changes, faults = _resolved(session, raw)
        if faults:
            return _ask(form, faults, HTTPStatus.UNPROCESSABLE_ENTITY)
        return page(
            "ladder/import_preview.html", session=session, text=raw.decode("utf-8-sig"),
            changes=[one for one in changes if one.moves or one.places],
            same=sum(not (one.moves or one.places) for one in changes),
        )  # fmt: skip


@job.post("/ladder/people/import/apply")
@requires(Permission.PLACEMENT_KEEP)
def apply_people() -> Response | tuple[str, int]:
    """Write every change of the previewed file; whatever has come in the way since is said as in the preview."""
    raw = request.form.get("text", "").encode()
    with writing() as session:
        changes, faults = _resolved(session, raw)
        if not faults:
            placement_import.apply(session, current_actor(), changes, now=now())
    if faults:
        return _ask(PeopleFileForm(formdata=None), faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("ladder.placements", done="people-imported")


def _resolved(session: Session, raw: bytes) -> tuple[tuple[Change, ...], tuple[CsvFault, ...]]:
    """The changes of a file, or every fault in it: how it is written and what it asks for, at once."""
    rows, written = placement_csv.read(raw)
    changes, asked = placement_import.resolve(session, current_actor(), rows, today=now().date())
    faults = tuple(sorted((*written, *asked)))
    return (() if faults else changes), faults


def _ask(form: PeopleFileForm, faults: tuple[CsvFault, ...], status: HTTPStatus) -> tuple[str, int]:
    return page(
        "ladder/import.html", status=status, form=form, faults=faults[:SHOWN_FAULTS],
        hidden=len(faults) - SHOWN_FAULTS, limits=placement_csv.LIMITS,
    )  # fmt: skip
