"""One entry: what it says, who speaks for it, and what the reader can do now."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import InvalidError
from app.domain.growth.log import Word
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.formats import web_address
from app.queries import evidence_entry as queries
from app.services import corroborations, evidence_log
from app.web.clock import now
from app.web.database import reading, writing
from app.web.downloads import download, folder
from app.web.evidence import job
from app.web.evidence.forms import AnswerForm
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.queries.evidence_entry import EntryPage

_MEGABYTE = 1_000_000


@job.get("/evidence/<uuid:entry_id>")
@requires(Permission.EVIDENCE_SEE)
def entry(entry_id: UUID) -> tuple[str, int]:
    """An entry for whoever may read it."""
    return _show(entry_id)


@job.post("/evidence/<uuid:entry_id>/answer")
@requires(Permission.EVIDENCE_CORROBORATE)
def answer(entry_id: UUID) -> AnyResponse | tuple[str, int]:
    """Say whether it was so, or be told beside the form what is missing."""
    form = AnswerForm()
    if form.validate():
        try:
            form.once(lambda session: _answered(session, entry_id, form))
        except InvalidError as error:
            form.take(error)
        else:
            return go("evidence.entry", entry_id=entry_id, done="evidence-answered")
    return _show(entry_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/evidence/<uuid:entry_id>/file")
@requires(Permission.EVIDENCE_SEE)
def file(entry_id: UUID) -> Response:
    """The entry's file, after its viewing is on record; the browser keeps it out of the program's own pages."""
    with writing() as session:
        stored = evidence_log.hand_out(session, current_actor(), entry_id, folder=folder(), now=now())
    return download(stored)


def _show(entry_id: UUID, form: AnswerForm | None = None, status: int = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = queries.page(session, current_actor(), entry_id, today=now().date())
        return page(
            "evidence/entry.html",
            status=status,
            session=session,
            found=found,
            form=form or _form(found),
            wrong=form,
            host=web_address.host(found.line.body) if found.line.kind is EvidenceKind.LINK else "",
            size=_size(found.line.size),
        )


def _form(found: EntryPage) -> AnswerForm:
    """The form with what the reader said before, where they did."""
    if found.mine is None or found.mine.word is None:
        return AnswerForm(formdata=None)
    return AnswerForm(formdata=None, word=found.mine.word.value, words=found.mine.words)


def _answered(session: Session, entry_id: UUID, form: AnswerForm) -> str:
    words = str(form.words.data or "")
    corroborations.answer(session, current_actor(), entry_id, Word(form.word.data), words, now=now())
    return str(entry_id)


def _size(count: int) -> str:
    """A file's size as people say it."""
    return f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{max(count // 1000, 1)} kB"
