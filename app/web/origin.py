"""Cross-site requests are refused by what browsers say of themselves, before any token is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app, request

from app.domain.errors import NotAllowedError

if TYPE_CHECKING:
    from flask import Flask

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSED = "This came from another site, so nothing was done. Open the page here and try again."


def init_app(app: Flask) -> None:
    """Check the origin of every request that could change something."""
    app.before_request(_refuse_foreign)


def _refuse_foreign() -> None:
    if request.method in SAFE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowedError(_REFUSED)
    origin = request.headers.get("Origin")
    if origin is not None and _host_of(origin) not in _own_hosts():
        raise NotAllowedError(_REFUSED)
    if _host_of(request.headers.get("Referer", "")) is None:
        # Over https the form's token is held against it next, by a library that would break on what is no address.
        raise NotAllowedError(_REFUSED)


def _host_of(address: str) -> str | None:
    """The host and port of an address; ``None`` for what is none, which no browser sends and a stranger may."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def _own_hosts() -> frozenset[str]:
    public = current_app.config.get("PUBLIC_URL")
    return frozenset({request.host} | ({urlsplit(public).netloc} if public else set()))
