"""What stands in front of the program: proxies of ours, and what they may say of who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Read who asks from forwarding headers where proxies are trusted."""
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        # The host is not taken from a header: it has to be one of the trusted ones as it is.
        fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]  # Flask's documented way
