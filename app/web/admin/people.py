"""Accounts: a list, a new one, roles, closing and opening."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.access import require
from app.domain.errors import InvalidError
from app.domain.permission import Permission, Role
from app.queries import granting as grants
from app.queries import people as queries
from app.services import account_links, accounts, granting
from app.web.admin import credentials, job
from app.web.admin.forms import PersonForm, RolesForm
from app.web.clock import now
from app.web.credential_keys import account_keys, password_rules
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


@job.get("/people")
@requires(Permission.PERSON_LIST)
def people() -> tuple[str, int]:
    """Everybody with an account."""
    with reading() as session:
        rows = queries.people(session, current_actor())
        waiting = grants.waiting(session, current_actor(), now())
        me = current_actor().person_id
        return page("admin/people.html", session=session, people=rows, me=me, waiting=waiting)


@job.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PERSON_INVITE)
def new_person() -> Response | tuple[str, int]:
    """Add an account."""
    form = PersonForm()
    status = HTTPStatus.OK
    if form.is_submitted():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.validate():
            try:
                return _created(form)
            except InvalidError as error:
                form.take(error)
    return page("admin/new_person.html", status=status, form=form)


@job.route("/people/<uuid:person_id>/roles", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT)
def roles(person_id: UUID) -> Response | tuple[str, int]:
    """Give one person exactly the ticked roles."""
    require(current_actor(), Permission.ROLE_GRANT)
    with reading() as session:
        person = queries.person(session, current_actor(), person_id)
    form = RolesForm(data={"roles": [role.value for role in person.roles]})
    if form.validate_on_submit():
        with writing() as session:
            wanted = [Role(role) for role in form.roles.data or ()]
            waiting = granting.set_roles(session, current_actor(), person_id, wanted, now=now())
        return go("admin.people", done="role-asked" if waiting else "roles-changed")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("admin/roles.html", status=status, form=form, person=person)


@job.route("/people/<uuid:person_id>/close", methods=["GET", "POST"])
@requires(Permission.PERSON_INVITE)
def close(person_id: UUID) -> Response | tuple[str, int]:
    """Ask, then close an account and end its sessions."""
    form = RolesForm()
    with reading() as session:
        person = queries.person(session, current_actor(), person_id)
    if form.is_submitted():
        with writing() as session:
            accounts.set_active(session, current_actor(), person_id, active=False, now=now())
        return go("admin.people", done="account-closed")
    return page("admin/close.html", person=person)


@job.post("/people/<uuid:person_id>/open")
@requires(Permission.PERSON_INVITE)
def reopen(person_id: UUID) -> Response:
    """Open a closed account again."""
    with writing() as session:
        accounts.set_active(session, current_actor(), person_id, active=True, now=now())
    return go("admin.people", done="account-opened")


def _created(form: PersonForm) -> Response | tuple[str, int]:
    """Add the account; who was given no password is invited to choose one."""
    password, token = str(form.password.data or "") or None, ""
    with writing() as session:
        person_id = accounts.create_person(
            session,
            current_actor(),
            email=str(form.email.data),
            name=str(form.name.data),
            password=password,
            roles=[Role(role) for role in form.roles.data or ()],
            now=now(),
            rules=password_rules(),
        )
        if password is None:
            token = account_links.invite(session, current_actor(), person_id, account_keys(), now=now())
    return credentials.invited(str(form.email.data), token) if token else go("admin.people", done="person-added")
