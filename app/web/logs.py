"""The log: one line of JSON an event, with the number of the request, and nothing personal.

JSON in ASCII escapes every control character, so nobody can forge a line. Addresses of mail, long tokens and query
strings are masked wherever a library puts them; an exception is told by its kind and places, never by its message.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import g, request

from app.web.request_id import request_id

if TYPE_CHECKING:
    from types import TracebackType

    from flask import Flask, Response

requests_log = logging.getLogger("plumbline.request")

_MASKS = (
    (re.compile(r"[^\s@<>\"'=,;:]+@[^\s@<>\"',;]+\.\w+"), "[mail]"),
    (re.compile(r"\?[^\s\"']*=[^\s\"']*"), "?[query]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 [token]"),
    (re.compile(r"\b[A-Za-z0-9_-]{40,}\b"), "[token]"),
)
_PLACES = 8
_LONGEST = 2_000


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": masked(record.getMessage())[:_LONGEST],
        }
        if number := request_id():
            told["request"] = number
        fields: dict[str, object] = getattr(record, "fields", {})
        told |= {name: masked(value) if isinstance(value, str) else value for name, value in fields.items()}
        if record.exc_info and record.exc_info[0] is not None:
            told["exception"] = record.exc_info[0].__name__
            told["places"] = places(record.exc_info[2])
        return json.dumps(told)


def masked(text: str) -> str:
    """A text in which addresses of mail, tokens and query strings are covered."""
    for pattern, cover in _MASKS:
        text = pattern.sub(cover, text)
    return text


def places(trace: TracebackType | None) -> str:
    """Where an exception came by, innermost last: names of functions and lines, which hold no data."""
    found = []
    while trace is not None:
        found.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(found[-_PLACES:])


def set_up(level: str) -> None:
    """Send the log of this process to standard error; ``level`` is ``warning`` or ``info``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    # Only our own events are told at a lower level: those of libraries may hold whole requests.
    logging.getLogger("plumbline").setLevel(level.upper())


def init_app(app: Flask) -> None:
    """Note when each request begins, and write a line when it is answered."""
    app.before_request(_begin)
    app.after_request(_answered)


def seconds() -> float:
    """How long the present request has taken so far."""
    return time.perf_counter() - float(g.get("began", time.perf_counter()))


def _begin() -> None:
    g.began = time.perf_counter()


def _answered(response: Response) -> Response:
    # The endpoint and not the path: a path names whose page it was.
    fields = {
        "endpoint": request.endpoint or "", "method": request.method, "status": response.status_code,
        "ms": round(seconds() * 1000, 1),
    }  # fmt: skip
    requests_log.info("request", extra={"fields": fields})
    return response
