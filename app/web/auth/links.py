"""One-time links: choosing a first or a new password, asking for one, and the first administrator.

Opening a link uses nothing up, because mail programs open links before people do; only the form that it shows does.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, render_template

from app.domain.account_token import LinkPurpose
from app.domain.errors import InvalidError, NotFoundError
from app.services import account_links, limits, sessions
from app.web.auth import job
from app.web.auth.admission import admit
from app.web.auth.forms import NewPasswordForm, ResetForm, SetupForm
from app.web.clock import now
from app.web.credential_keys import account_keys, network, password_rules
from app.web.database import reading, writing
from app.web.guard import public

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

Answer = tuple[str, int]


@job.get("/forgotten-password")
@public("who has forgotten their password is not signed in")
def forgotten() -> str:
    """Ask for the address of the account."""
    _only_with_passwords()
    return render_template("auth/forgotten.html", form=ResetForm(formdata=None))


@job.post("/forgotten-password")
@public("who has forgotten their password is not signed in")
def ask_for_reset() -> Answer:
    """Keep that somebody asked; the answer is the same whoever they are, and the mail is written later."""
    _only_with_passwords()
    form = ResetForm()
    if not form.validate_on_submit():
        return render_template("auth/forgotten.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    email = str(form.email.data)
    subject = sessions.hashed(email.strip().lower())[:32]
    with writing() as database:
        place = sessions.hashed(network())[:32]
        wait = limits.take(database, f"reset:address:{place}", limits.RESET_ADDRESS, now=now())
        often = limits.take(database, f"reset:account:{subject}", limits.RESET_ACCOUNT, now=now())
        if not wait and not often:
            account_links.ask_for_reset(database, email, account_keys(), now=now())
    if wait:
        form.form_errors.append("Too many links were asked for. Wait an hour, then try again.")
        return render_template("auth/forgotten.html", form=form), HTTPStatus.TOO_MANY_REQUESTS
    return render_template("auth/forgotten_sent.html", email=email), HTTPStatus.OK


@job.get("/choose-password/<token>")
@public("whoever holds a one-time link is not signed in yet")
def choose(token: str) -> Answer:
    """Show the form of an invitation or a reset."""
    _only_with_passwords()
    with reading() as database:
        opened = account_links.look(database, token, now=now())
    if opened is None or opened.purpose is LinkPurpose.SETUP:
        return _ended()
    return _form(NewPasswordForm(formdata=None, token=token), opened), HTTPStatus.OK


@job.post("/choose-password")
@public("whoever holds a one-time link is not signed in yet")
def take() -> Response | Answer:
    """Set the password, end every other browser and link, and begin a session."""
    _only_with_passwords()
    form = NewPasswordForm()
    token = str(form.token.data or "")
    with reading() as database:
        opened = account_links.look(database, token, now=now())
    if opened is None or opened.purpose is LinkPurpose.SETUP:
        return _ended()
    if form.validate_on_submit():
        try:
            with writing() as database:
                person_id = account_links.take(database, token, str(form.new.data), now=now(), rules=password_rules())
            return admit(person_id, how="link", factor_done=False)
        except InvalidError as error:
            form.take(error)
        except NotFoundError:
            return _ended()
    return _form(form, opened), HTTPStatus.UNPROCESSABLE_ENTITY


@job.get("/set-up")
@public("there is no account yet that anybody could be signed in with")
def setup() -> str:
    """Ask for the token that the program printed, and who the first administrator is."""
    _only_before_anybody()
    return render_template("auth/setup.html", form=SetupForm(formdata=None))


@job.post("/set-up")
@public("there is no account yet that anybody could be signed in with")
def take_setup() -> Response | Answer:
    """Make the first administrator, once."""
    _only_before_anybody()
    form = SetupForm()
    with writing() as database:
        wait = limits.take(database, "setup", limits.SIGN_IN_ACCOUNT, now=now())
    if wait:
        form.form_errors.append("Too many tries. Wait a few minutes, then try again.")
        return render_template("auth/setup.html", form=form), HTTPStatus.TOO_MANY_REQUESTS
    if form.validate_on_submit():
        try:
            with writing() as database:
                person_id = account_links.take_setup(
                    database, str(form.token.data).strip(), email=str(form.email.data), name=str(form.name.data),
                    password=str(form.new.data), now=now(), rules=password_rules(),
                )  # fmt: skip
            return admit(person_id, how="link", factor_done=False)
        except InvalidError as error:
            form.take(error)
        except NotFoundError:
            form.token.errors = [*form.token.errors, "This is not the token. Start the program again for a new one."]
    return render_template("auth/setup.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY


def _form(form: NewPasswordForm, opened: account_links.Opened) -> str:
    return render_template("auth/choose_password.html", form=form, email=opened.email)


def _ended() -> Answer:
    return render_template("auth/link_ended.html"), HTTPStatus.GONE


def _only_with_passwords() -> None:
    if not current_app.config["PLUMBLINE"].password_sign_in:
        raise NotFoundError


def _only_before_anybody() -> None:
    with reading() as database:
        if not account_links.is_empty(database):
            raise NotFoundError
