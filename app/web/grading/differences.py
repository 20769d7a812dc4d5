"""The grades of one submission side by side, once all are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.formats.markdown import safe_html
from app.queries import grade_differences
from app.web.database import reading
from app.web.grading import job
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID


@job.get("/grading/submissions/<uuid:assignment_id>/differences")
@requires(Permission.CARD_READ)
def differences(assignment_id: UUID) -> tuple[str, int]:
    """Where the graders differ most, first by dimension and then by question."""
    with reading() as session:
        found = grade_differences.differences(session, current_actor(), assignment_id)
        return page(
            "grading/differences.html",
            session=session,
            found=found,
            questions=[(one, safe_html(one.answer)) for one in found.questions],
        )
