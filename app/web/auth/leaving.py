"""The way out: here first, and then, where a provider is set up for it, there too."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, cast

from flask import current_app, make_response, render_template, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from app.services import identities, oidc, sessions
from app.web.auth import job, providers
from app.web.clock import now
from app.web.database import writing
from app.web.guard import public
from app.web.pages import go

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.web.sessions import BrowserSession

security_log = logging.getLogger("plumbline.security")
_BACK_WITHIN = 10 * 60


@job.post("/sign-out")
@public("ending a session that has ended already is no fault")
def sign_out() -> Response:
    """End this browser's session and clear what the browser kept; then sign out at the provider it came from."""
    browser, issuer = cast("BrowserSession", session), None
    if not browser.is_new:
        with writing() as database:
            issuer = identities.came_by(database, browser.token)
            sessions.end(database, browser.token, now=now())
    browser.forget()
    response = _out_there(issuer) or go("auth.sign_in", done="signed-out")
    # Not the cookies: by one of them the browser is known again, so that others' tries do not keep its owner out.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@job.get("/sign-in/left/<provider>")
@public("whoever comes back from signing out there is not signed in")
def left(provider: str) -> Response:
    """Say to whoever left from here that they are signed out; to anybody else this is the sign-in page."""
    try:
        ours = _signer().loads(request.args.get("state", ""), max_age=_BACK_WITHIN)[0] == provider
    except BadData:
        ours = False
    return go("auth.sign_in", done="signed-out" if ours else None)


def _out_there(issuer: str | None) -> Response | None:
    """The page that leads on to the provider; ``None`` where there is nowhere to go, or nobody answers there."""
    provider = providers.to_leave(issuer)
    address = _way_out(provider.key) if provider else None
    if provider is None or address is None:
        return None
    response = make_response(render_template("auth/leaving.html", provider=provider, address=address))
    # A redirect would be held to the policy of the page whose form was sent, which lets forms go nowhere else.
    response.headers["Refresh"] = f"0; url={address}"
    return response


def _way_out(key: str) -> str | None:
    state = str(_signer().dumps([key, secrets.token_urlsafe(16)]))
    try:
        return providers.client(key).way_out(providers.way_back(key, "auth.left"), state, now())
    except oidc.ProviderDownError as error:
        security_log.warning("provider.down provider=%s reason=%s", key, error)
        return None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="left")
