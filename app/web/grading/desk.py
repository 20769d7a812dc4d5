"""The grader's desk: what waits on one case, and the documents that were handed in, under neutral names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, url_for

from app.domain.case_grading import checklist
from app.domain.permission import Permission
from app.queries import grading_desk
from app.services import case_files, files
from app.web.database import reading
from app.web.downloads import download
from app.web.grading import job
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Response


@job.get("/grading/<uuid:task_id>")
@requires(Permission.CASE_GRADE)
def desk(task_id: UUID) -> tuple[str, int]:
    """Questions and submissions of one case, with how far the grader is."""
    with reading() as session:
        found = grading_desk.desk(session, current_actor(), task_id)
        return page(
            "grading/desk.html", session=session, desk=found, task=found.task, checks=checklist(found.task.case)
        )


@job.get("/grading/<uuid:task_id>/files/<uuid:file_id>")
@requires(Permission.CASE_GRADE)
def file(task_id: UUID, file_id: UUID) -> Response:
    """A document that was handed in, as a download under its code."""
    with reading() as session:
        kept = grading_desk.paper(session, current_actor(), task_id, file_id)
    data = files.checked(_folder(), kept.file_id, kept.sha256)
    return download(files.StoredFile(kept.name, kept.media_type, data))


def sign_in_url(task_id: UUID) -> str:
    """Where somebody signs in again who was signed out while they wrote."""
    return url_for("auth.sign_in", then=url_for("grading.desk", task_id=task_id))


def _folder() -> Path:
    instance: Path = current_app.config["PLUMBLINE"].instance
    return instance / case_files.FOLDER
