"""Entries from a CSV file: read whole, then all of them come in or none, with every fault by line and column."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import InvalidError
from app.domain.growth.log import Visibility
from app.domain.permission import Permission
from app.formats import evidence_csv
from app.queries import evidence_page
from app.services import evidence_import
from app.web.clock import now
from app.web.database import reading, writing
from app.web.evidence import job
from app.web.evidence.forms import ImportForm
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.formats.csv_table import CsvFault
    from app.queries.evidence_page import RoleView

SHOWN_FAULTS = 200


@job.route("/evidence/import", methods=["GET", "POST"], endpoint="import")
@requires(Permission.EVIDENCE_LIST)
def import_entries() -> Response | tuple[str, int]:
    """Take a file, or name every fault in it."""
    form = ImportForm()
    with reading() as session:
        role = evidence_page.role_view(session, current_actor().person_id, now().date())
    if not form.is_submitted():
        return _ask(form, role, (), HTTPStatus.OK)
    faults: tuple[CsvFault, ...] = ()
    if form.validate():
        rows, faults = evidence_csv.read(form.file.data.read(), today=now().date(), known=role.titles.keys())
        if not faults:
            try:
                _import(rows, Visibility(form.visibility.data))
            except InvalidError as error:
                form.take(error)
            else:
                return go("evidence.log", done="evidence-imported")
    return _ask(form, role, faults, HTTPStatus.UNPROCESSABLE_ENTITY)


def _import(rows: tuple[evidence_csv.EntryCells, ...], visibility: Visibility) -> None:
    today = now().date()
    with writing() as session:
        evidence_import.run(session, current_actor(), rows, visibility=visibility, today=today, now=now())


def _ask(form: ImportForm, role: RoleView, faults: tuple[CsvFault, ...], status: HTTPStatus) -> tuple[str, int]:
    return page(
        "evidence/import.html", status=status, form=form, role=role, faults=faults[:SHOWN_FAULTS],
        hidden=len(faults) - SHOWN_FAULTS,
    )  # fmt: skip
