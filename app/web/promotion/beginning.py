"""Beginning a case: for whom, and for which level."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from app.domain.errors import ConflictError, InvalidError
from app.domain.permission import Permission
from app.queries import cases as queries
from app.services import cases as services
from app.web.clock import now
from app.web.database import reading
from app.web.forms import choices
from app.web.guard import current_actor, requires
from app.web.once import OnceForm
from app.web.pages import go, page
from app.web.promotion import job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from app.queries.cases import Beginning


class BeginForm(OnceForm):
    """A person and the level that they aim for."""

    person = HiddenField()
    to_level = RadioField("Which level is the case for?", [InputRequired("Choose a level.")], validate_choice=False)


@job.get("/promotions/new")
@requires(Permission.CASE_LIST)
def new() -> tuple[str, int]:
    """First for whom, if the reader manages anybody, then the level."""
    return _drawn(BeginForm(formdata=None), request.args.get("person", type=UUID))


@job.post("/promotions/new")
@requires(Permission.CASE_LIST)
def begin() -> Response | tuple[str, int]:
    """Begin the case and open it."""
    form = BeginForm()
    person_id = request.form.get("person", type=UUID)
    if form.validate() and person_id is not None:
        today, moment = now().date(), now()
        try:
            case_id = form.once(
                lambda session: str(
                    services.ask_for(
                        session, current_actor(), person_id, form.to_level.data, today=today, now=moment
                    )
                )
            )  # fmt: skip
            return go("promotion.case", case_id=UUID(case_id), done="case-begun")
        except InvalidError as error:
            form.take(error)
        except ConflictError as error:
            form.form_errors.append(str(error))
    return _drawn(form, person_id, HTTPStatus.UNPROCESSABLE_ENTITY)


def _drawn(form: BeginForm, person_id: UUID | None, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        people = queries.beginnings(session, current_actor(), now().date())
        chosen = _chosen(people, person_id)
        if chosen:
            form.person.data = str(chosen.person_id)
            form.to_level.choices = choices((one.id, one.title) for one in chosen.targets)
        return page(
            "promotion/new.html", status=status, session=session, form=form, people=people, chosen=chosen,
            today=now().date(),
        )  # fmt: skip


def _chosen(people: Sequence[Beginning], person_id: UUID | None) -> Beginning | None:
    if person_id is None and len(people) == 1:
        return people[0]
    return next((one for one in people if one.person_id == person_id), None)
