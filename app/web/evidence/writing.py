"""Adding an entry in ten seconds, changing one, and taking one back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from app.domain.errors import ConflictError, Fault, InvalidError, NotYetError
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.formats import document_kind, evidence_csv
from app.queries import evidence_entry as queries
from app.queries import evidence_page
from app.services import corroborations, evidence_log
from app.web.clock import now
from app.web.database import reading
from app.web.downloads import folder
from app.web.evidence import job
from app.web.evidence.forms import EntryForm, WithdrawForm, identity
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.evidence_entry import EntryPage

_TAKEN = 40_000_000
"""How much is read at all: more than is kept, so that whoever sends too large a file gets their words back with why."""
_LIMITS = {"evidence.add": document_kind.LIMITS, "evidence.import": evidence_csv.LIMITS}


@job.url_value_preprocessor
def _widen(endpoint: str | None, _values: object) -> None:
    """Set the limit before anything reads the form: the token check is the first that does."""
    if request.method != "POST" or endpoint not in _LIMITS:
        return
    request.max_content_length = _TAKEN
    sent = request.content_length or 0
    if sent > _TAKEN:
        message = f"This file has {sent / 1_000_000:.0f} MB. Accepted: {_LIMITS[endpoint]}."
        raise InvalidError((Fault("file", message),))


@job.route("/evidence/new", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_LIST)
def add() -> Response | tuple[str, int]:
    """Take an entry, or say beside the form what is wrong with it."""
    form = EntryForm()
    with reading() as session:
        actor = current_actor()
        form.offer(evidence_page.role_view(session, actor.person_id, now().date()), queries.askable(session, actor))
        if not form.is_submitted():
            form.about_on.data = now().date()
            form.visibility.data = queries.last_visibility(session, actor).value
            return page("evidence/entry_form.html", session=session, form=form, line=None)
    if form.validate() and not form.too_large():
        data = form.sent.read() if form.sent else b""
        try:
            form.once(lambda session: _added(session, form, data), data=data)
        except InvalidError as error:
            form.take(error)
        else:
            return go("evidence.log", done="evidence-kept")
    return page("evidence/entry_form.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, form=form, line=None)


@job.route("/evidence/<uuid:entry_id>/edit", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_KEEP)
def edit(entry_id: UUID) -> Response | tuple[str, int]:
    """Change an entry; what somebody else has changed meanwhile is shown beside what was typed."""
    form, status = EntryForm(), HTTPStatus.UNPROCESSABLE_ENTITY
    found = _kept(entry_id)
    del form.file, form.person_id
    if found.line.kind is EvidenceKind.FILE:
        del form.body
    form.offer(found.role, kept=found.line.shows)
    if not form.is_submitted():
        form.fill(found.line)
        return page("evidence/entry_form.html", form=form, line=found.line)
    if form.validate():
        try:
            form.once(lambda session: _edited(session, entry_id, form))
        except InvalidError as error:
            form.take(error)
        except (ConflictError, NotYetError) as error:
            status, found = HTTPStatus.CONFLICT, _kept(entry_id)
            form.form_errors.append(str(error))
            # Sent once more, it then stands in place of what is shown beside it.
            form.version.data = str(found.line.version)
        else:
            return go("evidence.entry", entry_id=entry_id, done="evidence-changed")
    return page("evidence/entry_form.html", status=status, form=form, line=found.line)


@job.route("/evidence/<uuid:entry_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_KEEP)
def withdraw(entry_id: UUID) -> Response | tuple[str, int]:
    """Take an entry back, with why."""
    form, status = WithdrawForm(), HTTPStatus.UNPROCESSABLE_ENTITY
    found = _kept(entry_id)
    if not form.is_submitted():
        form.version.data = str(found.line.version)
        return page("evidence/withdraw.html", form=form, found=found)
    if form.validate():
        try:
            form.once(lambda session: _withdrawn(session, entry_id, form))
        except InvalidError as error:
            form.take(error)
        except (ConflictError, NotYetError) as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
        else:
            return go("evidence.entry", entry_id=entry_id, done="evidence-withdrawn")
    return page("evidence/withdraw.html", status=status, form=form, found=found)


def _kept(entry_id: UUID) -> EntryPage:
    """An entry of the reader's own that stands."""
    with reading() as session:
        return queries.kept(session, current_actor(), entry_id, today=now().date())


def _added(session: Session, form: EntryForm, data: bytes) -> str:
    actor, today = current_actor(), now().date()
    entry_id = evidence_log.add(session, actor, form.draft(data), folder=folder(), today=today, now=now())
    person_id = identity(form.person_id.data)
    if person_id is not None:
        corroborations.ask(session, actor, entry_id, person_id, now=now())
    return str(entry_id)


def _edited(session: Session, entry_id: UUID, form: EntryForm) -> str:
    draft, today = form.draft(), now().date()
    version = form.seen_version
    evidence_log.edit(session, current_actor(), entry_id, draft, version=version, today=today, now=now())
    return str(entry_id)


def _withdrawn(session: Session, entry_id: UUID, form: WithdrawForm) -> str:
    reason = str(form.reason.data or "")
    evidence_log.withdraw(session, current_actor(), entry_id, reason, version=form.seen_version, now=now())
    return str(entry_id)
