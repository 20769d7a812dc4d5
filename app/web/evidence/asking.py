"""Asking those who were there, and asking them no longer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.queries import evidence_entry as queries
from app.services import corroborations
from app.web.clock import now
from app.web.database import reading, writing
from app.web.evidence import job
from app.web.evidence.forms import AskForm, identity
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response


@job.route("/evidence/<uuid:entry_id>/ask", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_KEEP)
def ask(entry_id: UUID) -> Response | tuple[str, int]:
    """Choose somebody who was there."""
    form = AskForm()
    with reading() as session:
        found = queries.asking(session, current_actor(), entry_id)
        form.offer(found.people)
        if not form.is_submitted():
            return page("evidence/ask.html", session=session, form=form, line=found.line)
    if form.validate():
        try:
            form.once(lambda session: _asked(session, entry_id, form))
        except InvalidError as error:
            form.take(error)
        else:
            return go("evidence.entry", entry_id=entry_id, done="evidence-asked")
    return page("evidence/ask.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, form=form, line=found.line)


@job.post("/evidence/<uuid:entry_id>/ask/<uuid:person_id>/take-back")
@requires(Permission.EVIDENCE_KEEP)
def ask_no_longer(entry_id: UUID, person_id: UUID) -> Response:
    """Ask somebody no longer who has said nothing."""
    with writing() as session:
        corroborations.take_back(session, current_actor(), entry_id, person_id, now=now())
    return go("evidence.entry", entry_id=entry_id, done="evidence-asked-no-longer")


def _asked(session: Session, entry_id: UUID, form: AskForm) -> str:
    person_id = identity(form.person_id.data)
    if person_id is not None:
        corroborations.ask(session, current_actor(), entry_id, person_id, now=now())
    return str(entry_id)
