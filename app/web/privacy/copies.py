"""Copies of data to take away: everybody's own, and a candidate's or a former colleague's through an HR partner."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import UUID

from flask import send_file

from app.domain.errors import TooManyError, UnavailableError
from app.domain.permission import Permission
from app.domain.privacy.erasing import SubjectKind
from app.formats.data_archive import archive
from app.queries.data_copy import data_copy
from app.services import exports, files, limits
from app.web.clock import now
from app.web.database import reading, writing
from app.web.downloads import POLICY, folder
from app.web.guard import current_actor, current_person, requires
from app.web.pages import page
from app.web.privacy import job
from app.web.privacy.forms import GoAheadForm
from reports import rendering

if TYPE_CHECKING:
    from flask import Response

    from app.queries.data_copy import Copied

_WAIT = "That is more copies than can be made in an hour. Try again later."


@job.get("/privacy/mine")
@requires(Permission.ACCOUNT_KEEP)
def mine() -> tuple[str, int]:
    """What a copy of one's own data holds, and the button."""
    return page("privacy/mine.html", form=GoAheadForm(formdata=None), me=current_actor().person_id)


@job.post("/privacy/<any(candidate,person):kind>/<uuid:subject_id>/copy")
@requires(Permission.DATA_EXPORT)
def copy(kind: str, subject_id: UUID) -> Response:
    """A zip file of JSON, PDF and documents; that it was made is recorded before its first byte."""
    actor, about = current_actor(), SubjectKind(kind)
    with writing() as session:
        wait = limits.take(session, f"export:{actor.person_id}", limits.EXPORTS, now=now())
    if wait:
        raise TooManyError(_WAIT, retry_after=wait)
    with writing() as session:
        exports.note(session, actor, about, subject_id, now=now())
    with reading() as session:
        copied = data_copy(session, actor, about, subject_id, zone=current_person().zone, now=now())
    return _send(copied)


def _send(copied: Copied) -> Response:
    documents = []
    for one in copied.documents:
        # A document that is damaged or gone keeps nobody from the rest.
        with suppress(UnavailableError):
            documents.append((one.name, files.checked(folder(), one.file_id, one.sha256)))
    packed = archive(copied.copy, _paper(copied), documents)
    response = send_file(
        BytesIO(packed), mimetype="application/zip", as_attachment=True, download_name="your-data.zip", etag=False
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _paper(copied: Copied) -> bytes | None:
    """The copy on paper, or nothing where PDFs cannot be made just now: the JSON holds the same."""
    try:
        return rendering.render_pdf("data-copy", copied.copy)
    except rendering.RenderingError:
        return None
