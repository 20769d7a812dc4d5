"""The list of first years."""

from __future__ import annotations

from app.domain.permission import Permission
from app.queries import plans as queries
from app.queries.plans import PlanFilter
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.pages import page


@job.get("/onboarding")
@requires(Permission.ONBOARDING_LIST)
def plans() -> tuple[str, int]:
    """Every plan that the reader may open."""
    with reading() as session:
        lines = queries.listing(session, current_actor(), PlanFilter(), today=now().date())
        return page("onboarding/plans.html", session=session, lines=lines)
