"""Server-side sessions: the browser holds a random token, the database its hash.

Anonymous visitors get a token and no row. The CSRF secret of a browser is derived from its token, so showing a form
writes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any

from flask import g
from flask.sessions import SessionInterface, SessionMixin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask, Request, Response

TOKEN_BYTES = 32
_CSRF = "csrf_token"


class BrowserSession(dict[str, Any], SessionMixin):
    """One browser's session; only the CSRF secret can be read from it as from a mapping."""

    def __init__(self, token: str, key: str, *, is_new: bool) -> None:
        """Hold the token; ``is_new`` when the browser did not bring one."""
        super().__init__()
        self.token = token
        self.is_new = is_new
        self.send_cookie = False
        self.forget_cookie = False
        self._key = key

    def __contains__(self, key: object) -> bool:
        """Whether a value can be had: always the CSRF secret, never anything else."""
        return key == _CSRF

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  the mapping interface that Flask-WTF reads
        """The CSRF secret of this browser."""
        if key != _CSRF:
            raise KeyError(key)
        self.send_cookie = self.send_cookie or self.is_new
        return hmac.new(self._key.encode(), b"csrf:" + self.token.encode(), hashlib.sha256).hexdigest()

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  as above
        """The CSRF secret, or the default."""
        return self[key] if key == _CSRF else default

    def __iter__(self) -> Iterator[str]:
        """Only the CSRF secret."""
        return iter((_CSRF,))

    def replace(self, token: str) -> None:
        """Use another token from this response on (sign-in, password change)."""
        self.token, self.is_new, self.send_cookie = token, False, True
        # Flask-WTF keeps the form token for the whole request; forms drawn from here on belong to the new one.
        g.pop(_CSRF, None)

    def forget(self) -> None:
        """Take the cookie away (sign-out)."""
        self.forget_cookie = True


class TokenSessions(SessionInterface):
    """Reads and sends the one cookie of the program."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session of the browser that asks, with a fresh token when it brings none."""
        token = request.cookies.get(cookie_name(app), "")
        known = len(token) == len(secrets.token_urlsafe(TOKEN_BYTES)) and token.isascii()
        fresh = token if known else secrets.token_urlsafe(TOKEN_BYTES)
        return BrowserSession(fresh, str(app.secret_key), is_new=not known)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send or take back the cookie where this request changed it."""
        if not isinstance(session, BrowserSession):
            return
        name, secure = cookie_name(app), bool(app.config["SESSION_COOKIE_SECURE"])
        if session.forget_cookie:
            response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
        elif session.send_cookie:
            response.set_cookie(name, session.token, path="/", secure=secure, httponly=True, samesite="Lax")


def cookie_name(app: Flask) -> str:
    """``__Host-`` binds the cookie to this host and to https; plain http on loopback cannot have it."""
    return "__Host-plumbline" if app.config["SESSION_COOKIE_SECURE"] else "plumbline"
