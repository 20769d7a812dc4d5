"""Reading sealed scorecards before their time: asking, deciding, and one page for an hour."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import Fault, InvalidError
from app.domain.permission import Permission
from app.queries import early_readings as queries
from app.services import break_glass
from app.web.admin import job
from app.web.admin.forms import ReasonForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


@job.get("/early-readings")
@requires(Permission.GLASS_LIST)
def early_readings() -> tuple[str, int]:
    """Every request that the reader may know of, newest first."""
    with reading() as session:
        rows = queries.listed(session, current_actor(), now())
        return page("admin/early_readings.html", session=session, readings=rows)


@job.route("/applications/<uuid:application_id>/early-reading", methods=["GET", "POST"])
@requires(Permission.GLASS_ASK)
def ask_early(application_id: UUID) -> Response | tuple[str, int]:
    """Ask to read the scorecards of an application before their time."""
    actor, form = current_actor(), ReasonForm()
    with reading() as session:
        subject = queries.subject(session, actor, application_id)
    if form.validate_on_submit():
        try:
            with writing() as session:
                made = break_glass.ask(session, actor, application_id, reason=str(form.reason.data), now=now())
            if made is not None:
                return go("admin.early_reading", done="early-asked", glass_id=made)
            form.take(InvalidError((Fault("reason", break_glass.NOBODY),)))
            return page("admin/ask_early.html", status=HTTPStatus.CONFLICT, form=form, subject=subject)
        except InvalidError as error:
            form.take(error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("admin/ask_early.html", status=status, form=form, subject=subject)


@job.get("/early-readings/<uuid:glass_id>")
@requires(Permission.GLASS_SEE)
def early_reading(glass_id: UUID) -> tuple[str, int]:
    """One request, with what the reader can do about it."""
    with reading() as session:
        one = queries.one(session, current_actor(), glass_id, now())
        return page("admin/early_reading.html", session=session, one=one)


@job.post("/early-readings/<uuid:glass_id>/approve")
@requires(Permission.GLASS_DECIDE)
def approve_early(glass_id: UUID) -> Response:
    """Let somebody read early, for an hour from now."""
    with writing() as session:
        break_glass.decide(session, current_actor(), glass_id, accept=True, now=now())
    return go("admin.early_reading", done="early-approved", glass_id=glass_id)


@job.post("/early-readings/<uuid:glass_id>/refuse")
@requires(Permission.GLASS_DECIDE)
def refuse_early(glass_id: UUID) -> Response:
    """Refuse to let somebody read early."""
    with writing() as session:
        break_glass.decide(session, current_actor(), glass_id, accept=False, now=now())
    return go("admin.early_reading", done="early-refused", glass_id=glass_id)


@job.post("/early-readings/<uuid:glass_id>/cards")
@requires(Permission.GLASS_READ)
def read_early(glass_id: UUID) -> tuple[str, int]:
    """Note the reading in the chain, and only then show the scorecards."""
    with writing() as session:
        break_glass.read(session, current_actor(), glass_id, now=now())
    with reading() as session:
        opened = queries.opened(session, current_actor(), glass_id, now())
        titles = {one.id: one.title for one in opened.scorecard.dimensions}
        return page("admin/early_cards.html", session=session, opened=opened, titles=titles, glass_id=glass_id)
