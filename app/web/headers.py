"""The headers of every response: a strict content policy with a fresh nonce, and nothing kept by caches."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import current_app, g, request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask, Response

PERMISSIONS_OFF = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
HSTS = "max-age=63072000; includeSubDomains"


def csp_nonce() -> str:
    """The nonce of this response's scripts."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = secrets.token_urlsafe(16)
    return nonce


def let_forms_go_to(origins: Iterable[str]) -> None:
    """Let forms of this one response lead to other origins: browsers hold redirects to the policy of the page too."""
    g.forms_go_to = tuple(origins)


def init_app(app: Flask) -> None:
    """Put the headers on every response, errors and static files included."""
    app.after_request(_protect)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def content_policy(nonce: str, forms_go_to: Iterable[str] = ()) -> str:
    """Everything off, then back on only what our own pages need; forms go nowhere else but to these origins."""
    targets = " ".join(["'self'", *forms_go_to])
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; form-action {targets}; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _protect(response: Response) -> Response:
    headers = response.headers
    # A download brings a stricter policy of its own.
    headers.setdefault("Content-Security-Policy", content_policy(csp_nonce(), g.get("forms_go_to", ())))
    headers["X-Content-Type-Options"] = "nosniff"
    # For browsers that know no policies; frame-ancestors says the same to all others.
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS_OFF
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = HSTS
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        headers["Vary"] = "Cookie"
    return response
