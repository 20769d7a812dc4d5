"""What was shown elsewhere, taken into the log with one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import evidence_offers as queries
from app.services import evidence_offers as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.evidence import job
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


@job.get("/evidence/offered")
@requires(Permission.EVIDENCE_LIST)
def offered() -> tuple[str, int]:
    """Evidence of goals and readings of metrics that are not in the log yet."""
    with reading() as session:
        return page("evidence/offered.html", session=session, found=queries.offered(session, current_actor()))


@job.post("/evidence/offered/goals/<uuid:goal_evidence_id>")
@requires(Permission.EVIDENCE_LIST)
def take_goal(goal_evidence_id: UUID) -> Response:
    """Take evidence of a goal."""
    with writing() as session:
        services.take_goal(session, current_actor(), goal_evidence_id, now=now())
    return go("evidence.offered", done="evidence-taken")


@job.post("/evidence/offered/readings/<uuid:reading_id>")
@requires(Permission.EVIDENCE_LIST)
def take_reading(reading_id: UUID) -> Response:
    """Take a reading of a metric."""
    with writing() as session:
        services.take_reading(session, current_actor(), reading_id, now=now())
    return go("evidence.offered", done="evidence-taken")
