"""The minutes of a session on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import calibration_papers
from app.web.calibration import job
from app.web.database import reading
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response


@job.get("/calibrations/<uuid:calibration_id>/minutes.pdf")
@requires(Permission.CALIBRATION_SEE)
def minutes_pdf(calibration_id: UUID) -> Response:
    """Who voted what apart, what changed and why, and what was settled."""
    with reading() as session:
        paper = calibration_papers.minutes(session, current_actor(), calibration_id, zone=current_person().zone)
    return send("calibration-minutes", paper, name=f"calibration minutes {paper.title}")
