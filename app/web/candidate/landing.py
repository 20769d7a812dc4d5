"""Where a candidate's link leads: one button, so that whatever only looks at links opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from app.domain.errors import TooManyError
from app.queries.own_application import company
from app.services import limits, visits
from app.services.sessions import hashed
from app.web import visitor
from app.web.candidate import job
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import by_link_always, public

if TYPE_CHECKING:
    from flask import Response

_NO_ACCOUNT = "candidates have no account; they bring a link that this installation signed"
_WAIT = "This page was opened too often. It can be opened again in a minute; nothing is lost."


@job.get("/c/<token>")
@public(_NO_ACCOUNT)
def land(token: str) -> Response:
    """One button; looking consumes nothing."""
    _take()
    with reading() as session:
        opens = visits.opens(session, token, visitor.link_keys(), now=now())
        whose = company(session)
    if not opens:
        return make_response(visitor.ended())
    response = make_response(render_template("candidate/landing.html", company=whose, token=token))
    # The address holds the token: it goes along with no request that this page causes, our own included.
    response.headers["Referrer-Policy"] = "origin"
    return response


@job.post("/c")
@public(_NO_ACCOUNT)
def enter() -> Response:
    """Begin a visit; the token comes in the form and leaves the address."""
    _take()
    with writing() as session:
        fresh = visits.begin(session, request.form.get("token", ""), visitor.link_keys(), now=now())
    if fresh is None:
        return make_response(visitor.ended())
    response = make_response(redirect(url_for("candidate.home"), 303))
    visitor.admit(response, fresh)
    return response


@job.post("/your-application/leave")
@by_link_always
def leave() -> Response:
    """End the visit of this browser; the link goes on working."""
    brought = visitor.token()
    if brought is not None:
        with writing() as session:
            visits.end(session, brought)
    response = make_response(render_template("candidate/left.html"))
    visitor.dismiss(response)
    return response


def _take() -> None:
    """Count the opening by address, whether the link is good or not."""
    with writing() as session:
        subject = f"candidate:address:{hashed(request.remote_addr or '')[:32]}"
        wait = limits.take(session, subject, limits.CANDIDATE_ADDRESS, now=now())
    if wait:
        raise TooManyError(_WAIT, retry_after=wait)
