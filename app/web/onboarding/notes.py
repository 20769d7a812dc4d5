"""Notes of weekly one-to-one talks: whether a note is private or shared is chosen each time it is written."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.errors import InvalidError
from app.domain.onboarding.checkin import TEXT_LIMIT
from app.domain.permission import Permission
from app.queries import check_ins as queries
from app.services import check_ins as services
from app.web.clock import now
from app.web.database import reading
from app.web.forms import choices
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.once import OnceForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

SHARED, PRIVATE = "shared", "private"


class NoteForm(OnceForm):
    """What was talked about, on which day, and who may read it: neither choice is made beforehand."""

    talked_on = DateField("Day of the talk", [InputRequired("Choose the day of the talk, such as 2026-03-02.")])
    text = TextAreaField("Note", [InputRequired("Write the note first."), Length(max=TEXT_LIMIT)])
    shared = RadioField("Who reads this note", [InputRequired("Choose who reads this note. It stays so.")])

    def offer(self, other: str) -> None:
        """Name who would read a shared note."""
        self.shared.choices = choices([(PRIVATE, "Only I"), (SHARED, f"{other} and I")])


@job.get("/onboarding/<uuid:plan_id>/notes")
@requires(Permission.PLAN_SEE)
def notes(plan_id: UUID) -> tuple[str, int]:
    """One's own notes and those that the other side shared, newest talk first; HR sees none."""
    form = NoteForm(formdata=None)
    form.talked_on.data = now().date()
    return _drawn(plan_id, form)


@job.post("/onboarding/<uuid:plan_id>/notes")
@requires(Permission.NOTE_WRITE)
def keep_note(plan_id: UUID) -> Response | tuple[str, int]:
    """Keep a note; who reads it does not change afterwards."""
    form = NoteForm()
    form.offer("")
    talked_on = form.talked_on.data
    if form.validate() and talked_on is not None:
        text, shared = form.text.data or "", form.shared.data == SHARED

        def keep(session: Session) -> str:
            return str(
                services.write_note(
                    session, current_actor(), plan_id, text, talked_on=talked_on, shared=shared, now=now()
                )
            )  # fmt: skip

        try:
            form.once(keep)
        except InvalidError as error:
            form.take(error)
        else:
            return go("onboarding.notes", plan_id=plan_id, done="note-shared" if shared else "note-kept", anchor="kept")
    return _drawn(plan_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _drawn(plan_id: UUID, form: NoteForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = queries.notes_page(session, current_actor(), plan_id)
        form.offer(found.other)
        return page("onboarding/notes.html", status=status, session=session, notes=found, form=form)
