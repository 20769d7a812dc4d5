"""Redacting résumés for blind reviews: the queue, both texts side by side, and the release."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import ConflictError, Fault, InvalidError
from app.domain.permission import Permission
from app.queries import redactions as queries
from app.services import redactions as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.downloads import folder
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.redaction_forms import BeginForm, RedactionForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

_RESUME, _PASTED = "resume", "text"


@job.get("/redactions")
@requires(Permission.CANDIDATE_EDIT)
def redactions() -> tuple[str, int]:
    """Whose résumés wait to be redacted."""
    with reading() as session:
        waiting = queries.queue(session, current_actor())
        return page("hiring/redactions.html", session=session, waiting=waiting)


@job.get("/candidates/<uuid:candidate_id>/redaction")
@requires(Permission.CANDIDATE_EDIT)
def redaction(candidate_id: UUID) -> tuple[str, int]:
    """The original, and the text that interviewers read beside it."""
    return _show(candidate_id)


@job.post("/candidates/<uuid:candidate_id>/redaction/begin")
@requires(Permission.CANDIDATE_EDIT)
def begin_redaction(candidate_id: UUID) -> Response | tuple[str, int]:
    """Propose a text from what was chosen; what was proposed before is replaced."""
    form, status = BeginForm(), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            with writing() as session:
                _begin(session, candidate_id, form)
            return go("hiring.redaction", candidate_id=candidate_id, done="redaction-proposed")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(f"{error} The newest text is above.")
            form.version.data = str(error.current_version)
    return _show(candidate_id, begin=form, status=status)


@job.post("/candidates/<uuid:candidate_id>/redaction")
@requires(Permission.CANDIDATE_EDIT)
def keep_redaction(candidate_id: UUID) -> Response | tuple[str, int]:
    """Keep the text as a draft, release it, or take it back; what does not go is said beside what was typed."""
    form, status = RedactionForm(), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            return go("hiring.redaction", candidate_id=candidate_id, done=_kept(candidate_id, form))
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(f"{error} Below is what you typed.")
            form.version.data = str(error.current_version)
    return _show(candidate_id, form=form, status=status)


def _begin(session: Session, candidate_id: UUID, form: BeginForm) -> None:
    actor, version, source, text = current_actor(), form.seen_version, form.source.data, str(form.text.data or "")
    if source == _RESUME:
        services.from_resume(session, actor, candidate_id, version=version, now=now())
    elif source == _PASTED:
        services.from_text(session, actor, candidate_id, text, version=version, now=now())
    else:
        file_id = _file_id(str(source or ""))
        services.from_file(session, actor, candidate_id, file_id, version=version, folder=folder(), now=now())


def _file_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidError((Fault("text", "Choose what to begin from, or paste the text."),)) from error


def _kept(candidate_id: UUID, form: RedactionForm) -> str:
    """Do what the pressed button says and return the notice of it."""
    actor, text, version = current_actor(), str(form.redacted.data or ""), form.seen_version
    with writing() as session:
        if form.act.data == "release":
            sure = bool(form.sure.data)
            services.release(session, actor, candidate_id, text, version=version, sure=sure, now=now())
            return "redaction-released"
        if form.act.data == "withdraw":
            services.withdraw(session, actor, candidate_id, version=version, now=now())
            return "redaction-withdrawn"
        services.save(session, actor, candidate_id, text, version=version, now=now())
        return "redaction-saved"


def _show(
    candidate_id: UUID,
    *,
    begin: BeginForm | None = None,
    form: RedactionForm | None = None,
    status: int = HTTPStatus.OK,
) -> tuple[str, int]:
    with reading() as session:
        found = queries.page(session, current_actor(), candidate_id)
        drawn = form or RedactionForm(formdata=None, redacted=found.redacted, version=str(found.version))
        return page(
            "hiring/redaction.html",
            status=status,
            session=session,
            found=found,
            form=drawn,
            begin=begin or BeginForm(formdata=None, version=str(found.version)),
        )
