"""The one door to printed documents: frozen facts in, a page or the bytes of a PDF out.

`render_pdf` needs Pango on the machine and says so when it is missing; `render_html` always works. Both draw the
same page. Nothing here asks a clock: the same document gives the same bytes, on any day and in any process.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata

from app import __version__
from app.domain.documents import Document
from reports import pages, scripts
from reports.errors import RenderingBusyError, RenderingError, RenderingFailedError, RenderingUnavailableError
from reports.faces import faces
from reports.pages import KINDS, Kind
from reports.protocol import Limits
from reports.renderer import Capabilities, Renderer
from reports.resources import PAPERS, Paper, browser_sheet, stylesheet

__all__ = [
    "KINDS",
    "PAPERS",
    "Capabilities",
    "Kind",
    "Paper",
    "RenderingBusyError",
    "RenderingError",
    "RenderingFailedError",
    "RenderingUnavailableError",
    "browser_sheet",
    "capabilities",
    "content_key",
    "render_html",
    "render_pdf",
    "stop",
]

_renderer = Renderer()
_LONG = Limits(wall=60.0, cpu=45)
_LIMITS: dict[Kind, Limits] = {"blueprint": _LONG, "packet": _LONG}
"""A book of fifty pages takes about four seconds of a processor, a packet of sixty scorecards about twenty, and a busy
machine gives them less than a whole one."""


def render_pdf(kind: Kind, document: Document, *, paper: Paper = "a4") -> bytes:
    """Set a document as a tagged PDF (PDF/UA-1).

    Raises `RenderingUnavailableError` with the command to run where Pango is missing, `RenderingBusyError` when too
    many documents wait, `RenderingFailedError` when this one broke a limit; ``TypeError`` for a document of another
    kind.
    """
    return _renderer.pdf(pages.page(kind, document, paper), paper, _LIMITS.get(kind))


def render_html(kind: Kind, document: Document, *, paper: Paper = "a4", stylesheet_address: str = "") -> str:
    """The same document as a page that a browser prints.

    The styles lie inside, so that the page stands alone; where a content security policy forbids that, serve
    `browser_sheet` at an address of your own and pass it as ``stylesheet_address``.
    """
    return pages.styled_page(kind, document, paper, address=stylesheet_address)


def content_key(kind: Kind, document: Document, *, paper: Paper = "a4") -> str:
    """A SHA-256 in hexadecimal that changes whenever the PDF's bytes may: the name to cache them under."""
    body = "\0".join((_appearance(), kind, paper, pages.page(kind, document, paper)))
    return hashlib.sha256(body.encode()).hexdigest()


def capabilities() -> Capabilities:
    """What PDFs can rely on here, or what must be installed first; starts the engine, which takes about a second."""
    return _renderer.capabilities()


def stop() -> None:
    """End the engine process, if one runs; the next document starts another."""
    _renderer.stop()


@cache
def _appearance() -> str:
    digest = hashlib.sha256()
    for paper in PAPERS:
        digest.update(stylesheet(paper).encode())
    for address, face in faces().items():
        digest.update(address.encode() + face)
    return f"{__version__} {metadata.version('weasyprint')} {scripts.state()} {digest.hexdigest()}"
