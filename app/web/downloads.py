"""The one way in which files of people leave the program: as downloads that no browser opens inside its pages."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import current_app, send_file

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Response

    from app.services.files import StoredFile

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def folder() -> Path:
    """Where files lie: outside every served folder."""
    instance: Path = current_app.config["PLUMBLINE"].instance
    return instance / "files"


def download(stored: StoredFile) -> Response:
    """The file's bytes to be saved; commit that it was viewed before you answer with this."""
    response = send_file(
        BytesIO(stored.data), mimetype=stored.media_type, as_attachment=True, download_name=stored.name, etag=False
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
