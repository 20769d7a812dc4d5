"""The ladder as it is for the reader: their level and aim, their assessments, their reports, and HR's tools."""

from __future__ import annotations

from flask import current_app, url_for

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
            to=to,
            today=today,
            me=actor.person_id,
            open_ones=[one for one in found.assessments if one.state is CycleState.OPEN],
            past=[one for one in found.assessments if one.state is CycleState.CLOSED],
            own_cases=[one for one in found.cases if one.own],
            others_cases=[one for one in found.cases if not one.own],
            keeps=allow(actor, Permission.CYCLE_KEEP).granted,
            manages=Role.PEOPLE_MANAGER in actor.roles,
            nothing=not (found.standing or found.assessments or found.cases or found.reports),
        )


def to(endpoint: str, **values: object) -> str:
    """The address of a page, or this one's own where the page is not part of this program."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else url_for("ladder.home")  # type: ignore[arg-type]  # the names of url_for's own options are not among ours
