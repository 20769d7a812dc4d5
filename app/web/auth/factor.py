"""Setting up what is asked for besides a password: codes from an app, passkeys, and recovery codes on paper."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from app.domain.errors import InvalidError, TooManyError
from app.domain.facts import FactorState
from app.domain.permission import Permission
from app.services import passkeys, second_factor, sessions
from app.web import carry, errors
from app.web.auth import job
from app.web.auth.forms import CodeForm, PasskeyForm
from app.web.auth.qr import picture
from app.web.clock import now
from app.web.credential_keys import passkey_place, seed_key, this_browser
from app.web.database import reading, writing
from app.web.guard import current_actor, current_person, requires
from app.web.notices import current as notices
from app.web.once import OnceForm
from app.web.pages import go

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

_SHOW_CODES = frozenset({"auth.confirm_codes", "auth.add_passkey", "auth.new_recovery"})
"""What answers with recovery codes, under a session token of its own: sent again, its form is too old."""
_NO_PLACE = "Passkeys work only at a host with a name and a certificate."


@job.get("/account/second-step")
@requires(Permission.FACTOR_ENROL)
def second_step() -> tuple[str, int]:
    """Show what is set up, and what can be."""
    return _page(PasskeyForm(formdata=None, then=request.args.get("then", "/account")))


@job.post("/account/second-step/codes")
@requires(Permission.FACTOR_ENROL)
def begin_codes() -> tuple[str, int]:
    """Make a seed and show it, as a picture and as text."""
    with writing() as database:
        enrolment = second_factor.begin_codes(database, current_actor(), seed_key(), now=now())
    return _codes_page(CodeForm(formdata=None, then=request.form.get("then", "/account")), enrolment)


@job.post("/account/second-step/codes/confirm")
@requires(Permission.FACTOR_ENROL)
def confirm_codes() -> AnyResponse | str | tuple[str, int]:
    """Switch codes on with the first right one, and show recovery codes to whoever has none."""
    form = CodeForm()
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate_on_submit():
        try:
            with writing() as database:
                second_factor.take_a_try(database, current_actor().person_id, now=now())
            return _confirmed(form)
        except InvalidError as error:
            form.take(error)
        except TooManyError as error:
            form.form_errors.append(str(error))
            status = HTTPStatus.TOO_MANY_REQUESTS
    with reading() as database:
        waiting = second_factor.waiting_codes(database, current_actor(), seed_key())
    return _codes_page(form, waiting, status=status)


@job.post("/account/second-step/codes/end")
@requires(Permission.CREDENTIAL_CHANGE)
def end_codes() -> AnyResponse:
    """Switch codes off."""
    with writing() as database:
        second_factor.end_codes(database, current_actor(), keep=this_browser().token, now=now())
    return go("auth.second_step", done="codes-off")


@job.post("/account/second-step/recovery")
@requires(Permission.CREDENTIAL_CHANGE)
def new_recovery() -> str | tuple[str, int]:
    """Make new recovery codes and show them, this once: the same form sent again ends none of them."""
    fresh: list[str] = []

    def make(database: Session) -> str:
        fresh.extend(second_factor.new_recovery(database, current_actor(), keep=this_browser().token, now=now()))
        return "made"

    OnceForm().once(make)
    if not fresh:
        return render_template("auth/shown_once.html"), HTTPStatus.CONFLICT
    return _recovery_page(tuple(fresh), "/account/second-step")


@job.post("/account/passkeys/ask")
@requires(Permission.FACTOR_ENROL)
def ask_new_passkey() -> AnyResponse:
    """What the browser hands to the device that shall keep a passkey."""
    place = passkey_place()
    if place is None:
        return errors.answer(HTTPStatus.CONFLICT, _NO_PLACE)
    with writing() as database:
        asked = passkeys.ask_to_add(database, current_actor(), place, browser=this_browser().token, now=now())
    return Response(asked, mimetype="application/json")


@job.post("/account/passkeys")
@requires(Permission.FACTOR_ENROL)
def add_passkey() -> AnyResponse | str | tuple[str, int]:
    """Keep the passkey that a device made."""
    form, place = PasskeyForm(), passkey_place()
    if form.validate_on_submit() and place is not None:
        try:
            return _added(form, place)
        except InvalidError as error:
            form.take(error)
    return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@job.errorhandler(CSRFError)
def sent_again(error: CSRFError) -> AnyResponse | tuple[str, int]:
    """Refuse a form that is too old; whoever loads the page of recovery codes again is told how to get others."""
    if request.endpoint in _SHOW_CODES and current_user.is_authenticated:
        with reading() as database:
            kept = second_factor.ways(database, current_actor().person_id).recovery_left
        if kept:
            return render_template("auth/shown_once.html"), HTTPStatus.FORBIDDEN
    return errors.forged(error)


@job.post("/account/passkeys/<uuid:passkey_id>/remove")
@requires(Permission.CREDENTIAL_CHANGE)
def remove_passkey(passkey_id: UUID) -> AnyResponse:
    """Forget a passkey."""
    with writing() as database:
        passkeys.remove(database, current_actor(), passkey_id, keep=this_browser().token, now=now())
    return go("auth.second_step", done="passkey-removed")


def _confirmed(form: CodeForm) -> AnyResponse | str:
    browser = this_browser()
    with writing() as database:
        fresh = second_factor.confirm_codes(
            database, current_actor(), seed_key(), str(form.code.data), keep=browser.token, now=now()
        )
        token = sessions.prove(database, browser.token, now=now(), factor_done=True)
    browser.replace(token)
    return _set_up(fresh, str(form.then.data or ""), "codes-on")


def _added(form: PasskeyForm, place: passkeys.Place) -> AnyResponse | str:
    browser = this_browser()
    refused: InvalidError | None = None
    fresh: tuple[str, ...] = ()
    token = browser.token
    with writing() as database:
        try:
            fresh = passkeys.add(
                database, current_actor(), place, answer=str(form.answer.data or ""), name=str(form.name.data or ""),
                browser=browser.token, keep=browser.token, now=now(),
            )  # fmt: skip
            token = sessions.prove(database, browser.token, now=now(), factor_done=True)
        except InvalidError as error:
            # What the device was asked to sign is used up by a wrong answer too, so this commits.
            refused = error
    if refused is not None:
        raise refused
    browser.replace(token)
    return _set_up(fresh, str(form.then.data or ""), "passkey-added")


def _set_up(fresh: tuple[str, ...], then: str, done: str) -> AnyResponse | str:
    return _recovery_page(fresh, then) if fresh else go("auth.second_step", done=done)


def _recovery_page(codes: tuple[str, ...], then: str) -> str:
    return render_template("auth/recovery.html", codes=codes, then=carry.own_page(then or "/"))


def _codes_page(form: CodeForm, enrolment: second_factor.Enrolment, *, status: int = HTTPStatus.OK) -> tuple[str, int]:
    seed = " ".join(enrolment.seed[at : at + 4] for at in range(0, len(enrolment.seed), 4))
    return render_template("auth/codes.html", form=form, seed=seed, picture=picture(enrolment.address)), status


def _page(form: PasskeyForm, *, status: int = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as database:
        ways = second_factor.ways(database, current_actor().person_id)
        keys = passkeys.listed(database, current_actor())
    lacking = current_person().facts.factor is FactorState.LACKING
    drawn = render_template(
        "auth/second_step.html", form=form, ways=ways, keys=keys, lacking=lacking, here=passkey_place() is not None,
        notices=notices(), once=OnceForm(formdata=None),
    )  # fmt: skip
    return drawn, status
