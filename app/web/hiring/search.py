"""One box over people, candidates, requisitions and the texts of blueprints."""

from __future__ import annotations

from app.domain import searching
from app.domain.errors import TooManyError
from app.domain.outline import Part
from app.domain.permission import Permission, Role
from app.queries import search as queries
from app.services import limits
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.looking import words
from app.web.pages import page

_WAIT = "That were many searches in a minute. Wait a moment, then search again."


@job.get("/search")
@requires(Permission.SEARCH_USE)
def search() -> tuple[str, int]:
    """What ``?q=`` finds among what the person may know of."""
    text = words()
    if searching.asked(text):
        _take()
    with reading() as session:
        found = queries.find(session, current_actor(), text)
        return page(
            "hiring/search.html",
            session=session,
            text=text,
            found=found,
            limit=queries.SHOWN,
            excerpt=searching.excerpt,
            Part=Part,
            roles=current_actor().roles,
            Role=Role,
        )


def _take() -> None:
    """Count a search against the person, so that nobody reads out an installation by guessing names."""
    with writing() as session:
        wait = limits.take(session, f"search:{current_actor().person_id}", limits.SEARCH, now=now())
    if wait:
        raise TooManyError(_WAIT, retry_after=wait)
