"""The way in and the way out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from uuid import UUID

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user

from app.domain.errors import NotFoundError
from app.domain.permission import Role
from app.queries import people
from app.services import accounts, limits, sessions
from app.web import carry
from app.web.auth import job
from app.web.auth.forms import SignInForm
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.guard import login, public
from app.web.notices import current as notices
from app.web.pages import go

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from app.web.sessions import BrowserSession

_JOBS = (
    ("Coordinators", Role.COORDINATOR),
    ("Hiring managers", Role.HIRING_MANAGER),
    ("Interviewers", Role.INTERVIEWER),
    ("Committee", Role.COMMITTEE),
    ("Everybody else", None),
)
_WRONG = "The address or the password is not right."


@job.get("/sign-in")
@public("nobody is signed in yet")
def sign_in() -> Response | str:
    """Show the form, or go home when already signed in."""
    if current_user.is_authenticated:
        return redirect(carry.own_page(request.args.get("then", "/")), 303)
    return _form(SignInForm(then=request.args.get("then", "/")))


@job.post("/sign-in")
@public("nobody is signed in yet")
def enter() -> Response | tuple[str, int]:
    """Check the password and begin a session."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _form(form), HTTPStatus.UNPROCESSABLE_ENTITY
    wait = _wait(str(form.email.data))
    if wait:
        form.form_errors.append(f"Too many tries. Wait {_minutes(wait)}, then try again.")
        return _form(form), HTTPStatus.TOO_MANY_REQUESTS
    with reading() as database:
        person_id = accounts.authenticate(database, str(form.email.data), str(form.password.data))
    if person_id is None:
        form.form_errors.append(_WRONG)
        return _form(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _admit(person_id, form)


@job.post("/sign-in/demo")
@public("the demo offers its fictional people; other installations answer that there is nothing here")
def enter_demo() -> Response:
    """Begin a session as one of the demo's fictional people."""
    if not current_app.config["PLUMBLINE"].is_demo:
        raise NotFoundError
    form = SignInForm()
    with reading() as database:
        known = {person.person_id for person in people.demo_people(database)}
    try:
        person_id = UUID(request.form.get("person", ""))
    except ValueError as error:
        raise NotFoundError from error
    if person_id not in known:
        raise NotFoundError
    return _admit(person_id, form)


@job.post("/sign-out")
@public("ending a session that has ended already is no fault")
def sign_out() -> Response:
    """End this browser's session and clear what the browser kept."""
    browser = cast("BrowserSession", session)
    if not browser.is_new:
        with writing() as database:
            sessions.end(database, browser.token, now=now())
    browser.forget()
    response = go("auth.sign_in", done="signed-out")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def ask_to_sign_in() -> Response | tuple[str, int]:
    """Answer somebody who is not signed in; a form that was being sent is carried through the sign-in."""
    if wants_json():
        text = "You were signed out. Sign in again; nothing that you typed is lost."
        return answer(HTTPStatus.UNAUTHORIZED, text, sign_in=url_for("auth.sign_in"))
    if request.method in {"GET", "HEAD"}:
        then = None if request.path == "/" else request.path
        return redirect(url_for("auth.sign_in", then=then), 303)
    form = SignInForm(formdata=None, carried=carry.pack(), then="/")
    return _form(form), HTTPStatus.UNAUTHORIZED


login.unauthorized_handler(ask_to_sign_in)


def _form(form: SignInForm) -> str:
    demo: list[tuple[str, list[people.DemoPerson]]] = []
    if current_app.config["PLUMBLINE"].is_demo:
        with reading() as database:
            demo = _by_job(people.demo_people(database))
    return render_template("auth/sign_in.html", form=form, demo=demo, notices=notices())


def _by_job(everybody: Sequence[people.DemoPerson]) -> list[tuple[str, list[people.DemoPerson]]]:
    """The demo's people under what they mainly do, in the order in which a hire comes about."""
    left, groups = list(everybody), []
    for heading, role in _JOBS:
        group = [person for person in left if role is None or role in person.roles]
        left = [person for person in left if person not in group]
        groups.append((heading, group))
    return [(heading, group) for heading, group in groups if group]


def _admit(person_id: UUID, form: SignInForm) -> Response:
    browser = cast("BrowserSession", session)
    with writing() as database:
        token = sessions.begin(database, person_id, browser=request.headers.get("User-Agent", ""), now=now())
    browser.replace(token)
    carried = carry.unpack(str(form.carried.data or ""))
    if carried is not None:
        return make_response(render_template("auth/carried.html", carried=carried))
    return redirect(carry.own_page(str(form.then.data or "/")), 303)


def _wait(email: str) -> int:
    """Seconds to wait; counted in a transaction of its own, so that a failed sign-in counts too."""
    subjects = (
        (f"sign-in:account:{sessions.hashed(email.strip().lower())[:32]}", limits.SIGN_IN_ACCOUNT),
        (f"sign-in:address:{sessions.hashed(request.remote_addr or '')[:32]}", limits.SIGN_IN_ADDRESS),
        ("sign-in:all", limits.SIGN_IN_ALL),
    )
    with writing() as database:
        return max(limits.take(database, subject, limit, now=now()) for subject, limit in subjects)


def _minutes(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
