"""Beginning a plan: from a hire decision or directly, with its dates shown before anything happens."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import redirect, request, url_for

from app.domain.errors import InvalidError
from app.domain.permission import Permission, Role
from app.queries import beginnings as queries
from app.services import newcomers
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, current_person, requires
from app.web.onboarding import job
from app.web.onboarding.begin_form import DAYS, BeginForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.beginnings import Foreseen, Offer, Origin


@job.route("/onboarding/new", methods=["GET", "POST"])
@requires(Permission.ONBOARDING_START)
def begin() -> Response | tuple[str, int]:
    """Begin a plan for somebody hired elsewhere; ``?application=`` leads on to a decision's own form."""
    application_id = request.args.get("application", type=UUID)
    if application_id is not None:
        return redirect(url_for("onboarding.begin_from", application_id=application_id), 303)
    return _form(None)


@job.route("/onboarding/new/<uuid:application_id>", methods=["GET", "POST"])
@requires(Permission.ONBOARDING_START)
def begin_from(application_id: UUID) -> Response | tuple[str, int]:
    """Begin the plan of somebody whom a decision hires; a plan that there is already opens instead."""
    return _form(application_id)


def _form(application_id: UUID | None) -> Response | tuple[str, int]:
    """First the form, then the same form with the dates, then the plan."""
    form = BeginForm()
    status = HTTPStatus.OK
    dates: tuple[Foreseen, ...] = ()
    with reading() as session:
        found = queries.offer(session, current_actor(), application_id)
        if found.origin and found.origin.plan_id:
            return _there(found.origin)
        form.offer(found, manager=_only_manager(found), zone=current_person().zone)
        if not form.is_submitted():
            form.begin(found, zone=current_person().zone)
        elif not form.validate():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            status, dates = _previewed(session, form, application_id)
    if dates and request.form.get("step") == "begin" and form.seen.data == form.print_of_dates:
        try:
            return _begun(form, found)
        except InvalidError as error:
            form.take(error)
            status, dates = HTTPStatus.UNPROCESSABLE_ENTITY, ()
    changed = bool(dates) and bool(form.seen.data) and form.seen.data != form.print_of_dates
    form.seen.data = form.print_of_dates if dates else ""
    return page("onboarding/begin.html", status=status, form=form, found=found, dates=dates, changed=changed, days=DAYS)


def _there(origin: Origin) -> Response:
    """To the plan that there is already, or back to the application for whoever may not open it."""
    if origin.opens:
        return redirect(url_for("onboarding.plan", plan_id=origin.plan_id), 303)
    return go("hiring.application", application_id=origin.application_id, done="plan-there")


def _previewed(
    session: Session, form: BeginForm, application_id: UUID | None
) -> tuple[HTTPStatus, tuple[Foreseen, ...]]:
    """The dates, or every fault at once: that of the country does not hide the others."""
    try:
        draft = form.draft(application_id)
    except InvalidError as error:
        form.take(error)
        draft = form.draft(application_id, listed=False)
    try:
        newcomers.check(session, current_actor(), draft, form.newcomer, today=now().date())
    except InvalidError as error:
        form.take(error)
    if form.errors:
        return HTTPStatus.UNPROCESSABLE_ENTITY, ()
    return HTTPStatus.OK, queries.foreseen(session, draft.blueprint_version_id, draft.schedule)


def _begun(form: BeginForm, found: Offer) -> Response:
    origin = found.origin
    actor, draft = current_actor(), form.draft(origin.application_id if origin else None)
    with writing() as session:
        plan_id = newcomers.begin(session, actor, draft, form.newcomer, today=now().date(), now=now())
    if Role.HR_PARTNER in actor.roles or actor.person_id in {draft.manager_id, draft.buddy_id}:
        return go("onboarding.plan", plan_id=plan_id, done="plan-begun")
    # A hiring manager who leads nobody here hands the plan over: it is not theirs to read.
    if origin is not None:
        return go("hiring.application", application_id=origin.application_id, done="plan-begun")
    return go("onboarding.plans", done="plan-begun")


def _only_manager(found: Offer) -> tuple[UUID, str] | None:
    """The reader themself, where they can begin plans of their own reports only."""
    person = current_person()
    anybody = Role.HR_PARTNER in person.facts.roles or (found.origin is not None and found.origin.names_anybody)
    return None if anybody else (person.person_id, person.name)
