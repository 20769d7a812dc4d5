"""The way in and the way out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from flask import Response as Answer
from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user

from app.domain.errors import InvalidError, NotFoundError
from app.domain.permission import Role
from app.queries import people
from app.services import accounts, known_browsers, limits, passkeys, sessions
from app.web import carry
from app.web.auth import admission, job, providers
from app.web.auth.admission import admit
from app.web.auth.forms import SignInForm
from app.web.clock import now
from app.web.credential_keys import network, passkey_place, this_browser
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.guard import login, public
from app.web.notices import current as notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response


_JOBS = (
    ("Coordinators", Role.COORDINATOR),
    ("Hiring managers", Role.HIRING_MANAGER),
    ("Interviewers", Role.INTERVIEWER),
    ("Committee", Role.COMMITTEE),
    ("Everybody else", None),
)
_WRONG = "The address or the password is not right."
_NO_PASSWORDS = "Nobody signs in with a password here. Use one of the other ways."
_WRONG_PASSKEY = "The passkey was not accepted. Try again, or use your password."


class Onward(TypedDict):
    """Where somebody was going, or what they were sending, when they had to sign in."""

    then: str
    carried: str


@job.get("/sign-in")
@public("nobody is signed in yet")
def sign_in() -> Response | str:
    """Show the form, or go home when already signed in."""
    if current_user.is_authenticated:
        return redirect(carry.own_page(request.args.get("then", "/")), 303)
    return drawn(SignInForm(then=request.args.get("then", "/")))


@job.post("/sign-in")
@public("nobody is signed in yet")
def enter() -> Response | tuple[str, int]:
    """Check the password and begin a session."""
    form = SignInForm()
    if not providers.passwords_open():
        form.form_errors.append(_NO_PASSWORDS)
        return drawn(form), HTTPStatus.FORBIDDEN
    if not form.validate_on_submit():
        return drawn(form), HTTPStatus.UNPROCESSABLE_ENTITY
    wait = _wait(str(form.email.data))
    if wait:
        form.form_errors.append(f"Too many tries. Wait {_minutes(wait)}, then try again.")
        return drawn(form), HTTPStatus.TOO_MANY_REQUESTS
    with reading() as database:
        known = accounts.fitting(database, str(form.email.data), str(form.password.data))
    if known is None:
        form.form_errors.append(_WRONG)
        return drawn(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return admit(
            known.person_id, how="password", factor_done=False, **_onward(form),
            first=lambda database: accounts.confirm_fitting(database, known, str(form.password.data)),
        )  # fmt: skip
    except InvalidError as error:
        form.take(error)
        return drawn(form), HTTPStatus.UNPROCESSABLE_ENTITY


@job.post("/sign-in/passkey/ask")
@public("nobody is signed in yet")
def ask_passkey() -> Response:
    """What the browser hands to a device that knows who its holder is."""
    place = passkey_place()
    if place is None:
        return answer(HTTPStatus.CONFLICT, "Passkeys work only at a host with a name and a certificate.")
    with writing() as database:
        wait = limits.take(database, f"passkey:address:{_short(network())}", limits.SIGN_IN_ADDRESS, now=now())
        if wait:
            return answer(HTTPStatus.TOO_MANY_REQUESTS, f"Too many tries. Wait {_minutes(wait)}, then try again.")
        asked = passkeys.ask(
            database, place, passkeys.Purpose.SIGN_IN, person_id=None, browser=this_browser().token, now=now()
        )
    return Answer(asked, mimetype="application/json")


@job.post("/sign-in/passkey")
@public("nobody is signed in yet")
def enter_by_passkey() -> Response | tuple[str, int]:
    """Begin a session for whoever holds the passkey that answered; it is both steps at once."""
    form, place = SignInForm(), passkey_place()
    person_id: UUID | None = None
    with writing() as database:
        try:
            if place is not None:
                person_id = passkeys.check(
                    database, place, passkeys.Purpose.SIGN_IN, answer=request.form.get("answer", ""), person_id=None,
                    browser=this_browser().token, now=now(),
                )  # fmt: skip
        except InvalidError as error:
            # What the device was asked to sign is used up by a wrong answer too, so this commits.
            form.take(error)
    if person_id is None:
        form.form_errors.extend([] if form.form_errors else [_WRONG_PASSKEY])
        return drawn(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return admit(person_id, how="passkey", factor_done=True, **_onward(form))


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
    return admit(person_id, how="demo", factor_done=False, **_onward(form))


def ask_to_sign_in() -> Response | tuple[str, int]:
    """Answer somebody who is not signed in; a form that was being sent is carried through the sign-in."""
    if wants_json():
        text = "You were signed out. Sign in again; nothing that you typed is lost."
        return answer(HTTPStatus.UNAUTHORIZED, text, sign_in=url_for("auth.sign_in"))
    if request.method in {"GET", "HEAD"}:
        then = None if request.path == "/" else request.path
        return redirect(url_for("auth.sign_in", then=then), 303)
    form = SignInForm(formdata=None, carried=carry.pack(), then="/")
    return drawn(form), HTTPStatus.UNAUTHORIZED


login.unauthorized_handler(ask_to_sign_in)


def drawn(form: SignInForm) -> str:
    """The sign-in page, with every way in that this installation has."""
    demo: list[tuple[str, list[people.DemoPerson]]] = []
    if current_app.config["PLUMBLINE"].is_demo:
        with reading() as database:
            demo = _by_job(people.demo_people(database))
    return render_template(
        "auth/sign_in.html", form=form, demo=demo, notices=notices(), by_passkey=passkey_place() is not None,
        providers=providers.offers(), by_password=providers.passwords_open(),
    )  # fmt: skip


def _by_job(everybody: Sequence[people.DemoPerson]) -> list[tuple[str, list[people.DemoPerson]]]:
    """The demo's people under what they mainly do, in the order in which a hire comes about."""
    left, groups = list(everybody), []
    for heading, role in _JOBS:
        group = [person for person in left if role is None or role in person.roles]
        left = [person for person in left if person not in group]
        groups.append((heading, group))
    return [(heading, group) for heading, group in groups if group]


def _onward(form: SignInForm) -> Onward:
    return {"then": str(form.then.data or "/"), "carried": str(form.carried.data or "")}


def _wait(email: str) -> int:
    """Seconds to wait; counted in a transaction of its own, so that a failed sign-in counts too.

    A browser that signed in to this account before is counted by itself, and nobody else's tries keep it out.
    """
    mark = admission.browser_mark() or ""
    with writing() as database:
        if known_browsers.known(database, email, mark, now=now()):
            return limits.take(database, f"sign-in:known:{_short(mark)}", limits.SIGN_IN_KNOWN, now=now())
        subjects = (
            (f"sign-in:account:{_short(email.strip().lower())}", limits.SIGN_IN_ACCOUNT),
            (f"sign-in:address:{_short(network())}", limits.SIGN_IN_ADDRESS),
            ("sign-in:all", limits.SIGN_IN_ALL),
        )
        return max(limits.take(database, subject, limit, now=now()) for subject, limit in subjects)


def _short(text: str) -> str:
    return sessions.hashed(text)[:32]


def _minutes(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
