"""The ladder as it is for the reader: their level and aim, their assessments, their reports, and HR's tools."""

from __future__ import annotations

from app.domain.growth.cycle import CycleState
from app.domain.permission import Permission, Role, allow
from app.queries import own_ladder
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.pages import page


@job.get("/ladder")
@requires(Permission.LADDER_SEE)
def home() -> tuple[str, int]:
    """Where the reader stands and what is next, then who reports to them."""
    actor, today = current_actor(), now().date()
    with reading() as session:
        found = own_ladder.own_ladder(session, actor, today=today)
        return page(
            "ladder/home.html",
            session=session,
            found=found,
            today=today,
            me=actor.person_id,
            open_ones=[one for one in found.assessments if one.state is CycleState.OPEN and not one.left],
            past=[one for one in found.assessments if one.state is CycleState.CLOSED or one.left],
            own_cases=[one for one in found.cases if one.own],
            others_cases=[one for one in found.cases if not one.own],
            keeps=allow(actor, Permission.CYCLE_KEEP).granted,
            manages=Role.PEOPLE_MANAGER in actor.roles,
            nothing=not (found.standing or found.assessments or found.cases or found.reports),
        )
