"""One version to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.access import require
from app.domain.permission import Permission
from app.queries import blueprints as queries
from app.web.blueprint import job
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID


@job.get("/blueprints/<uuid:version_id>")
@requires(Permission.BLUEPRINT_READ)
def version(version_id: UUID) -> tuple[str, int]:
    """One version: the scorecard with every anchor, the probes, signals and case studies."""
    require(current_actor(), Permission.BLUEPRINT_READ)
    with reading() as session:
        stamp, blueprint = queries.load(session, version_id)
        label = f"{stamp.title} {stamp.number}"
        return page("blueprint/version.html", session=session, blueprint=label, stamp=stamp, role=blueprint)
