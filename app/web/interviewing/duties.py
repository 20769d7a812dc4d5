"""Who owes a scorecard on an application, for who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import card_duties
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.interviewing import job
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID


@job.get("/applications/<uuid:application_id>/scorecards")
@requires(Permission.PROGRESS_SEE)
def duties(application_id: UUID) -> tuple[str, int]:
    """Owed, sealed and released, with what can be done about each."""
    with reading() as session:
        found = card_duties.duties(session, current_actor(), application_id, now=now())
        return page("interviewing/duties.html", session=session, found=found)
