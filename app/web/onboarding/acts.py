"""Acts on a goal: started, blocked, submitted, signed, returned, waived; and a milestone signed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError, NotYetError
from app.domain.onboarding.goal import MOVES, GoalAct
from app.domain.permission import Permission
from app.queries import goal_desk
from app.services import goals, milestones
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.goal_forms import ActForm
from app.web.onboarding.goals import show
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

_AGAIN = "Below is what you typed; sending it again counts for the goal as it is now."


@job.post("/onboarding/goals/<uuid:goal_id>/act")
@requires(Permission.GOAL_SEE)
def act_on_goal(goal_id: UUID) -> Response | tuple[str, int]:
    """Do one act; what stands against it is said on the page it came from, with what was typed."""
    act = _asked()
    if act is None:
        return show(goal_id, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = ActForm.of(act)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            seen = form.once(lambda session: _done(session, goal_id, act, form))
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(f"Somebody changed this goal while you were writing. {_AGAIN}")
            form.version.data = str(error.current_version)
        except (AlreadyDoneError, NotYetError) as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
        else:
            return go("onboarding.goal", goal_id=goal_id, done=f"goal-{act.value}") if seen else _left(act)
    return _block(goal_id, form, status) if act is GoalAct.BLOCK else show(goal_id, acting=(act, form), status=status)


@job.get("/onboarding/goals/<uuid:goal_id>/block")
@requires(Permission.GOAL_WORK)
def block_goal(goal_id: UUID) -> tuple[str, int]:
    """Ask what is in the way and who can clear it."""
    return _block(goal_id, ActForm.of(GoalAct.BLOCK, formdata=None), HTTPStatus.OK)


@job.post("/onboarding/milestones/<uuid:milestone_id>/sign")
@requires(Permission.MILESTONE_SIGN)
def sign_milestone(milestone_id: UUID) -> Response:
    """Sign a milestone as the party one is; a second click finds the signature there and is content."""
    actor = current_actor()
    with reading() as session:
        plan_id = goal_desk.plan_of(session, actor, milestone_id)
    try:
        with writing() as session:
            complete = milestones.sign(session, actor, milestone_id, now=now())
    except AlreadyDoneError:
        complete = False
    return go("onboarding.plan", plan_id=plan_id, done="milestone-complete" if complete else "milestone-signed")


def _asked() -> GoalAct | None:
    try:
        act = GoalAct(request.form.get("act", ""))
    except ValueError:
        return None
    return act if act in MOVES or act is GoalAct.NOTE else None


def _done(session: Session, goal_id: UUID, act: GoalAct, form: ActForm) -> str:
    """Do it; return a word while the actor still sees the goal, nothing once they do not."""
    actor, note = current_actor(), str(form.note.data or "")
    if act is GoalAct.NOTE:
        goals.remark(session, actor, goal_id, note, version=form.seen_version, now=now())
    else:
        goals.act(
            session, actor, goal_id, act, version=form.seen_version, now=now(), note=note, waits_for=form.person
        )  # fmt: skip
    return "seen" if goal_desk.still_seen(session, actor, goal_id) else ""


def _left(act: GoalAct) -> Response:
    """Somebody else's goal closes behind whoever cleared its way."""
    return go("home.inbox", done=f"goal-{act.value}")


def _block(goal_id: UUID, form: ActForm, status: int) -> tuple[str, int]:
    with reading() as session:
        desk = goal_desk.of_goal(session, current_actor(), goal_id, Permission.GOAL_WORK)
        form.offer(one for one in desk.people if one.person_id != desk.owner_id)
        if not form.is_submitted():
            form.version.data = str(desk.version)
        return page("onboarding/block.html", status=status, session=session, desk=desk, form=form)
