"""How much may be sent to the addresses that take whole files; everywhere else the program's own limit holds."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from app.formats.blueprint_archive import MOST_UPLOAD
from app.services.drafts import MOST_TEXT
from app.web.blueprint import job

_AROUND = 200_000
"""Room for the other fields of a form and the lines between the files of a folder."""
_TYPED = 3 * MOST_TEXT
"""A form writes each byte of a letter outside ASCII with three."""

_MOST = {
    "blueprint.upload_draft": MOST_UPLOAD + _AROUND,
    "blueprint.replace_files": MOST_UPLOAD + _AROUND,
    "blueprint.draft_text": _TYPED + _AROUND,
    "blueprint.check_draft": _TYPED + _AROUND,
}


@job.url_value_preprocessor
def _widen(endpoint: str | None, _values: object) -> None:
    """Set the limit before anything reads the form: the token check is the first that does."""
    if request.method != "POST" or endpoint not in _MOST:
        return
    most = _MOST[endpoint]
    request.max_content_length = most
    request.max_form_memory_size = most
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge
