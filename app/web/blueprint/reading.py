"""One version to read: the role at a glance, and one page a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from app.domain.access import require
from app.domain.outline import Part
from app.domain.permission import Permission
from app.queries.editions import edition
from app.web.blueprint import job, measuring
from app.web.blueprint.bodies import body
from app.web.blueprint.book import opened
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID

_PARTS = ", ".join(part.value for part in Part if part is not Part.OVERVIEW)


@job.get("/blueprints/<uuid:version_id>")
@requires(Permission.BLUEPRINT_READ)
def version(version_id: UUID) -> tuple[str, int]:
    """The role at a glance."""
    return _shown(version_id, Part.OVERVIEW)


@job.get(f"/blueprints/<uuid:version_id>/<any({_PARTS}):part>")
@requires(Permission.BLUEPRINT_READ)
def part(version_id: UUID, part: str) -> tuple[str, int]:
    """One part, whole; the metrics narrowed as the address says."""
    return _shown(version_id, Part(part))


def _shown(version_id: UUID, part: Part) -> tuple[str, int]:
    require(current_actor(), Permission.BLUEPRINT_READ)
    with reading() as session:
        found = edition(session, version_id)
        book = opened(found)
        choice = measuring.chosen(request.args) if part is Part.METRICS else None
        return page(
            "blueprint/reader.html",
            session=session,
            blueprint=found.label,
            edition=found,
            book=book,
            part=part,
            Part=Part,
            kept=body(book, part, choice),
        )
