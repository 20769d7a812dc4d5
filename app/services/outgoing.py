"""A session of requests whose every question leaves through the one guarded door, and within one span of time.

Libraries that speak a protocol over requests thereby reach named hosts at judged addresses only, follow nothing, and
cannot be kept waiting or flooded.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from requests import RequestException, Response, Session
from requests.adapters import BaseAdapter

from app.services.fetching import FetchError, Question

if TYPE_CHECKING:
    from requests import PreparedRequest

    from app.services.fetching import Reply, Span


class GuardedAdapter(BaseAdapter):
    """Carries requests through our own door."""

    def __init__(self, span: Span) -> None:
        """Ask within this span of time."""
        super().__init__()
        self._span = span

    def send(self, request: PreparedRequest, *_unused: Any, **_unused_too: Any) -> Response:  # noqa: ANN401  what requests passes: stream, timeout, verify, cert, proxies
        """Ask, and give the answer as requests wants it; :class:`RequestException` where the door stays shut."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        question = Question(
            str(request.url), request.method or "GET", {str(k): str(v) for k, v in request.headers.items()},
            bytes(body) if isinstance(body, bytes) else None,
        )  # fmt: skip
        try:
            return _response(self._span.ask(question), request)
        except FetchError as error:
            raise RequestException(str(error), request=request) from error

    def close(self) -> None:
        """Nothing is kept open between two questions."""


def guard(session: Session, span: Span) -> None:
    """Let a session ask through our own door alone: nothing from the environment, no other way out."""
    session.trust_env = False
    session.adapters.clear()
    adapter = GuardedAdapter(span)
    session.mount("https://", adapter)
    session.mount("http://", adapter)


def _response(reply: Reply, request: PreparedRequest) -> Response:
    response = Response()
    response.status_code = reply.status
    response.headers.update(reply.headers)
    response.raw = BytesIO(reply.body)
    response.url = str(request.url)
    response.request = request
    response.encoding = "utf-8"
    return response
