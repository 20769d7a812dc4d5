"""One application: where it stands, who interviews, what the panel covers, and its history."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.card import CardState
from app.domain.errors import ConflictError, InvalidError, NotAllowedError
from app.domain.hiring import Stage
from app.domain.permission import Permission
from app.queries import applications as queries
from app.services import applications as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import choices
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.forms import StageForm
from app.web.hiring.requisitions import stamped
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


@job.get("/applications/<uuid:application_id>")
@requires(Permission.CANDIDATE_SEE)
def application(application_id: UUID) -> tuple[str, int]:
    """The application's page."""
    return _page(application_id, StageForm())


@job.post("/applications/<uuid:application_id>/stage")
@requires(Permission.STAGE_MOVE)
def move_stage(application_id: UUID) -> Response | tuple[str, int]:
    """Move the application to another stage; a refusal shows the page again with what was typed."""
    form = StageForm()
    form.to.choices = choices((stage.value, stage.words) for stage in Stage)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate() and form.seen.data in set(Stage):
        try:
            _move(application_id, form)
            return go("hiring.application", application_id=application_id, done="stage-moved")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
        except NotAllowedError as error:
            status = HTTPStatus.FORBIDDEN
            form.form_errors.append(str(error))
    return _page(application_id, form, status)


def _move(application_id: UUID, form: StageForm) -> None:
    with writing() as session:
        services.move_stage(
            session,
            current_actor(),
            application_id,
            Stage(form.to.data),
            seen=Stage(str(form.seen.data)),
            reason=str(form.reason.data or ""),
            now=now(),
        )


def _page(application_id: UUID, form: StageForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = queries.page(session, current_actor(), application_id)
        form.to.choices = choices([("", "Choose a stage"), *((stage.value, stage.words) for stage in found.moves)])
        form.seen.data = found.header.stage.value
        return page(
            "hiring/application.html",
            status=status,
            session=session,
            blueprint=stamped(found.requisition.stamp),
            application=found.header,
            requisition=found.requisition,
            panel=found.panel,
            coverage=found.coverage,
            thin=[row for row in found.coverage if row.thin],
            history=found.history,
            files=found.files,
            granted={permission.name.lower() for permission in found.granted},
            plannable=found.plannable,
            decision_id=found.decision_id,
            welcomes=found.welcomes,
            plan_id=found.plan_id,
            work=found.work,
            wish_at=found.wish_at,
            offer_id=found.offer_id,
            untimed=[each for each in found.panel.interviews if each.starts_at is None],
            at=now(),
            owed=found.panel.owed_own,
            sealed=CardState.SEALED,
            form=form,
        )
