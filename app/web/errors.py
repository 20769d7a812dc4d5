"""Every refusal becomes a page or RFC 9457 JSON here, once, with a reference number and nothing of the inside."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from app.domain import errors
from app.models.engine import lacks_migration, lacks_room
from app.web import carry
from app.web.logs import places
from app.web.request_id import request_id

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("plumbline.web")
security_log = logging.getLogger("plumbline.security")

_STATUS: dict[type[errors.PlumblineError], HTTPStatus] = {
    errors.NotAllowedError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.DraftGoneError: HTTPStatus.NOT_FOUND,
    errors.NotYetError: HTTPStatus.CONFLICT,
    errors.AlreadyDoneError: HTTPStatus.CONFLICT,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
}
_LATER = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE})
_BUSY = "The database is busy. Nothing was lost; try again in a moment."
_FULL = (
    "There is no room left to store anything. Nothing was lost, and nothing half-finished was kept; "
    "whoever looks after Plumbline has to make room on its disk."
)
_OLD = (
    "The database is older than the program: a part of it is missing. "
    "Whoever looks after Plumbline mends this with: python3 -m app migrate"
)


def init_app(app: Flask) -> None:
    """Answer refusals of the domain, of HTTP, of the database, and everything unforeseen."""
    app.register_error_handler(errors.PlumblineError, _refusal)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unforeseen)


def wants_json() -> bool:
    """Whether a script asked."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def answer(
    status: int,
    text: str,
    *,
    home_url: str = "/",
    **extra: Any,  # noqa: ANN401  problem members are any JSON
) -> Response:
    """The page or problem document for a status; ``text`` says what to do in plain words, ``home_url`` where to go."""
    reference = request_id()
    log.info("refused status=%d endpoint=%s", status, request.endpoint)
    if wants_json():
        problem = {"title": HTTPStatus(status).phrase, "status": status, "detail": text, "reference": reference}
        response = jsonify({**problem, **extra})
        response.mimetype = "application/problem+json"
    else:
        typed = _to_send_again(status)
        page = render_template(
            "errors/error.html", status=status, detail=text, reference=reference, typed=typed, home_url=home_url
        )
        response = make_response(page)
    response.status_code = status
    return response


def _refusal(error: errors.PlumblineError) -> Response:
    status = _STATUS[type(error)]
    if status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        security_log.warning("authz.denied %s endpoint=%s method=%s", _who(), request.endpoint, request.method)
    extra: dict[str, Any] = {}
    if isinstance(error, errors.InvalidError):
        extra["faults"] = [{"field": fault.field, "message": fault.message} for fault in error.faults]
    if isinstance(error, errors.ConflictError):
        extra["version"] = error.current_version
    response = answer(status, str(error), **extra)
    if isinstance(error, errors.TooManyError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _who() -> str:
    """Who really sits there, and beside it as whom they look at the program, when they do."""
    seen = getattr(current_user, "person_id", "nobody")
    looker = getattr(current_user, "looker", None)
    return f"person={looker.person_id} looking_as={seen}" if looker else f"person={seen}"


def forged(_error: CSRFError) -> Response:
    """Refuse a form whose token is not this browser's."""
    return answer(HTTPStatus.FORBIDDEN, "This form is from another browser or too old. Open the page again.")


def _http(error: HTTPException) -> Response:
    too_large = error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    response = answer(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, _over_limit() if too_large else "")
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _over_limit() -> str:
    sent = request.content_length or 0
    whole, texts = request.max_content_length, request.max_form_memory_size
    if whole is not None and sent > whole:
        return f"This page takes at most {_size(whole)}, and what you sent is larger."
    if texts is not None and sent > texts:
        return f"The text of a form may be at most {_size(texts)} here, and yours is longer."
    return "What you sent has more fields or files than this page takes."


def _size(octets: int) -> str:
    megabyte = 1_000_000
    return f"{octets // megabyte} MB" if octets >= megabyte else f"{octets // 1000} kB"


def _database(error: DBAPIError) -> Response:
    if lacks_migration(error):
        log.error("the database is older than the program: run python3 -m app migrate")
        return answer(HTTPStatus.SERVICE_UNAVAILABLE, _OLD)
    return _busy(error) if isinstance(error, OperationalError) else _unforeseen(error)


def _busy(error: OperationalError) -> Response:
    log.warning("database refused: %s", type(error.orig).__name__)
    if lacks_room(error):
        return answer(HTTPStatus.INSUFFICIENT_STORAGE, _FULL)
    response = answer(HTTPStatus.SERVICE_UNAVAILABLE, _BUSY)
    response.headers["Retry-After"] = "2"
    return response


def _to_send_again(status: int) -> tuple[tuple[str, str], ...]:
    """What was typed into a form that could not be kept for want of a database or of room; never a secret or a file."""
    if status not in _LATER or request.blueprint == "auth" or request.files:
        return ()
    return carry.typed()


def _unforeseen(error: Exception) -> Response:
    # The trace goes to the log by code place only: messages of exceptions may hold personal data.
    where = places(error.__traceback__)
    log.error("unforeseen %s endpoint=%s at %s", type(error).__name__, request.endpoint, where)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "")
