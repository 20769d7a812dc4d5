"""Showing again who somebody is: the second step after a password, and before acts on accounts and roles.

Whatever was being sent when the proof was asked for is carried through the page and handed back after it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, current_app, redirect, render_template, request, url_for

from app.domain.errors import InvalidError, ProofNeededError, TooManyError
from app.domain.facts import FactorState
from app.domain.permission import Permission
from app.services import accounts, passkeys, second_factor, sessions
from app.services.passkeys import Purpose
from app.web import carry, errors
from app.web.auth import job, providers
from app.web.auth.forms import ProofForm
from app.web.auth.onward import onward
from app.web.clock import now
from app.web.credential_keys import passkey_place, seed_key, this_browser
from app.web.database import reading, writing
from app.web.guard import current_person, requires

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.web.guard import SignedIn

BEYOND_PASSWORD = frozenset({"code", "recovery", "passkey"})


@job.get("/prove")
@requires(Permission.PROOF_GIVE)
def prove() -> AnyResponse | str:
    """Ask for a proof with what this person has; who has no second factor yet and needs one sets it up."""
    person, then = current_person(), request.args.get("then", "/")
    if person.facts.factor is FactorState.LACKING and person.facts.proof_fresh:
        return redirect(url_for("auth.second_step", then=carry.own_page(then)), 303)
    return form_for(person, then=then)


@job.post("/prove")
@requires(Permission.PROOF_GIVE)
def give_proof() -> AnyResponse | tuple[str, int]:
    """Check what was given; the session goes on under a new token."""
    form, person = ProofForm(), current_person()
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate_on_submit():
        try:
            _check(person, form)
            return onward(str(form.then.data or "/"), str(form.carried.data or ""))
        except InvalidError as error:
            form.take(error)
        except TooManyError as error:
            form.form_errors.append(str(error))
            status = HTTPStatus.TOO_MANY_REQUESTS
    return _drawn(person, form), status


@job.post("/prove/passkey")
@requires(Permission.PROOF_GIVE)
def ask_passkey_again() -> AnyResponse:
    """What the browser hands to the person's device."""
    place = passkey_place()
    if place is None:
        return errors.answer(HTTPStatus.CONFLICT, "Passkeys work only at a host with a name and a certificate.")
    with writing() as database:
        asked = passkeys.ask(
            database, place, Purpose.PROVE, person_id=current_person().person_id, browser=this_browser().token,
            now=now(),
        )  # fmt: skip
    return Response(asked, mimetype="application/json")


def form_for(person: SignedIn, *, then: str = "/", carried: str = "") -> str:
    """The page that asks this person for a proof, with what they were doing in it."""
    return _drawn(person, ProofForm(formdata=None, then=then, carried=carried))


@job.app_errorhandler(ProofNeededError)
def ask(error: ProofNeededError) -> AnyResponse | tuple[str, int]:
    """Answer whoever has to prove first: a page leads to the question, a form that was sent is carried through it."""
    person = current_person()
    if errors.wants_json():
        return errors.answer(HTTPStatus.UNAUTHORIZED, str(error), sign_in=url_for("auth.prove"))
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("auth.prove", then=None if request.path == "/" else request.path), 303)
    if person.facts.factor is FactorState.LACKING and person.facts.proof_fresh:
        return redirect(url_for("auth.second_step"), 303)
    return form_for(person, carried=carry.pack(bare=True)), HTTPStatus.UNAUTHORIZED


def _check(person: SignedIn, form: ProofForm) -> None:
    with writing() as database:
        second_factor.take_a_try(database, person.person_id, now=now())
    refused: InvalidError | None = None
    way = str(form.way.data)
    with writing() as database:
        try:
            _one_way(database, person, form, way)
            token = sessions.prove(database, this_browser().token, now=now(), factor_done=way in BEYOND_PASSWORD)
        except InvalidError as error:
            # What a device was asked to sign is used up by a wrong answer too, so this commits.
            refused = error
    if refused is not None:
        raise refused
    this_browser().replace(token)


def _one_way(database: Session, person: SignedIn, form: ProofForm, way: str) -> None:
    if way == "code":
        second_factor.check_code(database, person.person_id, seed_key(), str(form.code.data or ""), now=now())
    elif way == "recovery":
        second_factor.check_recovery(database, person.person_id, str(form.recovery.data or ""), now=now())
    elif way == "passkey":
        place, answer = passkey_place(), str(form.answer.data or "")
        if place is None:
            raise InvalidError(())
        passkeys.check(
            database, place, Purpose.PROVE, answer=answer, person_id=person.person_id, browser=this_browser().token,
            now=now(),
        )  # fmt: skip
    elif person.has_factor:
        # Who has a second factor is asked for it: the password alone proves too little.
        raise InvalidError(())
    elif way == "password":
        accounts.check_password(database, person.person_id, str(form.password.data or ""))
    elif not _is_invented(person):
        raise InvalidError(())


def _is_invented(person: SignedIn) -> bool:
    """Whether this is one of the demo's people, who came in by one press and have nothing to prove with."""
    return bool(current_app.config["PLUMBLINE"].is_demo) and person.how == "demo"


def _drawn(person: SignedIn, form: ProofForm) -> str:
    for field in (form.code, form.recovery, form.password):
        # Each way is a form of its own on the page, and its field has to be filled in there.
        field.flags.required = True
    with reading() as database:
        ways = second_factor.ways(database, person.person_id)
        elsewhere = providers.offers_to_prove(database, person)
    return render_template(
        "auth/prove.html",
        form=form,
        person=person,
        ways=ways,
        elsewhere=elsewhere,
        first=person.facts.factor is FactorState.OWED,
        by_password=person.has_password and not ways.any,
        by_press=_is_invented(person) and not ways.any,
        by_passkey=ways.passkeys > 0 and passkey_place() is not None,
    )
