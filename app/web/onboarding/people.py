"""Who manages and accompanies a first year, and its end."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.domain.errors import ConflictError, InvalidError
from app.domain.onboarding.plan import Health, PlanState
from app.domain.permission import Permission, Role
from app.queries import beginnings, plan_days, plan_page
from app.services import plans as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form, choices, whole_number
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.queries.beginnings import Hands
    from app.queries.plan_page import PlanPage


class PeopleForm(Form):
    """The manager and the buddy of a plan; ``version`` is the plan's as it was read."""

    version = HiddenField(validators=[InputRequired()])
    manager_id = SelectField(
        "Manager", [InputRequired("Choose who manages the new hire.")],
        description="Signs from now on. Sees everything in the plan; the manager before sees nothing more of it.",
    )  # fmt: skip
    buddy_id = SelectField("Buddy", [Optional()], description="Sees the goals that are theirs, and no judgement.")

    def offer(self, found: Hands) -> None:
        """Fill the choices: the new hire is neither; manager and buddy may change places."""
        self.manager_id.choices = choices((one.person_id, one.name) for one in found.people if one.manages)
        self.buddy_id.choices = choices([("", "Nobody"), *((one.person_id, one.name) for one in found.people)])


class EndForm(Form):
    """How a plan ends and why."""

    version = HiddenField(validators=[InputRequired()])
    to = RadioField(
        "How it ends",
        [InputRequired("Choose how it ends.")],
        choices=choices(
            [
                ("completed", "Complete: every milestone is signed"),
                ("closed", "Close: the person leaves, or the plan is given up"),
            ]
        ),
    )
    reason = TextAreaField(
        "Why",
        [Optional(), Length(max=services.REASON_LIMIT)],
        description="Needed to close it. Everybody who sees the plan reads it.",
    )


@job.route("/onboarding/<uuid:plan_id>/people", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def people_of_plan(plan_id: UUID) -> Response | tuple[str, int]:
    """Give a plan to another manager or buddy."""
    form = PeopleForm()
    with reading() as session:
        found = beginnings.hands(session, current_actor(), plan_id)
    form.offer(found)
    if not form.is_submitted():
        form.version.data, form.manager_id.data = str(found.version), str(found.manager_id)
        form.buddy_id.data = str(found.buddy_id or "")
        return _people(form, found)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            _reassign(form, plan_id)
            return _gone_on(found, UUID(form.manager_id.data))
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
            form.version.data = str(found.version)
    return _people(form, found, status)


@job.route("/onboarding/<uuid:plan_id>/end", methods=["GET", "POST"])
@requires(Permission.PLAN_CLOSE)
def end_plan(plan_id: UUID) -> Response | tuple[str, int]:
    """Complete a plan whose milestones are all signed, or close it."""
    form = EndForm()
    with reading() as session:
        found = plan_page.page(session, current_actor(), plan_id, now=now(), needs=Permission.PLAN_CLOSE)
    if not form.is_submitted():
        form.version.data = str(found.version)
        form.to.data = (PlanState.CLOSED if _unsigned(found) else PlanState.COMPLETED).value
        return _end(form, found)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            to = _finish(form, plan_id)
            return go("onboarding.plan", plan_id=plan_id, done=f"plan-{to.value}")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
            form.version.data = str(found.version)
    return _end(form, found, status)


def _people(form: PeopleForm, found: Hands, status: int = HTTPStatus.OK) -> tuple[str, int]:
    return page("onboarding/people.html", status=status, form=form, plan=found)


def _end(form: EndForm, found: PlanPage, status: int = HTTPStatus.OK) -> tuple[str, int]:
    # With a signature missing, closing is the only way, and it wants a reason.
    form.reason.flags.required = bool(_unsigned(found))
    open_goals = sum(not goal.state.settled for part in found.milestones for goal in part.goals)
    return page(
        "onboarding/end.html", status=status, form=form, plan=found, unsigned=_unsigned(found), open_goals=open_goals
    )


def _unsigned(found: PlanPage) -> list[str]:
    return [part.title for part in found.milestones if part.health is not Health.DONE]


def _reassign(form: PeopleForm, plan_id: UUID) -> None:
    with writing() as session:
        services.reassign(
            session, current_actor(), plan_id, manager_id=UUID(form.manager_id.data),
            buddy_id=UUID(form.buddy_id.data) if form.buddy_id.data else None, version=_seen(form), now=now(),
        )  # fmt: skip


def _finish(form: EndForm, plan_id: UUID) -> PlanState:
    to = PlanState(form.to.data)
    with writing() as session:
        today = plan_days.of_plan(session, plan_id, now())
        services.end(
            session, current_actor(), plan_id, to, reason=str(form.reason.data or ""), today=today,
            version=_seen(form), now=now(),
        )  # fmt: skip
    return to


def _seen(form: PeopleForm | EndForm) -> int:
    """The version that the form was read at; one that is no number is as old as can be."""
    return whole_number(form.version.data, 0)


def _gone_on(found: Hands, manager_id: UUID) -> Response:
    actor = current_actor()
    if found.manager_id == actor.person_id and manager_id != actor.person_id and Role.HR_PARTNER not in actor.roles:
        return go("onboarding.plans", done="plan-people-changed")
    return go("onboarding.plan", plan_id=found.plan_id, done="plan-people-changed")
