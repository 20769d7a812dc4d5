"""By which names the program answers: a name that somebody else points here opens nothing.

Otherwise a page elsewhere could give its own name the address of this machine, and read what a demo shows (DNS
rebinding), or have links made under a name that is not ours.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import current_app, request

from app.settings.names import PREFIX
from app.web.errors import answer

if TYPE_CHECKING:
    from flask import Flask, Response

    from app.settings import Settings

PROBED = frozenset({"/healthz", "/readyz", "/metrics"})
"""Probes name the machine and not the site; these addresses answer a word or figures and make no link."""
_BRACKETED = re.compile(r"\[([^]]*)](?::[0-9]+)?")
_KEPT = "plumbline.hosts"
_ELSEWHERE = (
    "Plumbline does not answer by this name, so that no other site can pass for it. Open it by the address that it "
    f"gave when it started. Whoever looks after it can add this name to {PREFIX}TRUSTED_HOSTS."
)


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse every request for a host that the settings do not name."""
    # Werkzeug's own check cuts an IPv6 address at its first colon, so that it never fits.
    app.extensions[_KEPT] = frozenset(map(host_name, settings.answered_hosts))
    app.before_request(_refuse_elsewhere)


def host_name(host: str) -> str:
    """The name in a ``Host`` header or a setting: without the port, in lower case, an IPv6 address at its shortest."""
    text = host.strip().lower()
    if text.startswith("[") or text.count(":") > 1:
        try:
            return ip_address(_BRACKETED.sub(r"\1", text)).compressed
        except ValueError:
            return ""
    name = text.partition(":")[0].removesuffix(".")
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _refuse_elsewhere() -> Response | None:
    if host_name(request.host) in current_app.extensions[_KEPT] - {""} or request.path in PROBED:
        return None
    return answer(HTTPStatus.BAD_REQUEST, _ELSEWHERE, home_url=_front_page())


def _front_page() -> str:
    settings: Settings = current_app.config["PLUMBLINE"]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{request.environ['SERVER_PORT']}/"
