"""Moving a requisition along: each move is asked about first, because some cannot be undone."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import ConflictError, InvalidError, NotFoundError, NotYetError
from app.domain.hiring import REQUISITION_MOVES, RequisitionState, reopens
from app.domain.permission import Permission
from app.queries import requisitions as queries
from app.services import requisitions as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.forms import ReasonForm
from app.web.hiring.requisitions import stamped
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


@job.route("/requisitions/<uuid:requisition_id>/move/<any(open, deciding, closed):to>", methods=["GET", "POST"])
@requires(Permission.REQUISITION_EDIT)
def move_requisition(requisition_id: UUID, to: str) -> Response | tuple[str, int]:
    """Say what a move means, ask for the reason where one is needed, and move."""
    state = RequisitionState(to)
    form = ReasonForm()
    with reading() as session:
        kept = queries.editing(session, current_actor(), requisition_id)
    if state not in REQUISITION_MOVES[kept.state]:
        if not form.is_submitted():
            raise NotFoundError
        return go("hiring.requisition", requisition_id=requisition_id)
    status = HTTPStatus.OK
    if form.validate_on_submit():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            version = form.seen_version
            reason = str(form.reason.data or "")
            with writing() as session:
                services.move(
                    session, current_actor(), requisition_id, state, reason=reason, version=version, now=now()
                )
            return go("hiring.requisition", requisition_id=requisition_id, done="requisition-moved")
        except InvalidError as error:
            form.take(error)
        except (NotYetError, ConflictError) as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
    form.version.data = str(kept.version)
    form.reason.flags.required = asks = state is RequisitionState.CLOSED or reopens(kept.state, state)
    return page(
        "hiring/move.html", status=status, blueprint=stamped(kept.stamp), form=form, requisition=kept, to=to, asks=asks
    )
