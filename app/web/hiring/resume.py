"""A candidate's structured résumé: read from a JSON Resume, shown before anything is kept, and taken away again."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.domain.resume import sections
from app.formats import json_resume
from app.queries import candidates
from app.services import resumes as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.candidates import check_editable
from app.web.hiring.redaction_forms import ResumeBodyForm, ResumeFileForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.formats.json_resume import Reading


@job.get("/candidates/<uuid:candidate_id>/resume")
@requires(Permission.CANDIDATE_EDIT)
def resume(candidate_id: UUID) -> tuple[str, int]:
    """Choose a file."""
    return _show(candidate_id, ResumeFileForm(formdata=None))


@job.post("/candidates/<uuid:candidate_id>/resume")
@requires(Permission.CANDIDATE_EDIT)
def read_resume(candidate_id: UUID) -> tuple[str, int]:
    """What would be kept of the file, or what is wrong in it and where."""
    form = ResumeFileForm()
    if form.validate():
        try:
            return _show(candidate_id, form, reading_of=json_resume.read(form.file.data.read()))
        except InvalidError as error:
            form.take(error)
    return _show(candidate_id, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/candidates/<uuid:candidate_id>/resume/keep")
@requires(Permission.CANDIDATE_EDIT)
def keep_resume(candidate_id: UUID) -> Response | tuple[str, int]:
    """Keep what the preview showed; it is read once more, since it came from a browser."""
    form, again = ResumeBodyForm(), ResumeFileForm(formdata=None)
    if form.validate():
        try:
            found = json_resume.read(str(form.body.data or "").encode())
            with writing() as session:
                services.keep(session, current_actor(), candidate_id, found.body, now=now())
            return go("hiring.candidate", candidate_id=candidate_id, done="resume-kept")
        except InvalidError as error:
            again.take(error)
    return _show(candidate_id, again, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.post("/candidates/<uuid:candidate_id>/resume/remove")
@requires(Permission.CANDIDATE_EDIT)
def remove_resume(candidate_id: UUID) -> Response:
    """Take the structured résumé away."""
    with writing() as session:
        services.remove(session, current_actor(), candidate_id, now=now())
    return go("hiring.candidate", candidate_id=candidate_id, done="resume-removed")


def _show(
    candidate_id: UUID, form: ResumeFileForm, *, reading_of: Reading | None = None, status: int = HTTPStatus.OK
) -> tuple[str, int]:
    with reading() as session:
        kept = candidates.page(session, current_actor(), candidate_id)
        check_editable(kept)
        body = json.dumps(reading_of.body, ensure_ascii=False, separators=(",", ":")) if reading_of else ""
        return page(
            "hiring/resume.html",
            status=status,
            session=session,
            candidate=kept,
            form=form,
            limits=f"JSON Resume, at most {json_resume.SIZE_LIMIT // 1000} kB.",
            keeping=ResumeBodyForm(formdata=None, body=body) if reading_of else None,
            parts=sections(reading_of.body) if reading_of else (),
            basics=reading_of.body.get("basics", {}) if reading_of else {},
            left=reading_of.left if reading_of else (),
        )
