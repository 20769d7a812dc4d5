"""The promotion packet: the case as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import case_papers
from app.web.database import reading
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires
from app.web.promotion import job

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response


@job.get("/promotions/<uuid:case_id>/packet.pdf")
@requires(Permission.CASE_SEE)
def packet_pdf(case_id: UUID) -> Response:
    """The whole case on paper, as its reader may see it."""
    with reading() as session:
        paper = case_papers.packet(session, current_actor(), case_id, zone=current_person().zone)
    return send("promotion-packet", paper, name=f"promotion packet {paper.file.head.person}")
