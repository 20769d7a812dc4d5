"""What a provider tells of its own accord: that somebody signed out there, so that they are signed out here too."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, jsonify, request

from app.domain.errors import NotAllowedError
from app.services import identities, limits, oidc
from app.services.oidc_tokens import session_name
from app.web.auth import job, providers
from app.web.clock import now
from app.web.database import writing
from app.web.guard import public

if TYPE_CHECKING:
    from flask.sansio.blueprints import BlueprintSetupState

security_log = logging.getLogger("plumbline.security")


@job.post("/sign-in/ended/<provider>")
@public("a provider's own notice, signed by it; it can only end sessions")
def hear_logout(provider: str) -> Response:
    """Take a back-channel notice, once; whoever sends one that does not hold learns only that."""
    client, moment = providers.client(provider), now()
    if providers.wait(limits.PROVIDER_NOTICE):
        return _answer(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        said = client.logged_out(request.form.get("logout_token"), moment)
        with writing() as database:
            identities.end_notified(database, client.provider.issuer, said, now=moment)
    except (oidc.ProofError, NotAllowedError) as error:
        security_log.warning("provider.notice_refused provider=%s reason=%s", provider, error)
        return _answer(HTTPStatus.BAD_REQUEST)
    except oidc.ProviderDownError as error:
        security_log.warning("provider.down provider=%s reason=%s", provider, error)
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
    return Response(status=HTTPStatus.OK)


@job.get("/sign-in/ended/<provider>")
@public("a provider asks it in a frame of its sign-out page; only who knows the name of a session ends it")
def hear_logout_in_front(provider: str) -> Response:
    """Take a front-channel notice: the session that it names ends, and nothing says whether there was one."""
    issuer = providers.client(provider).provider.issuer
    if providers.wait(limits.PROVIDER_NOTICE):
        return _answer(HTTPStatus.TOO_MANY_REQUESTS)
    name = session_name(issuer, request.args.get("sid"))
    if name is not None and request.args.get("iss") == issuer:
        with writing() as database:
            identities.end_session(database, name, now=now())
    return Response(status=HTTPStatus.NO_CONTENT)


@job.record_once
def _need_no_form_token(state: BlueprintSetupState) -> None:
    # A provider has no page of ours to take a form token from; its own signature says who it is.
    state.app.extensions["csrf"].exempt(hear_logout)


def _answer(status: HTTPStatus) -> Response:
    response = jsonify({"error": "invalid_request"})
    response.status_code = status
    return response
