"""A person's own marks as files to take along: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, make_response

from app.domain import preparation
from app.domain.permission import Permission
from app.formats.csv_cells import csv_bytes
from app.queries import own_marks as queries
from app.web.blueprint import job
from app.web.database import reading
from app.web.guard import current_actor, requires

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response

    from app.queries.own_marks import OwnMarks

_COLUMNS = ("kind", "part", "text", "mark", "marked_at", "in_this_version")


@job.get("/blueprints/<uuid:version_id>/prepare.csv")
@requires(Permission.PREPARATION_KEEP)
def marks_csv(version_id: UUID) -> Response:
    """One line a mark of the person who asks."""
    own = _own(version_id)
    response = make_response(csv_bytes(_COLUMNS, [tuple(row.values()) for row in _rows(own)]))
    response.mimetype = "text/csv"
    return _attached(response, own, "csv")


@job.get("/blueprints/<uuid:version_id>/prepare.json")
@requires(Permission.PREPARATION_KEEP)
def marks_json(version_id: UUID) -> Response:
    """The same, with the role and the version."""
    own = _own(version_id)
    stamp = own.stamp
    told = {"role": stamp.role, "title": stamp.title, "version": stamp.number, "marks": _rows(own)}
    return _attached(jsonify(told), own, "json")


def _own(version_id: UUID) -> OwnMarks:
    with reading() as session:
        return queries.own_marks(session, current_actor(), version_id)


def _rows(own: OwnMarks) -> list[dict[str, str]]:
    """The marks in the guide's order, then those on texts that this version does not have."""
    here = {item.key: item for item in preparation.items(own.blueprint.guide)}
    rows = []
    for key in (*(key for key in here if key in own.marks), *own.lost):
        item, marked = here.get(key) or own.lost[key], own.marks[key]
        told = (
            str(preparation.kind_of(key)),
            item.part if item else "",
            item.entry.text if item else "",
            marked.mark.words,
            marked.at.isoformat(timespec="seconds"),
            "yes" if key in here else "no",
        )
        rows.append(dict(zip(_COLUMNS, told, strict=True)))
    return rows


def _attached(response: Response, own: OwnMarks, ending: str) -> Response:
    name = f"preparation-{own.stamp.role}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
