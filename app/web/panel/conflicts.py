"""Conflicts of interest: one's own, from any seat; and those of others, for whoever coordinates."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.errors import InvalidError
from app.domain.interest import InterestKind
from app.domain.permission import Permission
from app.queries import conflicts as queries
from app.services import interests as services
from app.services.interests import STATEMENT_LIMIT
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form, choices
from app.web.guard import current_actor, requires
from app.web.pages import go, page
from app.web.panel import job

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


class DeclareForm(Form):
    """What somebody says of themselves."""

    kind = RadioField(
        "What is it?",
        [InputRequired("Choose what it is.")],
        choices=choices((kind.value, kind.words) for kind in InterestKind),
    )
    statement = TextAreaField(
        "Anything to add",
        [Length(max=STATEMENT_LIMIT)],
        description="Only who coordinates the hire reads this. Needed for “Something else”.",
    )


class RecordForm(Form):
    """What a coordinator was told by word of mouth."""

    person_id = SelectField("Who", [InputRequired("Choose who it is.")])
    statement = TextAreaField(
        "What it is", [InputRequired("Write in a sentence what it is."), Length(max=STATEMENT_LIMIT)]
    )


class WithdrawForm(Form):
    """Why a conflict is none after all."""

    reason = TextAreaField("Why it is none", [InputRequired("Write why it is none."), Length(max=STATEMENT_LIMIT)])


@job.route("/applications/<uuid:application_id>/conflict", methods=["GET", "POST"])
@requires(Permission.INTEREST_DECLARE)
def declare_conflict(application_id: UUID) -> Response | tuple[str, int]:
    """Say what a conflict of interest means, ask what it is, and end every part of one's own."""
    form, status = DeclareForm(), HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                kind, statement = InterestKind(form.kind.data), str(form.statement.data or "")
                with writing() as session:
                    services.declare(session, current_actor(), application_id, kind, statement, now=now())
                return go("home.inbox", done="interest-declared")
        except InvalidError as error:
            form.take(error)
    with reading() as session:
        start = queries.declaring(session, current_actor(), application_id)
        return page("panel/declare_conflict.html", status=status, session=session, form=form, start=start)


@job.route("/applications/<uuid:application_id>/conflicts", methods=["GET", "POST"])
@requires(Permission.INTEREST_KEEP)
def conflicts(application_id: UUID) -> Response | tuple[str, int]:
    """Who has a conflict of interest with this candidate, and recording one more."""
    form, status = RecordForm(), HTTPStatus.OK
    with reading() as session:
        found = queries.of_application(session, current_actor(), application_id)
    form.person_id.choices = choices([("", "Choose a person"), *((one.person_id, one.name) for one in found.people)])
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                person_id, statement = UUID(form.person_id.data), str(form.statement.data)
                with writing() as session:
                    services.record(session, current_actor(), application_id, person_id, statement, now=now())
                return go("panel.conflicts", application_id=application_id, done="conflict-recorded")
        except InvalidError as error:
            form.take(error)
    return page("panel/conflicts.html", status=status, form=form, found=found)


@job.route("/applications/<uuid:application_id>/conflicts/<uuid:conflict_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.INTEREST_KEEP)
def withdraw_conflict(application_id: UUID, conflict_id: UUID) -> Response | tuple[str, int]:
    """Ask why a declared conflict is none, and let it count no longer."""
    form, status = WithdrawForm(), HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.validate():
                with writing() as session:
                    services.withdraw(session, current_actor(), conflict_id, str(form.reason.data), now=now())
                return go("panel.conflicts", application_id=application_id, done="conflict-withdrawn")
        except InvalidError as error:
            form.take(error)
    with reading() as session:
        found = queries.of_application(session, current_actor(), application_id)
        one = found.living(conflict_id)
        return page(
            "panel/withdraw_conflict.html", status=status, session=session, form=form, found=found, conflict=one
        )
