"""Documents of candidates: taken in on the candidate's page, given out only as downloads."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.services import files as services
from app.services.files import Upload
from app.web.clock import now
from app.web.database import writing
from app.web.downloads import download, folder
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.candidates import show
from app.web.hiring.forms import FileForm
from app.web.pages import go

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse


@job.post("/candidates/<uuid:candidate_id>/files")
@requires(Permission.CANDIDATE_EDIT)
def add_file(candidate_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep a document, or say on the candidate's page what is wrong with it."""
    form = FileForm()
    sent = form.file.data
    if form.validate():
        upload = Upload(sent.filename or "", sent.mimetype or "", sent.read()) if sent else Upload("", "", b"")
        try:
            # Taking a document apart takes seconds, so no transaction waits for it.
            document = services.cleaned(upload)
            with writing() as session:
                services.attach(session, current_actor(), candidate_id, document, folder=folder(), now=now())
            return go("hiring.candidate", candidate_id=candidate_id, done="file-added")
        except InvalidError as error:
            form.take(error)
    return show(candidate_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/files/<uuid:file_id>")
@requires(Permission.FILE_DOWNLOAD)
def file(file_id: UUID) -> Response:
    """A document, after its viewing is on record; the browser keeps it out of the program's own pages."""
    with writing() as session:
        stored = services.hand_out(session, current_actor(), file_id, folder=folder(), now=now())
    return download(stored)
