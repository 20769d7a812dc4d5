"""Carrying out a requisition's plan for one candidate: its interviews with the people proposed, in one act."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wtforms import SelectMultipleField

from app.domain.errors import ConflictError, InvalidError
from app.domain.panel_plan.week import week_of
from app.domain.permission import Permission
from app.queries import panel_plans as queries
from app.queries.interviewers import Week
from app.services import panel_plans as services
from app.web.clock import now
from app.web.database import reading
from app.web.forms import choices
from app.web.guard import current_actor, current_person, requires
from app.web.once import OnceForm
from app.web.pages import go, page
from app.web.panel import job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from app.domain.panel_plan.suggesting import Suggestion
    from app.queries.panel_plans import CarryPage, Offer


class CarryForm(OnceForm):
    """Which interviews of the plan are planned now; each has a field of its own for its people."""

    rows = SelectMultipleField("Interviews")

    def seats(self) -> dict[UUID, tuple[UUID, ...]]:
        """The people of each chosen interview."""
        return {UUID(row): tuple(map(UUID, self[f"seats-{row}"].data or ())) for row in self.rows.data or ()}


@job.route("/applications/<uuid:application_id>/plan", methods=["GET", "POST"])
@requires(Permission.PANEL_PLAN)
def carry_out(application_id: UUID) -> Response | tuple[str, int]:
    """Show each interview of the plan with the people proposed for it, and plan those that are chosen."""
    with reading() as session:
        start = queries.carrying(session, current_actor(), application_id, this_week())
    form = _form(start)
    status: HTTPStatus = HTTPStatus.OK
    clash = ""
    if not form.is_submitted():
        _fill(form, start)
    else:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                wanted = form.seats()
                form.once(lambda session: _carry_out(session, application_id, wanted))
                return go("hiring.application", application_id=application_id, done="plan-carried-out", anchor="panel")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status, clash = HTTPStatus.CONFLICT, str(error)
    return page(
        "panel/carry_out.html",
        status=status,
        blueprint=start.stamp,
        form=form,
        start=start,
        reasons={offer.row_id: _reasons(offer) for offer in start.offers},
        clash=clash,
    )


def this_week() -> Week:
    """The week that it is for the person who asks."""
    return Week(*week_of(now(), ZoneInfo(current_person().zone)), now())


def _carry_out(session: Any, application_id: UUID, seats: Mapping[UUID, tuple[UUID, ...]]) -> str:  # noqa: ANN401  a session
    made = services.carry_out(session, current_actor(), application_id, seats, now=now())
    return str(len(made))


def _form(start: CarryPage) -> CarryForm:
    """The form with a field of people for each interview of the plan."""
    fields = {
        f"seats-{offer.row_id}": SelectMultipleField(
            f"People for {offer.row.title}", choices=choices((one.person_id, one.name) for one in offer.people)
        )
        for offer in start.offers
    }
    form: CarryForm = type("BoundCarryForm", (CarryForm,), fields)()
    form.rows.choices = choices((offer.row_id, offer.row.title) for offer in start.offers)
    return form


def _fill(form: CarryForm, start: CarryPage) -> None:
    form.rows.data = [str(offer.row_id) for offer in start.offers if not offer.planned]
    for offer in start.offers:
        form[f"seats-{offer.row_id}"].data = [str(person_id) for person_id in offer.proposed]


def _reasons(offer: Offer) -> dict[str, Suggestion]:
    return {str(one.person_id): one for one in offer.people}
