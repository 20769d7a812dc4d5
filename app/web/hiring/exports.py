"""The lists as CSV: the same rows that the pages show, with the same filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, request

from app.domain.hiring import RequisitionState
from app.domain.permission import Permission
from app.formats.csv_cells import Cell, csv_bytes
from app.queries import candidates, requisitions
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.looking import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask import Response

MOST_ROWS = 10_000


@job.get("/requisitions.csv")
@requires(Permission.REQUISITION_LIST)
def requisitions_csv() -> Response:
    """One line a requisition."""
    state, text = request.args.get("state", type=RequisitionState), words()
    with reading() as session:
        lines = requisitions.listed(session, current_actor(), state=state, text=text, limit=MOST_ROWS)
    header = ("Title", "State", "Openings", "Blueprint", "Hiring manager", "Candidates", "Opened on")
    return _file(
        "requisitions",
        header,
        (
            (line.title, line.state.words, line.openings, line.blueprint, line.manager, line.candidates, _day(line))
            for line in lines
        ),
    )


@job.get("/candidates.csv")
@requires(Permission.CANDIDATE_LIST)
def candidates_csv() -> Response:
    """One line an application, and one for each candidate without any."""
    with reading() as session:
        rows = candidates.listed(session, current_actor(), text=words(), limit=MOST_ROWS)
    lines: list[Sequence[Cell]] = []
    for row in rows:
        lines += [(row.name, row.headline, one.requisition, one.stage.words) for one in row.applications]
        if not row.applications:
            lines.append((row.name, row.headline, "", ""))
    return _file("candidates", ("Name", "Headline", "Requisition", "Stage"), lines)


def _day(line: requisitions.RequisitionLine) -> str:
    return line.created_at.date().isoformat()


def _file(name: str, header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> Response:
    response = make_response(csv_bytes(header, lines))
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response
