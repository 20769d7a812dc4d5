"""Static files under an address that changes with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, request

from app.domain.errors import NotFoundError
from app.web import fonts
from app.web.guard import public
from reports import faces

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path(__file__).parent / "static"
_TEXT = ("text/", "image/svg+xml", "application/javascript")
_FONT = "fonts/inter.woff2"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, the same compressed where that pays, and its media type."""

    body: bytes
    packed: bytes | None
    media_type: str


def init_app(app: Flask) -> None:
    """Read every file once and serve it from memory."""
    # Beside the documents' typefaces, so that another installation of the same person finds it; without a home, here.
    found = _read_all(faces.folder().parent, app.config["PLUMBLINE"].instance / "cache")
    digest = hashlib.sha256()
    for path in sorted(found):
        digest.update(path.encode() + b"\0" + found[path].body)
    stamp = digest.hexdigest()[:12]

    @public("style sheets, scripts and fonts hold nothing of anybody")
    def static(stamp: str, path: str) -> Response:  # noqa: ARG001  the stamp only makes the address new
        return _send(found.get(path))

    app.add_url_rule("/static/<stamp>/<path:path>", endpoint="static", view_func=static)
    # Built by hand: a page about a Host that is not ours has no address map to ask.
    app.jinja_env.globals["asset"] = lambda path: f"/static/{stamp}/{path}"


def _read_all(*caches: Path) -> dict[str, Asset]:
    files = {file.relative_to(FOLDER).as_posix(): file.read_bytes() for file in FOLDER.rglob("*") if file.is_file()}
    files[_FONT] = fonts.inter_woff2(*caches)
    return {path: _asset(path, body) for path, body in files.items()}


def _asset(path: str, body: bytes) -> Asset:
    media_type = "text/javascript" if path.endswith(".js") else mimetypes.guess_type(path)[0]
    if path.endswith(".woff2"):
        media_type = "font/woff2"
    media_type = media_type or "application/octet-stream"
    packed = gzip.compress(body, mtime=0) if media_type.startswith(_TEXT) else None
    return Asset(body, packed, media_type)


def _send(asset: Asset | None) -> Response:
    if asset is None:
        raise NotFoundError
    packed = asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(asset.packed if packed else asset.body, mimetype=asset.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if asset.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
