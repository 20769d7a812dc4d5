"""Candidates from a CSV file in three steps: upload, preview with every fault or every duplicate, confirm."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import current_app, request, url_for

from app.domain.candidate import FIELDS
from app.domain.errors import ConflictError
from app.domain.permission import Permission
from app.formats import candidate_csv
from app.formats.csv_table import CsvFault
from app.queries import candidates as queries
from app.queries import requisitions
from app.services import candidate_import as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.forms import ImportForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response

SHOWN_FAULTS, SHOWN_PEOPLE = 200, 100
_CHOICE = re.compile(rf"([0-9]{{1,6}}):({'|'.join(FIELDS)})")


@job.route("/candidates/import", methods=["GET", "POST"])
@requires(Permission.CANDIDATE_ADD)
def import_candidates() -> Response | tuple[str, int]:
    """Take a file, read it whole, and go on to its preview or name every fault in it."""
    form = ImportForm()
    with reading() as session:
        form.offer(requisitions.open_ones(session, current_actor()))
    faults: tuple[CsvFault, ...] = ()
    status = HTTPStatus.OK
    if not form.is_submitted():
        form.requisition_id.data = request.args.get("requisition_id", "")
    elif form.validate():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        rows, faults = candidate_csv.read(form.file.data.read())
        if rows:
            chosen = UUID(form.requisition_id.data) if form.requisition_id.data else None
            kept = services.keep(_folder(), current_actor(), rows, chosen, now=now())
            return go("hiring.preview_import", kept=kept)
    return page(
        "hiring/import.html", status=status, form=form, faults=faults[:SHOWN_FAULTS], hidden=len(faults) - SHOWN_FAULTS,
        limits=candidate_csv.LIMITS,
    )  # fmt: skip


@job.get("/candidates/import/preview")
@requires(Permission.CANDIDATE_ADD)
def preview_import() -> tuple[str, int]:
    """Who would be added, who is known already, and what further records say differently."""
    return _preview(request.args.get("kept", ""))


@job.post("/candidates/import/preview")
@requires(Permission.CANDIDATE_ADD)
def confirm_import() -> Response | tuple[str, int]:
    """Import all of it, with the fields that were ticked."""
    token = request.form.get("kept", "")
    rows, requisition_id = services.kept(_folder(), current_actor(), token, now=now())
    found = (_CHOICE.fullmatch(text) for text in request.form.getlist("adopted"))
    take = {(int(match[1]), match[2]) for match in found if match}
    try:
        with writing() as session:
            services.run(session, current_actor(), rows, requisition_id=requisition_id, take=take, now=now())
    except ConflictError as error:
        return _preview(token, str(error))
    services.drop(_folder(), token)
    if requisition_id is not None:
        return go("hiring.requisition", requisition_id=requisition_id, done="candidates-imported")
    return go("hiring.candidates", done="candidates-imported")


def _preview(token: str, refusal: str = "") -> tuple[str, int]:
    rows, requisition_id = services.kept(_folder(), current_actor(), token, now=now())
    with reading() as session:
        preview = queries.import_preview(session, current_actor(), rows, requisition_id)
        names = dict(requisitions.open_ones(session, current_actor()))
        differing = [one for one in preview.overlapping if any(each.differences for each in one.overlaps)]
        return page(
            "hiring/import_preview.html",
            status=HTTPStatus.CONFLICT if refusal else HTTPStatus.OK,
            session=session,
            refusal=refusal,
            kept=token,
            lines=len(rows),
            new=preview.new,
            same=len(preview.overlapping) - len(differing),
            differing=differing,
            shown=SHOWN_PEOPLE,
            already=preview.already,
            applying=len(preview.arriving) - preview.already,
            requisition=names.get(requisition_id) if requisition_id else None,
            back=url_for("hiring.import_candidates"),
        )


def _folder() -> Path:
    instance: Path = current_app.config["PLUMBLINE"].instance
    return instance / "imports"
