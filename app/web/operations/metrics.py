"""Figures for Prometheus at `/metrics`, for who brings the token; without one in the settings, for nobody.

That the question comes from this machine is not enough: how many acts there were would tell people who work here, on a
demo or behind a proxy, that somebody sealed.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.domain.errors import NotFoundError
from app.web import logs
from app.web.clock import now
from app.web.guard import public
from app.web.operations import figures, job

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings


@job.get("/metrics")
@public("A collector has no account; it brings the token of PLUMBLINE_METRICS_TOKEN")
def collected() -> Response:
    """Every figure; what is not to be shown is answered as if it were not there."""
    if not _may_ask(current_app.config["PLUMBLINE"]):
        raise NotFoundError
    return Response(generate_latest(figures.registry(now())), content_type=CONTENT_TYPE_LATEST)


def init_app(app: Flask) -> None:
    """Count each answer."""
    app.after_request(_count)


def _may_ask(settings: Settings) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return settings.metrics_token is not None and hmac.compare_digest(given.encode(), settings.metrics_token.encode())


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    figures.REQUESTS.labels(endpoint, _method(), f"{response.status_code // 100}xx").inc()
    figures.SECONDS.labels(endpoint).observe(logs.seconds())
    return response


def _method() -> str:
    """The method, or one word for all that nobody has heard of: each new label would stay for good."""
    return request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other"
