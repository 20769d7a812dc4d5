"""Withdrawing: asked about first, done once, and confirmed on a page that knows nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, url_for

from app.services import own_withdrawal
from app.web import visitor
from app.web.candidate import job
from app.web.candidate.frame import candidate_page
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import by_link, current_candidate, public

if TYPE_CHECKING:
    from flask import Response


@job.get("/your-application/withdraw")
@by_link
def withdraw() -> tuple[str, int]:
    """What withdrawing means, and the button that does it."""
    with reading() as session:
        return candidate_page("candidate/withdraw.html", session=session)


@job.post("/your-application/withdraw")
@by_link
def do_withdraw() -> Response:
    """Withdraw; the link and this visit end with it."""
    with writing() as session:
        own_withdrawal.withdraw(session, current_candidate(), now=now())
    response = make_response(redirect(url_for("candidate.withdrawn"), 303))
    visitor.dismiss(response)
    return response


@job.get("/withdrawn")
@public("says only that something was withdrawn, to a browser whose visit has just ended")
def withdrawn() -> str:
    """The confirmation, the same for everybody."""
    return render_template("candidate/withdrawn.html")
