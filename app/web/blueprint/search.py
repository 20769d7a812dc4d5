"""Searching inside one version. The folded texts of a version are kept, as it never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from app.domain import finding
from app.domain.access import require
from app.domain.outline import Part
from app.domain.permission import Permission
from app.domain.text import one_line
from app.queries.editions import edition
from app.web.blueprint import job
from app.web.blueprint.book import opened
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page

if TYPE_CHECKING:
    from uuid import UUID

    from app.web.blueprint.book import Book

SHOWN = 60
"""How many places of one part are listed; who finds more is asked for another word."""
_ROOM = 16
_indexes: dict[str, finding.Index] = {}
"""Oldest first, by the SHA-256 of the content."""


@job.get("/blueprints/<uuid:version_id>/search")
@requires(Permission.BLUEPRINT_READ)
def search(version_id: UUID) -> tuple[str, int]:
    """Every text that has all the words of ``q``, by part; without any, what to try instead."""
    require(current_actor(), Permission.BLUEPRINT_READ)
    question = one_line(request.args.get("q", ""))
    with reading() as session:
        found = edition(session, version_id)
        book = opened(found)
        return page(
            "blueprint/search.html",
            session=session,
            blueprint=found.label,
            edition=found,
            book=book,
            Part=Part,
            question=question[: finding.LONGEST],
            shortened=len(question) > finding.LONGEST,
            findings=_index(book).find(question),
            marked=finding.marked,
            shown=SHOWN,
        )


def _index(book: Book) -> finding.Index:
    if book.sha256 not in _indexes:
        while len(_indexes) >= _ROOM:
            del _indexes[next(iter(_indexes))]
        _indexes[book.sha256] = finding.index(book.places)
    return _indexes[book.sha256]
