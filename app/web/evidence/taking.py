"""Evidence to take along: a list as CSV, and everything of one's own, files included, in one archive."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from flask import send_file

from app.domain.errors import UnavailableError
from app.domain.growth.log import Shown
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.formats import evidence_csv
from app.formats.csv_cells import csv_bytes
from app.queries import evidence_page
from app.queries.evidence_log import EntryFilter, entries_of
from app.services import evidence_log
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading, writing
from app.web.downloads import folder
from app.web.evidence import job
from app.web.evidence.narrowing import asked
from app.web.guard import current_actor, requires

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response
    from sqlalchemy.orm import Session

    from app.queries.evidence_log import EntryLine, Said

_HEADER = (*evidence_csv.COLUMNS, *evidence_csv.KEPT)

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can name."""


@job.get("/evidence/export.csv")
@requires(Permission.EVIDENCE_LIST)
def export() -> Response:
    """The reader's own list as it is narrowed, in the form that can be imported again."""
    with reading() as session:
        lines = entries_of(session, current_actor(), current_actor().person_id, asked().filter)
    return csv_file("evidence", _HEADER, map(_cells, lines))


@job.get("/evidence/people/<uuid:person_id>/export.csv")
@requires(Permission.EVIDENCE_LIST)
def of_csv(person_id: UUID) -> Response:
    """What the reader may see of somebody's log, as it is narrowed."""
    with reading() as session:
        evidence_page.whose(session, current_actor(), person_id)
        lines = entries_of(session, current_actor(), person_id, asked().filter)
    return csv_file("evidence-of-a-report", _HEADER, map(_cells, lines))


@job.get("/evidence/everything.zip")
@requires(Permission.EVIDENCE_LIST)
def take_out() -> Response:
    """Everything in the reader's own log: a table, the same with all that was said, and the files."""
    archive = BytesIO()
    with writing() as session, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        lines = entries_of(session, current_actor(), current_actor().person_id, EntryFilter(withdrawn=True))
        _put(zipped, "evidence.csv", csv_bytes(_HEADER, map(_cells, lines)))
        kept = [line for line in lines if line.kind is EvidenceKind.FILE]
        missing = [str(line.entry_id) for line in kept if not _file(session, zipped, line)]
        told = {"entries": [_told(line) for line in lines], "files_that_could_not_be_read": missing}
        _put(zipped, "evidence.json", json.dumps(told, ensure_ascii=False, indent=1).encode())
    archive.seek(0)
    response = send_file(
        archive, mimetype="application/zip", as_attachment=True, download_name="evidence.zip", etag=False
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(session: Session, zipped: zipfile.ZipFile, line: EntryLine) -> bool:
    """Put an entry's file into the archive; a damaged one is named instead of holding up the rest."""
    try:
        stored = evidence_log.hand_out(session, current_actor(), line.entry_id, folder=folder(), now=now())
    except UnavailableError:
        return False
    _put(zipped, _place(line), stored.data)
    return True


def _put(zipped: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file without a time of its own, so that the same log is the same bytes."""
    zipped.writestr(zipfile.ZipInfo(name, _EARLIEST), data, zipfile.ZIP_DEFLATED)


def _place(line: EntryLine) -> str:
    return f"files/{line.entry_id}/{line.body}"


def _cells(line: EntryLine) -> tuple[str, ...]:
    kind = line.kind
    return (
        line.about_on.isoformat(),
        line.title,
        line.body if kind is EvidenceKind.LINK else "",
        line.body if kind is EvidenceKind.TEXT else "",
        evidence_csv.shown(line.shows, Shown.COMPETENCY),
        evidence_csv.shown(line.shows, Shown.CRITERION),
        line.visibility.value,
        line.body if kind is EvidenceKind.FILE else "",
        "; ".join(_said(one) for one in line.corroborations),
        line.withdrawn_reason,
    )


def _said(said: Said) -> str:
    return f"{said.name}: {said.word.words if said.word else 'asked'}"


def _told(line: EntryLine) -> dict[str, object]:
    return {
        "id": str(line.entry_id),
        "day": line.about_on.isoformat(),
        "kind": line.kind.value,
        "title": line.title,
        "content": _place(line) if line.kind is EvidenceKind.FILE else line.body,
        "shows": [str(one) for one in line.shows],
        "visibility": line.visibility.value,
        "added_at": line.added_at.isoformat(),
        "changed_at": line.changed_at.isoformat() if line.changed_at else None,
        "withdrawn_at": line.withdrawn_at.isoformat() if line.withdrawn_at else None,
        "withdrawn_reason": line.withdrawn_reason,
        "said": [
            {
                "by": said.name,
                "asked_at": said.asked_at.isoformat(),
                "answer": said.word.words if said.word else None,
                "words": said.words,
                "answered_at": said.answered_at.isoformat() if said.answered_at else None,
                "before_the_last_change": said.outdated,
            }
            for said in line.corroborations
        ],
    }
