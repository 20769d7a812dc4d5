"""The only code that calls WeasyPrint. It runs in the engine's own process, never in the program's.

Addresses inside a document lead nowhere: the fetcher knows the bundled faces and raises for everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from reports.faces import faces
from reports.resources import PAPERS, Paper, sample, stylesheet
from reports.scripts import told
from reports.tagging import finish

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from weasyprint.urls import URLFetcher, URLFetcherResponse


@dataclass(frozen=True, slots=True)
class Press:
    """Faces and style sheets, parsed once; every document that is forked off afterwards shares them."""

    fonts: Any
    sheets: Mapping[Paper, Any]
    fetcher: Any

    def pdf(self, html: str, paper: Paper, identifier: bytes) -> bytes:
        """Set one document as tagged PDF/UA-1; the same arguments give the same bytes."""
        from weasyprint import HTML

        pdf: bytes = HTML(string=told(html), base_url=None, url_fetcher=self.fetcher).write_pdf(
            font_config=self.fonts,
            stylesheets=[self.sheets[paper]],
            pdf_variant="pdf/ua-1",
            pdf_identifier=identifier,
            finisher=finish,
        )
        return pdf


def prepare(faces_folder: Path) -> Press:
    """Load WeasyPrint, the faces in a folder and the style sheets; raises ``OSError`` where Pango is missing."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fetcher = closed_fetcher(faces(faces_folder))
    fonts = FontConfiguration()
    sheets = {
        paper: CSS(string=stylesheet(paper), url_fetcher=fetcher, font_config=fonts, base_url=None) for paper in PAPERS
    }
    return Press(fonts, sheets, fetcher)


def warm(ready: Press) -> None:
    """Set a page that says nothing, so that whoever is forked off afterwards finds the paths trodden.

    The interpreter specialises code that has run, and Pango keeps what it has looked up: an eighth of a packet's cost.
    """
    ready.pdf(sample(), PAPERS[0], b"")


def versions() -> dict[str, str]:
    """The versions of WeasyPrint and Pango in use; raises ``OSError`` where Pango is missing."""
    import weasyprint
    from weasyprint.text.ffi import pango

    return {"weasyprint": weasyprint.__version__, "pango": _dotted(pango.pango_version())}


def closed_fetcher(known: Mapping[str, bytes]) -> URLFetcher:
    """A fetcher that answers the addresses in ``known`` from memory and refuses every other one."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # the library is not typed
        """Answers from a frozen dictionary; has no way to a file or a network."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            """Return a bundled resource or raise ``ValueError``."""
            del headers
            if url not in known:
                message = "a document may not fetch anything"
                raise ValueError(message)
            return URLFetcherResponse(url, known[url], {"Content-Type": "font/ttf"})

        def open(self, *_: object, **__: object) -> NoReturn:
            """Refuse: the inherited way to files and networks is closed."""
            message = "a document may not open anything"
            raise ValueError(message)

    return ClosedFetcher()


def _dotted(number: int) -> str:
    major, rest = divmod(number, 10_000)
    minor, micro = divmod(rest, 100)
    return f"{major}.{minor}.{micro}"
