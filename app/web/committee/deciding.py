"""Recording a decision, and correcting one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.decision import REASON_MINIMUM, Outcome
from app.domain.errors import ConflictError, InvalidError, NotYetError
from app.domain.permission import Permission
from app.queries import decisions as records
from app.queries.preparation import preparation
from app.services import decisions
from app.services.decisions import Conclusion
from app.web.clock import now
from app.web.committee import job
from app.web.committee.debriefing import stamped
from app.web.committee.forms import CorrectionForm, DecisionForm
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from reports import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.domain.comparison import Column


@job.get("/applications/<uuid:application_id>/decide")
@requires(Permission.DECISION_RECORD)
def decide(application_id: UUID) -> tuple[str, int]:
    """The form: what stands ahead, who has not voted, and the reasons asked for."""
    return _decision_form(application_id, DecisionForm(formdata=None), HTTPStatus.OK)


@job.post("/applications/<uuid:application_id>/decide")
@requires(Permission.DECISION_RECORD)
def record(application_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record the decision."""
    form = DecisionForm()

    def act(session: Session) -> str:
        return str(decisions.record(session, current_actor(), application_id, _conclusion(form), now=now()))

    made = _tried(form, act)
    if isinstance(made, UUID):
        return go("committee.decision", decision_id=made, done="decision-recorded")
    return _decision_form(application_id, form, made)


@job.get("/decisions/<uuid:decision_id>/correct")
@requires(Permission.DECISION_RECORD)
def correction(decision_id: UUID) -> tuple[str, int]:
    """The form for a record that corrects another."""
    return _correction_form(decision_id, CorrectionForm(formdata=None), HTTPStatus.OK)


@job.post("/decisions/<uuid:decision_id>/correct")
@requires(Permission.DECISION_RECORD)
def correct(decision_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record the correction."""
    form = CorrectionForm()

    def act(session: Session) -> str:
        made = decisions.correct(
            session,
            current_actor(),
            decision_id,
            _conclusion(form),
            correction_reason=form.correction_reason.data or "",
            now=now(),
        )
        return str(made)

    made = _tried(form, act)
    if isinstance(made, UUID):
        return go("committee.decision", decision_id=made, done="decision-corrected")
    return _correction_form(decision_id, form, made)


def _conclusion(form: DecisionForm) -> Conclusion:
    return Conclusion(
        Outcome(form.outcome.data),
        form.reasons.data or "",
        form.departure_reason.data or "",
        form.absence_reason.data or "",
    )


def _tried(form: DecisionForm, act: Callable[[Session], str]) -> UUID | HTTPStatus:
    """The id of what was recorded, now or when this form was first sent, or the status to show it with again.

    What was typed stays in it.
    """
    if not form.validate():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return UUID(form.once(act))
    except InvalidError as error:
        form.take(error)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except (ConflictError, NotYetError) as error:
        form.form_errors.append(str(error))
        return HTTPStatus.CONFLICT


def _decision_form(application_id: UUID, form: DecisionForm, status: HTTPStatus) -> tuple[str, int]:
    with reading() as session:
        found = preparation(session, current_actor(), application_id)
        blueprint = stamped(found.blueprint)
        form.departure_reason.description = f"Needed when the outcome is hire, in {REASON_MINIMUM} characters or more."
        form.absence_reason.description = f"Not voted: {wording.listed(found.absent)}."
        form.absence_reason.flags.required = bool(found.absent)
        return page(
            "committee/decide.html", status=status, session=session, blueprint=blueprint, found=found, form=form,
            say=wording, ahead=[(column, _lead(column, found.column)) for column in found.ahead],
        )  # fmt: skip


def _lead(ahead: Column, chosen: Column) -> str:
    """By how much somebody stands ahead; two composites that are shown alike may still differ."""
    if ahead.score is None or ahead.score.value is None or chosen.score is None or chosen.score.value is None:
        return "ahead of somebody without a composite"
    lead = wording.points(abs(ahead.score.value - chosen.score.value))
    return f"ahead by {lead}" if lead != "0.0" else "ahead by less than 0.1"


def _correction_form(decision_id: UUID, form: CorrectionForm, status: HTTPStatus) -> tuple[str, int]:
    with reading() as session:
        view = records.correctable(session, current_actor(), decision_id)
        blueprint = stamped(view.record.blueprint)
        return page("committee/correct.html", status=status, session=session, blueprint=blueprint, view=view, form=form)
