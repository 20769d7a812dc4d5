"""The way in for emergencies: a link from the command line. Opening it uses nothing up; only its form does."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template

from app.services import limits, ways_in
from app.web.auth import job, providers
from app.web.auth.admission import admit
from app.web.auth.forms import WayInForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import public

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@job.get("/sign-in/once/<token>")
@public("whoever holds a link from the command line is not signed in yet")
def way_in(token: str) -> tuple[str, int]:
    """Ask whether to sign in; a link that is over says so."""
    if providers.wait(limits.PROVIDER_ADDRESS):
        return _over(HTTPStatus.TOO_MANY_REQUESTS)
    with reading() as database:
        stands = ways_in.stands(database, token, now=now())
    if not stands:
        return _over(HTTPStatus.GONE)
    return render_template("auth/way_in.html", form=WayInForm(formdata=None, token=token)), HTTPStatus.OK


@job.post("/sign-in/once")
@public("whoever holds a link from the command line is not signed in yet")
def take_way_in() -> Response | tuple[str, int]:
    """Begin a session, once; a second factor that the person has is still asked for."""
    if providers.wait(limits.PROVIDER_ADDRESS):
        return _over(HTTPStatus.TOO_MANY_REQUESTS)
    with writing() as database:
        person_id = ways_in.take(database, str(WayInForm().token.data or ""), now=now())
    if person_id is None:
        return _over(HTTPStatus.GONE)
    return admit(person_id, how="link", factor_done=False)


def _over(status: HTTPStatus) -> tuple[str, int]:
    return render_template("auth/way_in.html", form=None), status
