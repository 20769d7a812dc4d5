"""What somebody has shown for a level, and what is missing next: counts and words, no number that stands for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from app.domain.permission import Permission
from app.queries import readiness as queries
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID


@job.get("/ladder/readiness/<uuid:person_id>")
@requires(Permission.READINESS_SEE)
def readiness(person_id: UUID) -> tuple[str, int]:
    """Somebody against the level they aim at, or any other of their ladder (`?level=`)."""
    with reading() as session:
        found = queries.page(session, current_actor(), person_id, request.args.get("level", ""), on=now().date())
        return page("ladder/readiness.html", session=session, found=found, held=found.held)
