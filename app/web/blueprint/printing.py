"""Blueprints on paper: the whole role as a book, and the sheets that candidates prepare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.permission import Permission
from app.queries import books
from app.web.blueprint import job
from app.web.database import reading
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Response


@job.get("/blueprints/<uuid:version_id>/book.pdf")
@requires(Permission.BLUEPRINT_READ)
def book_pdf(version_id: UUID) -> Response:
    """The version as a book, with what interviewers look for."""
    with reading() as session:
        paper = books.book(session, current_actor(), version_id, zone=current_person().zone)
    return send("blueprint", paper, name=f"blueprint {paper.stamp.role} {paper.stamp.number}")


@job.get("/blueprints/<uuid:version_id>/prepare.pdf")
@requires(Permission.BLUEPRINT_READ)
def prepare_pdf(version_id: UUID) -> Response:
    """How to prepare for the role, to be given to candidates."""
    with reading() as session:
        paper = books.preparation(session, current_actor(), version_id, zone=current_person().zone)
    return send("preparation", paper, name=f"prepare {paper.stamp.role} {paper.stamp.number}")
