"""Who recommended a candidate, so that they do not judge them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from wtforms import SelectField

from app.domain.errors import InvalidError
from app.domain.permission import Permission
from app.queries import conflicts as queries
from app.services import interests as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form, choices
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.panel import job

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


class ReferrerForm(Form):
    """Who of the company recommended somebody."""

    referrer_id = SelectField("Referred by", default="")


@job.route("/candidates/<uuid:candidate_id>/referrer", methods=["GET", "POST"])
@requires(Permission.CANDIDATE_EDIT)
def referrer(candidate_id: UUID) -> Response | tuple[str, int]:
    """Record who recommended a candidate, or that nobody did."""
    form, status = ReferrerForm(), HTTPStatus.OK
    with reading() as session:
        found = queries.referral(session, current_actor(), candidate_id)
    people = [(one.person_id, one.name) for one in found.people]
    form.referrer_id.choices = choices([("", "Nobody of the company"), *people])
    if not form.is_submitted():
        form.referrer_id.data = str(found.referrer_id or "")
    elif form.validate():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            wanted = UUID(form.referrer_id.data) if form.referrer_id.data else None
            with writing() as session:
                services.set_referrer(session, current_actor(), candidate_id, wanted, now=now())
            if wanted == current_actor().person_id:
                return go("hiring.candidates", done="referrer-kept")
            return go("hiring.candidate", candidate_id=candidate_id, done="referrer-kept")
        except InvalidError as error:
            form.take(error)
    else:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return page("panel/referrer.html", status=status, form=form, found=found)
