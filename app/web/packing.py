"""Compresses pages: a scorecard is six times smaller on the way, as its anchors repeat themselves.

Whoever can watch the wire and have a page asked for with words of their choice could guess at a secret in it by the
length of the answer. So every packed page begins with a name of random length, which readers of gzip skip.
"""

from __future__ import annotations

import gzip
import io
import secrets
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

_SMALL = 1400  # fits into one packet as it is
_LEVEL = 5
_LONGEST_NAME = 100


def init_app(app: Flask) -> None:
    """Compress after everything else has been said about a response: to be called before other hooks are added."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if request.accept_encodings["gzip"] and len(body) > _SMALL:
        response.set_data(_packed(body))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _packed(body: bytes) -> bytes:
    name = "p" * (1 + secrets.randbelow(_LONGEST_NAME))
    into = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=_LEVEL, fileobj=into, mtime=0) as packer:
        packer.write(body)
    return into.getvalue()
