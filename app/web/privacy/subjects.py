"""One candidate or colleague: holding their data, and asking that it be erased."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import Fault, InvalidError
from app.domain.permission import Permission
from app.domain.privacy.erasing import SubjectKind
from app.queries import privacy as queries
from app.services import erasures, holds
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.privacy import job
from app.web.privacy.forms import FindForm, GroundForm, ReasonForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response


_NOBODY = "Nobody with this address is known, or they were erased."


@job.get("/privacy/find")
@requires(Permission.PRIVACY_SEE)
def find() -> tuple[str, int]:
    """The form to find somebody by their address."""
    return page("privacy/find.html", form=FindForm(formdata=None))


@job.post("/privacy/find")
@requires(Permission.PRIVACY_SEE)
def search() -> Response | tuple[str, int]:
    """Somebody by their address."""
    form = FindForm()
    with reading() as session:
        if form.validate():
            found = queries.subject_by_email(session, current_actor(), str(form.email.data))
            if found is not None:
                kind, subject_id = found
                return go("privacy.subject", kind=kind.value, subject_id=subject_id)
            form.take(InvalidError((Fault("email", _NOBODY),)))
        return page("privacy/find.html", session=session, form=form, status=422)


@job.get("/privacy/<any(candidate,person):kind>/<uuid:subject_id>")
@requires(Permission.PRIVACY_SEE)
def subject(kind: str, subject_id: UUID) -> tuple[str, int]:
    """What can be done about somebody's data."""
    return _page(kind, subject_id, ReasonForm(formdata=None), GroundForm(formdata=None))


@job.post("/privacy/<any(candidate,person):kind>/<uuid:subject_id>/hold")
@requires(Permission.HOLD_SET)
def hold(kind: str, subject_id: UUID) -> Response | tuple[str, int]:
    """Hold somebody's data."""
    form = ReasonForm()

    def act(session: Session) -> str:
        why = str(form.reason.data)
        holds.hold_subject(session, current_actor(), SubjectKind(kind), subject_id, reason=why, now=now())
        return ""

    try:
        if form.validate():
            form.once(act)
            return go("privacy.subject", kind=kind, subject_id=subject_id, done="hold-set")
    except InvalidError as error:
        form.take(error)
    return _page(kind, subject_id, form, GroundForm(formdata=None), 422)


@job.post("/privacy/<any(candidate,person):kind>/<uuid:subject_id>/erase")
@requires(Permission.ERASURE_ASK)
def ask(kind: str, subject_id: UUID) -> Response | tuple[str, int]:
    """Ask that somebody's data be erased."""
    form = GroundForm()

    def act(session: Session) -> str:
        ground = str(form.ground.data)
        wish = erasures.ask(session, current_actor(), SubjectKind(kind), subject_id, ground=ground, now=now())
        return str(wish)

    try:
        if form.validate():
            return go("privacy.erasure", erasure_id=UUID(form.once(act)), done="erasure-asked")
    except InvalidError as error:
        form.take(error)
    return _page(kind, subject_id, ReasonForm(formdata=None), form, 422)


def _page(kind: str, subject_id: UUID, hold: ReasonForm, ground: GroundForm, status: int = 200) -> tuple[str, int]:
    with reading() as session:
        found = queries.subject_page(session, current_actor(), SubjectKind(kind), subject_id)
        return page("privacy/subject.html", session=session, subject=found, hold=hold, ground=ground, status=status)
