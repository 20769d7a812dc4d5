"""How much may be sent to the two addresses that take files; everywhere else the program's own limit holds."""

from __future__ import annotations

from flask import request

from app.domain.errors import Fault, InvalidError
from app.formats import candidate_csv, document_kind
from app.services.files import SIZE_LIMIT
from app.web.hiring import job

_AROUND = 100_000
"""Room for the other fields of the form and the lines between them."""

_LIMITS = {
    "hiring.import_candidates": (candidate_csv.SIZE_LIMIT, candidate_csv.LIMITS),
    "hiring.add_file": (SIZE_LIMIT, document_kind.LIMITS),
}


@job.url_value_preprocessor
def _widen(endpoint: str | None, _values: object) -> None:
    """Set the limit before anything reads the form: the token check is the first that does."""
    if request.method != "POST" or endpoint not in _LIMITS:
        return
    most, words = _LIMITS[endpoint]
    request.max_content_length = most + _AROUND
    sent = request.content_length or 0
    if sent > most + _AROUND:
        message = f"This file has {sent / 1_000_000:.0f} MB. Accepted: {words}."
        raise InvalidError((Fault("file", message),))
