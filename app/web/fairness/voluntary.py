"""What candidates may say of themselves, by a link and without an account, and how a coordinator gets that link.

The page never shows an answer, nor whether there is one: whoever comes by the link, it looks the same.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, render_template, request, url_for

from app.domain.errors import AlreadyDoneError, NotFoundError, TooManyError
from app.domain.permission import Permission
from app.queries import self_identification as queries
from app.services import limits
from app.services import self_identification as services
from app.services.sessions import hashed
from app.web import notices
from app.web.clock import now
from app.web.database import reading, writing
from app.web.fairness import job
from app.web.fairness.forms import answer_form
from app.web.fairness.keys import answer_keys, questions
from app.web.guard import current_actor, public, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from werkzeug.wrappers import Response

    from app.web.fairness.forms import AnswerForm

_NO_ACCOUNT = "candidates have no account; they bring a link that this installation signed"
_WAIT = "This page was opened too often. It can be opened again in a few minutes."


@job.get("/voluntary/<token>")
@public(_NO_ACCOUNT)
def voluntary(token: str) -> tuple[str, int]:
    """The questions, in plain words, with who will see what."""
    return _questions(token, answer_form(questions()))


@job.post("/voluntary/<token>")
@public(_NO_ACCOUNT)
def say(token: str) -> Response | tuple[str, int]:
    """Keep the answers, in place of earlier ones."""
    form = answer_form(questions())
    if not form.validate():
        return _questions(token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    reached = _reach(token)
    if reached is None:
        return _ended()
    try:
        with writing() as session:
            services.answer(session, reached[0], form.answers, keys=answer_keys(), asked=questions())
    except AlreadyDoneError as error:
        form.form_errors.append(str(error))
        return _questions(token, form, HTTPStatus.CONFLICT)
    return go("fairness.voluntary", token=token, done="answers-kept")


@job.post("/voluntary/<token>/withdraw")
@public(_NO_ACCOUNT)
def take_back(token: str) -> Response | tuple[str, int]:
    """Delete the answers."""
    reached = _reach(token)
    if reached is None:
        return _ended()
    with writing() as session:
        services.withdraw(session, reached[0], keys=answer_keys())
    return go("fairness.voluntary", token=token, done="answers-deleted")


@job.get("/applications/<uuid:application_id>/voluntary")
@requires(Permission.CANDIDATE_EDIT)
def link(application_id: UUID) -> tuple[str, int]:
    """What the link is for, and a button that makes one."""
    return _link(application_id)


@job.post("/applications/<uuid:application_id>/voluntary")
@requires(Permission.CANDIDATE_EDIT)
def make_link(application_id: UUID) -> tuple[str, int]:
    """Make a link and show it, to be sent to the candidate."""
    if not questions():
        raise NotFoundError
    with writing() as session:
        token = services.offer(session, current_actor(), application_id, keys=answer_keys(), now=now())
    return _link(application_id, _site() + url_for("fairness.voluntary", token=token))


def _link(application_id: UUID, address: str = "") -> tuple[str, int]:
    with reading() as session:
        asked = queries.asked(session, current_actor(), application_id)
        last_day = now().date() + services.LASTS
        return page(
            "fairness/link.html", session=session, asked=asked, address=address, last_day=last_day,
            offered=questions(),
        )  # fmt: skip


def _questions(token: str, form: AnswerForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    _take()
    reached = _reach(token)
    if reached is None:
        return _ended()
    with reading() as session:
        found = queries.invitation(session, reached[0])
    shown = render_template(
        "fairness/voluntary.html", form=form, found=found, last_day=reached[1], token=token, notices=notices.current()
    )
    return shown, status


def _reach(token: str) -> tuple[UUID, date] | None:
    """The application and last day of a link; ``None`` for one that has ended, or where nothing is asked any more."""
    if not questions():
        answer_keys().read(token)
        return None
    try:
        return services.reach(answer_keys(), token, now().date())
    except AlreadyDoneError:
        return None


def _ended() -> tuple[str, int]:
    return render_template("fairness/ended.html"), HTTPStatus.GONE


def _take() -> None:
    """Count the opening by address, whether the link is good or not."""
    with writing() as session:
        subject = f"voluntary:address:{hashed(request.remote_addr or '')[:32]}"
        wait = limits.take(session, subject, limits.LINK_ADDRESS, now=now())
    if wait:
        raise TooManyError(_WAIT, retry_after=wait)


def _site() -> str:
    public_url: str | None = current_app.config["PUBLIC_URL"]
    return (public_url or request.host_url).rstrip("/")
