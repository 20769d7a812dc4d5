"""One first year: what is next, its line, its milestones with goals and signatures, and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import Health, PartyName, PlanState
from app.domain.onboarding.timeline import timeline
from app.domain.permission import Permission
from app.queries import plan_page as queries
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.onboarding.distance import away
from app.web.pages import localdate, page

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from app.domain.figure import Timeline
    from app.queries.plan_page import MilestonePart, PlanPage

NEXT = 3


@job.get("/onboarding/<uuid:plan_id>")
@requires(Permission.PLAN_OPEN)
def plan(plan_id: UUID) -> tuple[str, int]:
    """The plan, cut to what the reader may see."""
    actor = current_actor()
    with reading() as session:
        found = queries.page(session, actor, plan_id, now=now())
        today = found.today
        running = found.state is PlanState.ACTIVE
        own = [(part, goal) for part, goal in found.upcoming if goal.owner.person_id == actor.person_id]
        figure = _figure(found, today)
        return page(
            "onboarding/plan.html",
            session=session,
            blueprint=f"{found.stamp.title}, version {found.stamp.number}",
            plan=found,
            granted={permission.name.lower() for permission in found.granted},
            running=running,
            figure=figure,
            said=_said(found, figure),
            upcoming=own[:NEXT] if running else [],
            later=max(len(own) - NEXT, 0),
            to_sign=found.to_sign(actor.person_id),
            blocked=[(p, g) for p in found.milestones for g in p.goals if g.state is GoalState.BLOCKED and running],
            unfolded=_unfolded(found),
            away=lambda day: away(day, today),
            today=today,
            me=actor.person_id,
            hire_party=PartyName.HIRE,
            parties=tuple(PartyName),
        )


@job.get("/onboarding/<uuid:plan_id>/history")
@requires(Permission.PLAN_SEE)
def plan_history(plan_id: UUID) -> tuple[str, int]:
    """What happened to the plan as a whole."""
    with reading() as session:
        hire = queries.hire_of(session, current_actor(), plan_id)
        events = queries.history(session, current_actor(), plan_id)
        return page("onboarding/history.html", session=session, plan_id=plan_id, hire=hire.name, events=events)


def _unfolded(found: PlanPage) -> tuple[MilestonePart, ...]:
    """The milestones whose goals stand open: those that something is asked of now; all of a short or cut plan."""
    if not found.whole or len(found.milestones) <= NEXT:
        return found.milestones
    left = [part for part in found.milestones if part.health is not Health.DONE]
    return tuple(part for part in left if part.health is not Health.AHEAD or part is left[0])


def _figure(found: PlanPage, today: date) -> Timeline | None:
    if not found.milestones:
        return None
    lines = [(part.title, part.due_on, part.health) for part in found.milestones]
    return timeline(found.starts_on, today, lines, localdate)


def _said(found: PlanPage, figure: Timeline | None) -> str:
    """The drawing in a sentence, for those who do not see it."""
    if figure is None:
        return ""
    lines = "; ".join(f"{mark.label}, {mark.day}, {mark.word.lower()}" for mark in figure.marks)
    return f"From {localdate(found.starts_on)}: {lines}."
