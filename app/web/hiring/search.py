"""Search over candidates and requisitions."""

from __future__ import annotations

from app.domain.permission import Permission
from app.queries import search as queries
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.looking import words
from app.web.pages import page


@job.get("/search")
@requires(Permission.SEARCH_USE)
def search() -> tuple[str, int]:
    """What ``?q=`` finds among what the person may know of."""
    text = words()
    with reading() as session:
        hits = queries.find(session, current_actor(), text)
        return page("hiring/search.html", session=session, text=text, hits=hits, limit=queries.LIMIT)
