"""The number of a request: on every line of the log that it causes, and on the error page that a person reads out.

A proxy of ours may have numbered the request already; from anybody else the header is not taken, because it would let
them write into the log.
"""

from __future__ import annotations

import re
import secrets

from flask import current_app, g, has_request_context, request

HEADER = "X-Request-Id"
_OURS = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_id() -> str:
    """The number of the present request; empty outside of one."""
    if not has_request_context():
        return ""
    number: str | None = g.get("request_id")
    if number is None:
        number = g.request_id = _given() or secrets.token_hex(4)
    return number


def _given() -> str:
    if not current_app.config["PLUMBLINE"].trusted_proxies:
        return ""
    given = request.headers.get(HEADER, "")
    return given if _OURS.fullmatch(given) else ""
