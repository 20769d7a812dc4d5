"""Answers and documents on their way in. Each button of the form first keeps everything that was typed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf

from app.domain.errors import AlreadyDoneError, InvalidError, TooManyError
from app.formats.markdown import safe_html
from app.queries import own_work as queries
from app.services import case_files, case_work, limits
from app.services.files import SIZE_LIMIT, Upload
from app.web import downloads
from app.web.candidate import job, task_form
from app.web.candidate.moments import moment
from app.web.candidate.task import draw
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import wants_json
from app.web.guard import by_link, by_link_always, current_candidate
from app.web.pages import go

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

    from app.services.case_work import Saved
    from app.services.limits import Limit

_TEXTS = 3_000_000
"""Bytes for all answers of a form at their longest, in any script."""

_WAIT = "This was asked for too often. Wait a few minutes; your answers are saved."
_WIDE = frozenset({"candidate.save_answers", "candidate.add_work_file", "candidate.remove_work_file"})


@job.url_value_preprocessor
def _widen(endpoint: str | None, _values: object) -> None:
    """Set the limits before anything reads the form: the token check is the first that does."""
    if request.method == "POST" and endpoint in _WIDE:
        request.max_form_memory_size = _TEXTS
        request.max_content_length = SIZE_LIMIT + _TEXTS


@job.post("/your-application/tasks/<uuid:assignment_id>/answers")
@by_link
def save_answers(assignment_id: UUID) -> AnyResponse | tuple[str | Response, int]:
    """Keep answers; a script gets the new versions, a person the form again or the page that they asked for."""
    try:
        saved = _save(assignment_id)
    except AlreadyDoneError:
        if wants_json():
            raise
        return _again(assignment_id, None)
    if wants_json():
        return _told(saved)
    if saved.faults or saved.clashes:
        return _again(assignment_id, saved)
    if request.form.get("then") == "review":
        return go("candidate.review", assignment_id=assignment_id)
    return go("candidate.task", assignment_id=assignment_id, done="work-saved")


@job.post("/your-application/tasks/<uuid:assignment_id>/preview")
@by_link
def preview(assignment_id: UUID) -> str:
    """One answer as others will read it: a piece of a page, for a script to show."""
    with reading() as session:
        queries.own_work(session, current_candidate().application_id, assignment_id)
    _take(assignment_id, "preview", limits.CASE_PREVIEW)
    # Drawing takes time in proportion to the text: no more of it than one answer may have.
    texts = [answer.text[: case_work.ANSWER_LIMIT] for answer in task_form.written().values()][:1]
    return render_template("candidate/task_preview.html", shown=[safe_html(text) for text in texts])


@job.get("/your-application/tasks/<uuid:assignment_id>/clock")
@by_link
def task_clock(assignment_id: UUID) -> Response:
    """How long there is left by the server's clock, until when, and a fresh token; asking keeps the visit alive."""
    with reading() as session:
        work = queries.own_work(session, current_candidate().application_id, assignment_id)
    time = work.given.time
    return jsonify(
        seconds_left=time.seconds_left(now()),
        accepts=time.accepts(now()),
        ends=moment(time.due_at, work.given.zone) if time.due_at else "",
        csrf_token=generate_csrf(),
    )


@job.post("/your-application/tasks/<uuid:assignment_id>/files")
@by_link
def add_work_file(assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep the answers, then a document; it is looked at before any transaction begins, because that takes a while."""
    try:
        saved = _save(assignment_id)
    except AlreadyDoneError:
        return _again(assignment_id, None)
    _take(assignment_id, "file", limits.CASE_FILE)
    sent = request.files.get("file")
    upload = Upload(sent.filename or "", sent.mimetype or "", sent.read()) if sent else Upload("", "", b"")
    try:
        document = case_files.check(upload)
        with writing() as session:
            case_files.add(
                session, current_candidate().application_id, assignment_id, document, folder=folder(), now=now()
            )
    except InvalidError as error:
        return _again(assignment_id, saved, fault=str(error))
    return _kept(assignment_id, saved, "work-file-added")


@job.post("/your-application/tasks/<uuid:assignment_id>/files/<uuid:file_id>/remove")
@by_link
def remove_work_file(assignment_id: UUID, file_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep the answers and take a document out again."""
    try:
        saved = _save(assignment_id)
        with writing() as session:
            case_files.remove(session, current_candidate().application_id, assignment_id, file_id, now=now())
    except AlreadyDoneError:
        return _again(assignment_id, None)
    return _kept(assignment_id, saved, "work-file-removed")


@job.get("/your-application/task-files/<uuid:file_id>")
@by_link_always
def work_file(file_id: UUID) -> Response:
    """A document that the candidate handed in themselves."""
    with reading() as session:
        stored = case_files.own(session, current_candidate().application_id, file_id, folder=folder())
    return downloads.download(stored)


def folder() -> Path:
    """Where documents that were handed in lie."""
    instance: Path = current_app.config["PLUMBLINE"].instance
    return instance / case_files.FOLDER


def _take(assignment_id: UUID, what: str, limit: Limit) -> None:
    with writing() as session:
        wait = limits.take(session, f"case-work:{what}:{assignment_id}", limit, now=now())
    if wait:
        raise TooManyError(_WAIT, retry_after=wait)


def _save(assignment_id: UUID) -> Saved:
    with writing() as session:
        return case_work.save(
            session, current_candidate().application_id, assignment_id, task_form.written(), now=now()
        )


def _told(saved: Saved) -> tuple[Response, int]:
    status = HTTPStatus.OK
    if saved.faults:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if saved.clashes:
        status = HTTPStatus.CONFLICT
    body = jsonify(
        versions={str(number): version for number, version in saved.versions.items()},
        clashes=sorted(saved.clashes),
        faults=[{"field": fault.field, "message": fault.message} for fault in saved.faults],
        seconds_left=saved.seconds_left,
        saved_at=f"{now().astimezone(ZoneInfo(current_candidate().zone)):%H:%M}",
    )
    return body, status


def _again(assignment_id: UUID, saved: Saved | None, *, fault: str = "") -> tuple[str, int]:
    with reading() as session:
        work = queries.own_work(session, current_candidate().application_id, assignment_id)
        return draw(session, work, task_form.written(), saved, fault=fault)


def _kept(assignment_id: UUID, saved: Saved, done: str) -> AnyResponse | tuple[str, int]:
    if saved.faults or saved.clashes:
        return _again(assignment_id, saved)
    return go("candidate.task", assignment_id=assignment_id, done=done, anchor="documents")
