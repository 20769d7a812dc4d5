"""What happened to an assessment, for the two whom it is between and for HR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import assessment_events
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.ladder.assessments import ADDRESS
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID


@job.get(f"{ADDRESS}/history")
@requires(Permission.ASSESSMENT_OPEN)
def history(assessment_id: UUID) -> tuple[str, int]:
    """Every line with its reason, the newest first."""
    with reading() as session:
        found = assessment_events.page(session, current_actor(), assessment_id)
        return page("ladder/history.html", session=session, head=found.head, lines=found.lines)
