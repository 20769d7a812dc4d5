"""Printing: a document through the one door to PDF, kept by its content so that the same one is set only once.

``?paper=letter`` chooses the paper, ``?as=page`` the printable page, which works where PDFs cannot be made.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
import unicodedata
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, Response, current_app, make_response, render_template, request, url_for

from app.domain.errors import NotFoundError
from app.web.guard import public
from reports import rendering

if TYPE_CHECKING:
    from pathlib import Path

    from app.domain.documents import Document

log = logging.getLogger("plumbline.documents")
_UNSAFE = re.compile(r"[^a-z0-9]+")
_PRIVATE_FACE = re.compile(r'@font-face \{[^}]*url\("plumbline:[^}]*\}')


def init_app(app: Flask) -> None:
    """Serve the style sheets of printable pages."""
    app.add_url_rule("/print/<paper>.css", endpoint="print_style", view_func=_print_style)


def send(kind: rendering.Kind, document: Document, *, name: str) -> Response:
    """Answer with the document as the address asks: a PDF (A4 or Letter), or a page to print."""
    paper: rendering.Paper = "letter" if request.args.get("paper") == "letter" else "a4"
    if request.args.get("as") == "page":
        return _page(kind, document, paper)
    try:
        body = _kept(kind, document, paper)
    except rendering.RenderingError as error:
        return _explain(error)
    response = Response(body, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=_file_name(name))
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def _file_name(name: str) -> str:
    """A name for every file system; letters lose their accents and stay letters."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(one))
    return f"{_UNSAFE.sub('-', plain).strip('-')}.pdf"


def _page(kind: rendering.Kind, document: Document, paper: rendering.Paper) -> Response:
    style = url_for("print_style", paper=paper)
    return make_response(rendering.render_html(kind, document, paper=paper, stylesheet_address=style))


def _kept(kind: rendering.Kind, document: Document, paper: rendering.Paper) -> bytes:
    folder: Path = current_app.config["PLUMBLINE"].instance / "rendered"
    kept = folder / f"{rendering.content_key(kind, document, paper=paper)}.pdf"
    if kept.exists():
        return kept.read_bytes()
    body = rendering.render_pdf(kind, document, paper=paper)
    try:
        _keep(kept, body)
    except OSError as error:
        # The document is made: without room to keep it, it is only made again the next time.
        log.warning("a document is not kept: %s", type(error).__name__)
    return body


def _keep(kept: Path, body: bytes) -> None:
    """Written aside and renamed, so that nobody ever reads half a document, and no part of one stays."""
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=kept.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(body)
        os.replace(aside, kept)  # noqa: PTH105  the rename is what makes it whole
    except OSError:
        os.unlink(aside)  # noqa: PTH108  as above
        raise


def _explain(error: rendering.RenderingError) -> Response:
    # The paper that was asked for, and whatever else the address says, holds for the page as well.
    printable = f"{request.path}?{urlencode({**request.args, 'as': 'page'})}"
    response = make_response(render_template("errors/no_pdf.html", detail=str(error), printable=printable))
    busy = isinstance(error, rendering.RenderingBusyError)
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS if busy else HTTPStatus.SERVICE_UNAVAILABLE
    if busy:
        response.headers["Retry-After"] = "5"
    return response


@public("a style sheet holds nothing of anybody")
def _print_style(paper: str) -> Response:
    if paper not in rendering.PAPERS:
        raise NotFoundError
    # The documents' own faces have addresses that only the engine knows; a browser takes the one of our pages.
    return Response(_face() + _PRIVATE_FACE.sub("", rendering.browser_sheet(paper)), mimetype="text/css")


def _face() -> str:
    address = current_app.jinja_env.globals["asset"]("fonts/inter.woff2")  # type: ignore[operator]  # a function of ours
    return f'@font-face {{ font-family: Inter; font-weight: 400 700; src: url("{address}") format("woff2") }}\n'
