"""A candidate who is known already: kept, with the chosen fields taken over and the application added."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import AlreadyDoneError, NotFoundError
from app.domain.permission import Permission
from app.queries import candidates as queries
from app.queries import requisitions
from app.services import applications, candidates
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.hiring import job
from app.web.hiring.forms import MergeForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@job.post("/candidates/merge")
@requires(Permission.CANDIDATE_ADD)
def merge_candidate() -> Response | tuple[str, int]:
    """Keep the known person, take over what was ticked, and let them apply."""
    form = MergeForm()
    with reading() as session:
        form.offer(requisitions.open_ones(session, current_actor()))
        known = queries.known(session, current_actor(), str(form.email.data or ""))
    if known is None:
        raise NotFoundError
    if not form.validate():
        return page("hiring/merge.html", status=422, form=form, known=known, offered=form.details().tidy())
    chosen = UUID(form.requisition_id.data) if form.requisition_id.data else None
    with writing() as session:
        candidates.merge(
            session, current_actor(), known.candidate_id, form.details(), form.adopted.data or (), now=now()
        )
        if chosen is not None:
            with suppress(AlreadyDoneError):  # then there is nothing left to add
                applications.apply(session, current_actor(), known.candidate_id, chosen, now=now())
    return go("hiring.candidate", candidate_id=known.candidate_id, done="candidate-saved")
