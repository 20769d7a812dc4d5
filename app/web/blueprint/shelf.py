"""The shelf of published blueprints."""

from __future__ import annotations

from app.domain.permission import ActorFacts, Permission, allow
from app.queries import blueprints
from app.queries import versions as queries
from app.web.blueprint import job
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page


@job.get("/blueprints")
@requires(Permission.BLUEPRINT_READ)
def shelf() -> tuple[str, int]:
    """Every role with its published versions, newest first."""
    actor = current_actor()
    with reading() as session:
        shelves = queries.shelf(session, actor)
        return page(
            "blueprint/shelf.html",
            session=session,
            shelves=shelves,
            guided=blueprints.holding(session, "guide", (shelf.newest.version_id for shelf in shelves)),
            may_publish=may_start(actor),
        )


def may_start(actor: ActorFacts) -> bool:
    """Whether the actor may begin a new version of a role."""
    return allow(actor, Permission.BLUEPRINT_PUBLISH).granted
