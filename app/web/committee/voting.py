"""Casting a sealed vote."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.decision import Outcome
from app.domain.errors import ConflictError, InvalidError
from app.domain.permission import Permission
from app.queries import debriefs as queries
from app.services import votes
from app.web.clock import now
from app.web.committee import job
from app.web.committee.debriefing import stamped
from app.web.committee.forms import VoteForm
from app.web.database import reading, writing
from app.web.forms import whole_number
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse


@job.get("/applications/<uuid:application_id>/vote")
@requires(Permission.VOTE_CAST)
def vote(application_id: UUID) -> tuple[str, int]:
    """The form, with the person's own vote when there is one."""
    return _form(application_id, VoteForm(formdata=None), HTTPStatus.OK)


@job.post("/applications/<uuid:application_id>/vote")
@requires(Permission.VOTE_CAST)
def cast(application_id: UUID) -> AnyResponse | tuple[str, int]:
    """Seal the vote, or change it."""
    form = VoteForm()
    if not form.validate():
        return _form(application_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with writing() as session:
            votes.cast(
                session,
                current_actor(),
                application_id,
                Outcome(form.outcome.data),
                form.reason.data or "",
                version=whole_number(form.version.data, 0),
                now=now(),
            )
    except InvalidError as error:
        form.take(error)
        return _form(application_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except ConflictError as error:
        form.form_errors.append(str(error))
        form.version.data = str(error.current_version)
        return _form(application_id, form, HTTPStatus.CONFLICT)
    return go("committee.debrief", application_id=application_id, done="vote-cast")


def _form(application_id: UUID, form: VoteForm, status: HTTPStatus) -> tuple[str, int]:
    with reading() as session:
        found, agenda = queries.ballot(session, current_actor(), application_id)
        if status is HTTPStatus.OK and agenda.own_vote is not None:
            form.outcome.data, form.reason.data = agenda.own_vote.outcome.value, agenda.own_vote.reason
            form.version.data = str(agenda.own_vote.version)
        return page(
            "committee/vote.html",
            status=status,
            session=session,
            blueprint=stamped(found.blueprint),
            debrief=found,
            agenda=agenda,
            form=form,
            stale=status is HTTPStatus.CONFLICT,
        )
