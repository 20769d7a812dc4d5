"""Goals for the person: added to a milestone, worded anew, given to somebody else."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import ConflictError, InvalidError, NotYetError
from app.domain.permission import Permission
from app.queries import goal_desk
from app.services import goals
from app.services.goals import GoalDraft
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.goal_forms import GoalForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.goal_desk import GoalDesk


@job.route("/onboarding/milestones/<uuid:milestone_id>/goals/new", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def add_goal(milestone_id: UUID) -> Response | tuple[str, int]:
    """Add a goal for this person to a milestone."""
    form = GoalForm()
    with reading() as session:
        desk = goal_desk.of_milestone(session, current_actor(), milestone_id)
        form.offer(desk.people)
        if not form.is_submitted():
            form.version.data, form.owner_id.data = str(desk.version), str(desk.hire.person_id)

    def add(session: Session) -> str:
        actor, draft = current_actor(), _draft(form)
        return str(goals.add(session, actor, milestone_id, draft, version=form.seen_version, now=now()))

    made, status = _sent(form, add)
    if made:
        return go("onboarding.goal", goal_id=made, done="goal-added")
    return page("onboarding/goal_form.html", status=status, form=form, desk=desk, goal=None, kept=())


@job.route("/onboarding/goals/<uuid:goal_id>/words", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def reword_goal(goal_id: UUID) -> Response | tuple[str, int]:
    """Word a goal for the person, or give it to somebody else."""
    form = GoalForm()
    with reading() as session:
        desk = goal_desk.of_goal(session, current_actor(), goal_id, Permission.PLAN_EDIT)
        form.offer(desk.people)
        if not form.is_submitted():
            form.version.data, form.owner_id.data = str(desk.version), str(desk.owner_id)
            form.text.data = desk.text

    def reword(session: Session) -> str:
        goals.reword(session, current_actor(), goal_id, _draft(form), version=form.seen_version, now=now())
        return str(goal_id)

    made, status = _sent(form, reword)
    if made:
        return go("onboarding.goal", goal_id=goal_id, done="goal-reworded")
    kept = _kept(form, desk) if status == HTTPStatus.CONFLICT else ()
    return page("onboarding/goal_form.html", status=status, form=form, desk=desk, goal=desk, kept=kept)


def _sent(form: GoalForm, act: Callable[[Session], str]) -> tuple[str, HTTPStatus]:
    """Send the form if it was; the answer, or nothing with the status of the page that says why."""
    if not form.is_submitted():
        return "", HTTPStatus.OK
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            return form.once(act), HTTPStatus.SEE_OTHER
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(
                f"{error.args[0].partition('.')[0]}. Below is what you typed; send it again to keep it."
            )
            form.version.data = str(error.current_version)
        except NotYetError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
    return "", status


def _draft(form: GoalForm) -> GoalDraft:
    return GoalDraft(str(form.text.data or "").replace("\r\n", "\n"), form.owner)


def _kept(form: GoalForm, desk: GoalDesk) -> tuple[tuple[str, str], ...]:
    """What is kept now where it differs from what was typed."""
    owner = next((one.name for one in desk.people if one.person_id == desk.owner_id), "")
    differing = []
    if desk.text != _draft(form).text.strip():
        differing.append(("What is to be shown", desk.text))
    if desk.owner_id != form.owner:
        differing.append(("Whose it is", owner))
    return tuple(differing)
