"""The shelf of published blueprints."""

from __future__ import annotations

from app.domain.permission import Permission
from app.queries import blueprints as queries
from app.web.blueprint import job
from app.web.database import reading
from app.web.guard import requires
from app.web.pages import page


@job.get("/blueprints")
@requires(Permission.BLUEPRINT_READ)
def shelf() -> tuple[str, int]:
    """Every published version, newest first."""
    with reading() as session:
        return page("blueprint/shelf.html", session=session, versions=queries.versions(session))
