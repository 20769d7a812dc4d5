"""Whole files in and out: uploads as a zip or a folder, downloads as a zip."""

from __future__ import annotations

import contextlib
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, request

from app.domain.access import require
from app.domain.errors import ConflictError, InvalidError
from app.domain.permission import Permission
from app.formats.blueprint_archive import LIMITS, Parcel, open_folder, open_zip, pack
from app.formats.blueprint_write import write_role
from app.queries import blueprints
from app.queries import drafts as queries
from app.services import drafts as services
from app.web.blueprint import job
from app.web.blueprint.draft_forms import SeenForm
from app.web.blueprint.drafts import begin_page
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import whole_number
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Redirect

_NOTHING = "Choose a zip file or a folder."
_MOST_NAMED = 20


@job.post("/blueprints/drafts/upload")
@requires(Permission.BLUEPRINT_PUBLISH)
def upload_draft() -> Redirect | tuple[str, int]:
    """Begin a draft with uploaded files, or say why they are refused."""
    require(current_actor(), Permission.BLUEPRINT_PUBLISH)
    parcel = _parcel()
    if parcel.faults:
        return begin_page(refused=parcel.faults)
    try:
        with writing() as session:
            started = services.start_from_files(session, current_actor(), parcel.role, parcel.files, now=now())
    except InvalidError as error:
        return begin_page(refused=[fault.message for fault in error.faults])
    return _taken(started, parcel)


@job.route("/blueprints/drafts/<uuid:draft_id>/upload", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_PUBLISH)
def replace_files(draft_id: UUID) -> Redirect | tuple[str, int]:
    """Put uploaded files in place of all that the draft has."""
    form = SeenForm()
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
    refused: tuple[str, ...] = ()
    if form.is_submitted():
        parcel = _parcel()
        refused = parcel.faults
        if not refused:
            try:
                with writing() as session:
                    services.replace_files(
                        session, current_actor(), draft_id, parcel.role, parcel.files,
                        version=whole_number(form.version.data), now=now(),
                    )  # fmt: skip
            except InvalidError as error:
                refused = tuple(fault.message for fault in error.faults)
            except ConflictError as error:
                refused = (str(error),)
            else:
                return _taken(draft_id, parcel)
    form.version.data = str(found.version)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return page("blueprint/draft_upload.html", status=status, draft=found, form=form, refused=refused, limits=LIMITS)


@job.get("/blueprints/drafts/<uuid:draft_id>/files.zip")
@requires(Permission.BLUEPRINT_PUBLISH)
def draft_files(draft_id: UUID) -> Response:
    """The draft's files as they are now."""
    with reading() as session:
        found = queries.load(session, current_actor(), draft_id)
    return _zip(pack(found.files), f"{found.role}-draft.zip")


@job.get("/blueprints/<uuid:version_id>/files.zip")
@requires(Permission.BLUEPRINT_READ)
def version_files(version_id: UUID) -> Response:
    """A published version as files that can be edited and published again; always the same bytes."""
    require(current_actor(), Permission.BLUEPRINT_READ)
    with reading() as session:
        stamp, blueprint = blueprints.load(session, version_id)
    return _zip(pack(write_role(blueprint)), f"{stamp.role}-version-{stamp.number}.zip")


def _zip(body: bytes, name: str) -> Response:
    response = Response(body, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response


def _parcel() -> Parcel:
    """Read what was sent: a zip counts before a folder, as nobody means both."""
    packed = _read("file")
    if packed:
        return open_zip(packed[0][1])
    loose = _read("folder")
    return open_folder(loose) if loose else Parcel("", {}, faults=(_NOTHING,))


def _read(field: str) -> list[tuple[str, bytes]]:
    """Read the chosen files of a field and let go of them: a large one waits in a nameless file of the system."""
    held = []
    for each in request.files.getlist(field):
        with contextlib.closing(each):
            if each.filename:
                held.append((each.filename, each.stream.read()))
    return held


def _taken(draft_id: UUID, parcel: Parcel) -> Redirect | tuple[str, int]:
    """Go on to the draft; when something was left out, say so first."""
    if not parcel.ignored:
        return go("blueprint.draft", draft_id=draft_id, done="draft-uploaded")
    shown, more = parcel.ignored[:_MOST_NAMED], len(parcel.ignored) - _MOST_NAMED
    return page("blueprint/draft_taken.html", draft_id=draft_id, files=sorted(parcel.files), ignored=shown, more=more)
