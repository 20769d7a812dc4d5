"""Leaving for a provider and coming back: to sign in, to connect an account, and to show again who somebody is.

What belongs to one sign-in is kept here and bound to the browser that left. An answer that nobody here asked for, or
that another browser brings, changes nothing.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, redirect, request, url_for
from flask_login import current_user

from app.domain.errors import ConflictError, NotAllowedError, ProofNeededError
from app.domain.identity import Purpose
from app.domain.permission import Permission
from app.domain.second_factor import PROOF_LASTS
from app.services import identities, limits, oidc, sessions, sign_in_flows
from app.services.identities import NotAdmittedError
from app.services.sign_in_flows import Errand
from app.web import carry, errors
from app.web.auth import connections, job, providers
from app.web.auth.admission import admit
from app.web.auth.forms import ProofForm, SignInForm
from app.web.auth.onward import onward
from app.web.clock import now
from app.web.credential_keys import this_browser
from app.web.database import reading, writing
from app.web.guard import current_actor, current_person, public, requires
from app.web.pages import go

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response

    from app.domain.identity import Proven
    from app.services.sign_in_flows import Back

security_log = logging.getLogger("plumbline.security")
_ASKED_NOTHING = "Nobody here is waiting for this answer. Begin again from the sign-in page."
_NO_PROOF = "What came back does not prove who you are, so nothing was done. Begin again."
_TURNED_BACK = "You were not signed in there, so nothing was done here."
_LONGEST_PATH = 400
_OFTEN = "Too many tries. Wait a few minutes, then try again."


class _StoppedError(Exception):
    """A sign-in that ends here, with the status and the sentence that say so."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@job.post("/sign-in/with/<provider>")
@public("nobody is signed in yet")
def leave(provider: str) -> Response:
    """Send the browser to a provider to sign in."""
    if current_user.is_authenticated:
        return redirect("/", 303)
    return _leave(provider, _errand(SignInForm(), Purpose.ENTER, None))


@job.post("/account/connections/<provider>")
@requires(Permission.CREDENTIAL_CHANGE)
def connect(provider: str) -> Response:
    """Send the browser to a provider whose account shall open this one here."""
    with reading() as database:
        identities.may_connect(database, current_actor())
    return _leave(provider, Errand(Purpose.LINK, current_person().person_id))


@job.post("/prove/with/<provider>")
@requires(Permission.PROOF_GIVE)
def leave_to_prove(provider: str) -> Response:
    """Send the browser to a provider to show again who the person is."""
    return _leave(provider, _errand(ProofForm(), Purpose.PROVE, current_person().person_id))


@job.get("/sign-in/from/<provider>")
@public("the answer of a provider; it counts only in the browser that was sent there")
def come_back(provider: str) -> Response:
    """Take the answer to what this browser asked: once, within ten minutes, and for the same person."""
    client, back = providers.client(provider), None
    try:
        back = _taken(provider)
        return _ended(client, provider, back)
    except _StoppedError as stop:
        return _stopped(stop, back)


def _errand(form: SignInForm | ProofForm, purpose: Purpose, person_id: UUID | None) -> Errand:
    """Why the browser leaves; of what it sends along only a page of ours and what we signed is kept meanwhile."""
    then, carried = carry.own_page(str(form.then.data or "/")), str(form.carried.data or "")
    return Errand(
        purpose, person_id, then if len(then) <= _LONGEST_PATH else "/",
        carried if carry.unpack(carried) is not None else "",
    )  # fmt: skip


def _leave(key: str, errand: Errand) -> Response:
    client, browser = providers.client(key), this_browser()
    moment = now()
    try:
        _within_limit()
        with writing() as database:
            sent = sign_in_flows.send(database, key, errand, browser=browser.token, now=moment)
        since = moment if errand.purpose is Purpose.PROVE else None
        asking = oidc.Asking(sent.state, sent.nonce, sent.verifier, providers.way_back(key), since)
        return redirect(client.address(asking, moment), 303)
    except oidc.ProviderDownError as error:
        return _stopped(_down(client, error), errand)
    except _StoppedError as stop:
        return _stopped(stop, errand)


def _taken(key: str) -> Back:
    _within_limit()
    state, browser = request.args.get("state", ""), this_browser()
    with writing() as database:
        back = sign_in_flows.take_back(database, key, state, browser=browser.token, now=now())
    if back is None or browser.is_new:
        security_log.warning("provider.unasked provider=%s", key)
        raise _StoppedError(HTTPStatus.BAD_REQUEST, _ASKED_NOTHING)
    return back


def _ended(client: oidc.Client, key: str, back: Back) -> Response:
    """Judge what the provider proves, then do what the browser had left for."""
    proven = _proven(client, key, back)
    if back.purpose is Purpose.ENTER:
        return _enter(client, proven, back)
    if not current_user.is_authenticated or current_person().person_id != back.person_id:
        raise _StoppedError(HTTPStatus.BAD_REQUEST, _ASKED_NOTHING)
    return _connect(proven) if back.purpose is Purpose.LINK else _prove(client, proven, back)


def _proven(client: oidc.Client, key: str, back: Back) -> Proven:
    if "error" in request.args:
        raise _StoppedError(HTTPStatus.BAD_REQUEST, _TURNED_BACK)
    since = back.begun_at if back.purpose is Purpose.PROVE else None
    asking = oidc.Asking("", back.nonce, back.verifier, providers.way_back(key), since)
    answer = oidc.Answer(request.args.get("code", ""), request.args.get("iss"))
    try:
        return client.proof(asking, answer, now())
    except oidc.ProofError as error:
        security_log.warning("provider.refused provider=%s reason=%s", key, error)
        raise _StoppedError(HTTPStatus.BAD_REQUEST, _NO_PROOF) from error
    except oidc.ProviderDownError as error:
        raise _down(client, error) from error


def _enter(client: oidc.Client, proven: Proven, back: Back) -> Response:
    if current_user.is_authenticated:
        raise _StoppedError(HTTPStatus.BAD_REQUEST, _ASKED_NOTHING)
    moment = now()
    try:
        with writing() as database:
            person_id = identities.admit(database, client.provider, proven, now=moment)
    except NotAdmittedError as error:
        raise _StoppedError(HTTPStatus.FORBIDDEN, str(error)) from error
    return admit(
        person_id,
        how=identities.HOW,
        factor_done=_counts_as_factor(client, proven),
        then=back.then,
        carried=back.carried,
        provider_sid=proven.session,
        # A provider that does not say when the person gave a proof may have signed them in without any.
        proved_at=min(moment, proven.proved_at or moment - PROOF_LASTS),
    )


def _connect(proven: Proven) -> Response:
    try:
        with writing() as database:
            identities.link(database, current_actor(), proven, keep=this_browser().token, now=now())
    except (ConflictError, NotAllowedError, ProofNeededError) as error:
        raise _StoppedError(HTTPStatus.CONFLICT, str(error)) from error
    return go("auth.connections", done="connected")


def _prove(client: oidc.Client, proven: Proven, back: Back) -> Response:
    factor = _counts_as_factor(client, proven)
    with writing() as database:
        if not identities.is_of(database, current_person().person_id, proven):
            raise _StoppedError(HTTPStatus.BAD_REQUEST, _NO_PROOF)
        if current_person().has_factor and not factor:
            # Who has a second factor is asked for it: one sign-in elsewhere proves too little.
            raise _StoppedError(HTTPStatus.BAD_REQUEST, _NO_PROOF)
        token = sessions.prove(database, this_browser().token, now=now(), factor_done=factor)
    this_browser().replace(token)
    return onward(back.then, back.carried)


def _counts_as_factor(client: oidc.Client, proven: Proven) -> bool:
    return bool(proven.methods & set(client.provider.methods))


def _within_limit() -> None:
    if providers.wait(limits.PROVIDER_ADDRESS):
        raise _StoppedError(HTTPStatus.TOO_MANY_REQUESTS, _OFTEN)


def _down(client: oidc.Client, error: oidc.ProviderDownError) -> _StoppedError:
    security_log.warning("provider.down provider=%s reason=%s", client.provider.key, error)
    text = f"{client.provider.name} does not answer as it should. Try again in a minute, or use another way."
    return _StoppedError(HTTPStatus.SERVICE_UNAVAILABLE, text)


def _stopped(stop: _StoppedError, kept: Errand | Back | None) -> Response:
    """Say what happened: on the sign-in page to whoever is not signed in, with what they had typed still kept."""
    if current_user.is_authenticated:
        if stop.status is HTTPStatus.CONFLICT:
            return make_response(connections.drawn(stop.text, status=stop.status))
        return errors.answer(stop.status, stop.text, sign_in=url_for("auth.connections"))
    from app.web.auth.sign_in import drawn

    form = SignInForm(formdata=None, then=kept.then if kept else "/", carried=kept.carried if kept else "")
    form.form_errors.append(stop.text)
    response = make_response(drawn(form))
    response.status_code = stop.status
    return response
