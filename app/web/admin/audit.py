"""The audit chain to read: who did what, newest first."""

from __future__ import annotations

from flask import request

from app.domain.permission import Permission
from app.queries import audit as queries
from app.web.admin import job
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.looking import words
from app.web.pages import page

MOST_EVENTS = 10**12
"""A number above those of all events, which every database can compare."""


@job.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> tuple[str, int]:
    """Events, newest first, filtered by the beginning of their action."""
    action = words("action")[:80]
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before <= MOST_EVENTS:
        before = None
    with reading() as session:
        events = queries.events(session, current_actor(), before=before, action=action)
        older = events[-1].seq if len(events) == queries.PAGE else None
        return page("admin/audit.html", session=session, events=events, action=action, before=before, older=older)
