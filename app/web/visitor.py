"""A candidate's browser: a cookie of its own, apart from that of people who sign in, and two plain refusals."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, render_template, request

from app.domain.link_token import LinkKeys
from app.web import errors
from app.web.sessions import TOKEN_BYTES

if TYPE_CHECKING:
    from flask import Response

_LENGTH = len(secrets.token_urlsafe(TOKEN_BYTES))
_LAPSED = "Your visit has ended. Open the link in your mail again; what was saved is still there."
_ENDED = "This link has ended. Ask the person who wrote to you for a new one."
Refusal = tuple[str, int]


def link_keys() -> LinkKeys:
    """The key of this installation that signs candidates' links."""
    return LinkKeys.of(str(current_app.secret_key))


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host and to https; plain http on loopback cannot have it."""
    return "__Host-plumbline-candidate" if current_app.config["SESSION_COOKIE_SECURE"] else "plumbline-candidate"


def token() -> str | None:
    """What the browser brings, if it can be a visit's token at all."""
    brought = request.cookies.get(cookie_name(), "")
    return brought if len(brought) == _LENGTH and brought.isascii() else None


def admit(response: Response, fresh: str) -> None:
    """Give the browser its visit."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(cookie_name(), fresh, path="/", secure=secure, httponly=True, samesite="Lax")


def dismiss(response: Response) -> None:
    """Take the visit away from the browser."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")


def lapsed() -> Refusal | Response:
    """No visit, or one that rested too long: the link opens a new one (401)."""
    if errors.wants_json():
        return errors.answer(HTTPStatus.UNAUTHORIZED, _LAPSED)
    return render_template("candidate/lapsed.html"), HTTPStatus.UNAUTHORIZED


def ended() -> Refusal | Response:
    """The link has ended, whatever the reason; the page says nothing of anybody (410)."""
    if errors.wants_json():
        return errors.answer(HTTPStatus.GONE, _ENDED)
    return render_template("candidate/ended.html"), HTTPStatus.GONE
