"""Roles in one requisition or team, and roles that wait for a second administrator."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.access import require
from app.domain.errors import InvalidError
from app.domain.facts import Role
from app.domain.permission import Permission
from app.queries import granting as queries
from app.services import granting
from app.services.granting import Place
from app.web.admin import job
from app.web.admin.forms import GrantForm, HereForm, PlaceForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.forms import Form, choices
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@job.route("/people/<uuid:person_id>/roles/here", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT)
def roles_in_places(person_id: UUID) -> Response | tuple[str, int]:
    """What somebody holds in single requisitions and teams, and a form to give more."""
    actor = current_actor()
    require(actor, Permission.ROLE_GRANT)
    with reading() as session:
        person = queries.whose(session, actor, person_id)
        held = queries.held_by(session, actor, person_id)
        places = queries.places(session, actor)
    form = PlaceForm()
    form.place.choices = choices(_listed(places))
    if form.validate_on_submit():
        try:
            return go("admin.roles_in_places", done=_give(person_id, form, _place(form)), person_id=person_id)
        except InvalidError as error:
            form.take(error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("admin/roles_in_places.html", status=status, form=form, person=person, held=held)


@job.route("/requisitions/<uuid:requisition_id>/roles", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT_HERE)
def roles_here(requisition_id: UUID) -> Response | tuple[str, int]:
    """Who holds a role in one requisition only, and a form for whoever may give roles there."""
    actor = current_actor()
    with reading() as session:
        desk = queries.desk(session, actor, requisition_id)
    form = HereForm()
    form.person.choices = choices((str(key), name) for key, name in desk.people)
    form.role.choices = choices((role.value, role.words) for role in desk.gives)
    if form.validate_on_submit():
        whom, place = UUID(str(form.person.data)), Place(requisition_id)
        try:
            return go("admin.roles_here", done=_give(whom, form, place), requisition_id=requisition_id)
        except InvalidError as error:
            form.take(error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("admin/roles_here.html", status=status, form=form, desk=desk)


@job.post("/roles/<uuid:grant_id>/take-back")
@requires(Permission.ROLE_GRANT_HERE)
def take_back(grant_id: UUID) -> Response:
    """Take a role in one requisition or team away."""
    with writing() as session:
        person_id, place = granting.take_back(session, current_actor(), grant_id, now=now())
    if place.requisition_id is not None:
        return go("admin.roles_here", done="role-taken", requisition_id=place.requisition_id)
    return go("admin.roles_in_places", done="role-taken", person_id=person_id)


@job.get("/people/asked")
@requires(Permission.ROLE_ASKED_SEE)
def asked() -> tuple[str, int]:
    """Roles that wait for a second administrator, and what became of earlier ones."""
    with reading() as session:
        rows = queries.asked(session, current_actor(), now())
        return page("admin/asked.html", session=session, asked=rows, form=Form())


@job.post("/people/asked/<uuid:request_id>/confirm")
@requires(Permission.ROLE_CONFIRM)
def confirm(request_id: UUID) -> Response:
    """Give the role that another administrator asked for."""
    with writing() as session:
        granting.confirm(session, current_actor(), request_id, accept=True, now=now())
    return go("admin.asked", done="role-confirmed")


@job.post("/people/asked/<uuid:request_id>/refuse")
@requires(Permission.ROLE_CONFIRM)
def refuse(request_id: UUID) -> Response:
    """Refuse the role that another administrator asked for."""
    with writing() as session:
        granting.confirm(session, current_actor(), request_id, accept=False, now=now())
    return go("admin.asked", done="role-refused")


@job.post("/people/asked/<uuid:request_id>/withdraw")
@requires(Permission.ROLE_WITHDRAW)
def withdraw(request_id: UUID) -> Response:
    """Take a request back."""
    with writing() as session:
        granting.withdraw(session, current_actor(), request_id, now=now())
    return go("admin.asked", done="role-withdrawn")


def _give(person_id: UUID, form: GrantForm, place: Place) -> str:
    """Give the role and return the notice that says what became of it."""
    with writing() as session:
        role = Role(str(form.role.data))
        waits = granting.give_here(session, current_actor(), person_id, role, place, now=now())
    return "role-asked" if waits else "role-given"


def _listed(places: queries.Places) -> list[tuple[str, str]]:
    teams = [(f"team/{name}", f"Team {name}") for name in places.teams]
    return [*teams, *((f"requisition/{key}", f"Requisition {title}") for key, title in places.requisitions)]


def _place(form: PlaceForm) -> Place:
    kind, _, name = str(form.place.data or "").partition("/")
    return Place(requisition_id=UUID(name)) if kind == "requisition" else Place(team=name)
