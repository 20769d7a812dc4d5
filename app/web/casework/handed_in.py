"""What a candidate handed in, for those who may know whose it is: the coordinator, and the people of a live case."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, current_app, redirect, url_for

from app.domain.permission import Permission
from app.formats.markdown import safe_html
from app.queries import case_assignment as queries
from app.services import case_files
from app.web import downloads
from app.web.casework import job
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response as AnyResponse


@job.get("/interviews/<uuid:interview_id>/case-work")
@requires(Permission.KIT_SEE)
def live_work(interview_id: UUID) -> AnyResponse | tuple[str, int]:
    """The way from a kit to what the candidate handed in, or word that there is nothing yet."""
    with reading() as session:
        found = queries.live_work(session, current_actor(), interview_id)
        if found.handed_in and found.assignment_id:
            return redirect(url_for("casework.work", assignment_id=found.assignment_id), 303)
        return page("casework/live.html", session=session, found=found)


@job.get("/case-assignments/<uuid:assignment_id>/work")
@requires(Permission.KIT_SEE)
def work(assignment_id: UUID) -> tuple[str, int]:
    """The answers as they read, and the documents."""
    with reading() as session:
        found = queries.handed_in_work(session, current_actor(), assignment_id)
        shown = [(asked, text, safe_html(text)) for asked, text in found.answers]
        return page("casework/work.html", session=session, found=found, head=found.head, shown=shown)


@job.get("/case-assignments/<uuid:assignment_id>/work.md")
@requires(Permission.KIT_SEE)
def work_copy(assignment_id: UUID) -> Response:
    """The candidate's answers as they typed them, such as for a candidate who asks for a copy."""
    with reading() as session:
        found = queries.handed_in_work(session, current_actor(), assignment_id)
    parts = [f"# {found.head.task}", *(f"## {asked}\n\n{text}" for asked, text in found.answers)]
    response = Response("\n\n".join(parts) + "\n", mimetype="text/markdown")
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.head.code}.md")
    response.headers["Cache-Control"] = "no-store"
    return response


@job.get("/case-files/<uuid:file_id>")
@requires(Permission.KIT_SEE)
def work_file(file_id: UUID) -> Response:
    """A document under a neutral name, after its viewing is on record."""
    with writing() as session:
        stored = case_files.hand_out(session, current_actor(), file_id, folder=folder(), now=now())
    return downloads.download(stored)


def folder() -> Path:
    """Where documents that were handed in lie."""
    instance: Path = current_app.config["PLUMBLINE"].instance
    return instance / case_files.FOLDER
