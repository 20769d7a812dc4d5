"""The inbox."""

from __future__ import annotations

from app.domain.permission import Permission
from app.web.guard import requires
from app.web.home import job
from app.web.pages import page


@job.get("/")
@requires(Permission.HOME_SEE)
def inbox() -> tuple[str, int]:
    """What waits for the person, oldest duty first."""
    return page("home/home.html", title="Home")
