"""What happens once somebody has shown who they are: a session with a new token, and back to where they were going."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import current_app, make_response, request

from app.domain.facts import FactorState
from app.services import known_browsers, sessions
from app.web import guard
from app.web.auth import proof
from app.web.auth.onward import onward
from app.web.clock import now
from app.web.credential_keys import this_browser
from app.web.database import writing
from app.web.sessions import TOKEN_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

_LENGTH = len(secrets.token_urlsafe(TOKEN_BYTES))


def admit(
    person_id: UUID,
    *,
    how: str,
    factor_done: bool,
    then: str = "/",
    carried: str = "",
    provider_sid: str | None = None,
    proved_at: datetime | None = None,
    first: Callable[[Session], None] | None = None,
) -> Response:
    """Begin a session under a new token, remember the browser, and go on to ``then`` or to what was ``carried``.

    ``proved_at`` is when the proof was given, if that was before now; ``first`` is what has to hold still in the very
    transaction in which the session begins. ``how`` and ``factor_done`` are those of
    :func:`app.services.sessions.begin`. Who still owes a second factor is asked for it by the first page they open.
    """
    moment, browser = now(), this_browser()
    with writing() as database:
        if first is not None:
            first(database)
        token = sessions.begin(
            database, person_id, browser=request.headers.get("User-Agent", ""), place=request.remote_addr or "",
            now=moment, how=how, proved_at=proved_at or moment, factor_done=factor_done, provider_sid=provider_sid,
        )  # fmt: skip
        mark = known_browsers.remember(database, person_id, browser_mark(), now=moment)
        database.flush()
        known = sessions.person_of(database, token, now=moment, policy=guard.factor_policy())
    browser.replace(token)
    settled = known is None or known.actor.factor is FactorState.SETTLED
    if not settled and carried and known is not None:
        response: Response = make_response(proof.form_for(guard.signed_in(known), then=then, carried=carried))
    else:
        response = onward(then, carried)
    _mark(response, mark)
    return response


def browser_mark() -> str | None:
    """By which this browser is known again, if it brings anything that can be such a mark."""
    brought = request.cookies.get(_cookie(), "")
    return brought if len(brought) == _LENGTH and brought.isascii() else None


def _mark(response: Response, mark: str) -> None:
    response.set_cookie(
        _cookie(), mark, path="/", max_age=int(known_browsers.LASTS.total_seconds()), httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip


def _cookie() -> str:
    return "__Host-plumbline-browser" if current_app.config["SESSION_COOKIE_SECURE"] else "plumbline-browser"
