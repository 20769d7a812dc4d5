"""How somebody signs in, for an administrator: invite them, help after a lost device, sign them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, url_for

from app.domain.permission import Permission
from app.queries import credentials as queries
from app.services import account_links, second_factor, sessions
from app.web.admin import job
from app.web.clock import now
from app.web.credential_keys import account_keys
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response


@job.get("/people/<uuid:person_id>/sign-in")
@requires(Permission.PERSON_INVITE)
def credentials(person_id: UUID) -> tuple[str, int]:
    """Show what somebody signs in with."""
    with reading() as session:
        held = queries.held(session, current_actor(), person_id, now=now())
        mine = held.person_id == current_actor().person_id
        return page("admin/credentials.html", session=session, held=held, mine=mine)


@job.post("/people/<uuid:person_id>/invite")
@requires(Permission.PERSON_INVITE)
def invite(person_id: UUID) -> Response | tuple[str, int]:
    """Send an invitation; one that was sent before ends."""
    with writing() as session:
        token = account_links.invite(session, current_actor(), person_id, account_keys(), now=now())
        held = queries.held(session, current_actor(), person_id, now=now())
    return invited(held.email, token)


@job.post("/people/<uuid:person_id>/second-step")
@requires(Permission.PERSON_INVITE)
def reset_second_step(person_id: UUID) -> Response:
    """Take a lost second step away."""
    with writing() as session:
        second_factor.reset(session, current_actor(), person_id, now=now())
    return go("admin.credentials", done="factor-reset", person_id=person_id)


@job.post("/people/<uuid:person_id>/sign-out")
@requires(Permission.PERSON_INVITE)
def sign_out_everywhere(person_id: UUID) -> Response:
    """End every session of somebody."""
    with writing() as session:
        sessions.end_of(session, current_actor(), person_id, now=now())
    return go("admin.credentials", done="person-signed-out", person_id=person_id)


def invited(email: str, token: str) -> Response | tuple[str, int]:
    """Say that the mail is on its way, or show the link where no mail is sent from here."""
    if current_app.config["PLUMBLINE"].smtp_url is not None:
        return go("admin.people", done="person-invited")
    site = (current_app.config["PUBLIC_URL"] or url_for("home.inbox", _external=True)).rstrip("/")
    return page("admin/invited.html", email=email, link=f"{site}{url_for('auth.choose', token=token)}")
