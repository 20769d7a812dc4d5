"""More time for one assessment, given by the manager or by HR."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import InvalidError
from app.domain.permission import Permission, Role
from app.queries import cycles as queries
from app.services import extending as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.ladder.cycle_form import LaterForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@job.route("/ladder/assessments/<uuid:assessment_id>/extend", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_EXTEND)
def extend(assessment_id: UUID) -> Response | tuple[str, int]:
    """Ask for the new date and why, then give it."""
    form, actor = LaterForm(), current_actor()
    with reading() as session:
        found = queries.extendable(session, actor, assessment_id)
    if form.is_submitted() and form.validate():
        try:
            with writing() as session:
                services.extend(
                    session, actor, assessment_id, form.day, reason=str(form.reason.data),
                    today=now().date(), now=now(),
                )  # fmt: skip
        except InvalidError as error:
            form.take(error)
        else:
            if found.manages:
                return go("ladder.assessment", assessment_id=assessment_id, done="assessment-extended")
            return go("ladder.cycle", cycle_id=found.cycle_id, done="assessment-extended")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    keeps = Role.HR_PARTNER in actor.roles
    return page("ladder/extend.html", status=status, form=form, found=found, keeps=keeps)
