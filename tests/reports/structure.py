"""Reads the structure of tagged PDFs back: headings and their pages, the contents, the furniture of pages."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from outloud.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from outloud.model import StructElem


@dataclass(frozen=True, slots=True)
class Piece:
    """A structure element: its type, its page (from 1) and its words."""

    kind: str
    page: int
    text: str


class Structure:
    """One tagged PDF, read back."""

    def __init__(self, document: Document) -> None:
        """``document`` is the checker's own model of the file."""
        self._document = document
        self.pages: int = len(document.pages)

    def headings(self) -> list[Piece]:
        """Every heading in reading order."""
        return [self._piece(element) for element in self._document.elements if element.is_heading]

    def contents(self) -> list[tuple[str, int]]:
        """The lines of the contents: the title that is linked, and the page number printed beside it."""
        lines = []
        for element in self._document.elements:
            links = [child for child in element.children if child.type == "Link"]
            numbers = [child for child in element.children if child.type == "Span"]
            if element.type == "P" and len(links) == len(numbers) == 1 and self._text(numbers[0]).isdigit():
                lines.append((self._text(links[0]), int(self._text(numbers[0]))))
        return lines

    def body(self, page: int) -> list[str]:
        """The lines of a page (from 1) from the top, running head and foot left out."""
        lines = self._document.content(page - 1).lines
        return [line.text for line in lines if line.artifact_share < 0.5]

    def furniture(self, page: int) -> list[str]:
        """Running head and foot of a page."""
        lines = self._document.content(page - 1).lines
        return [line.text for line in lines if line.artifact_share >= 0.5]

    def boxes(self, page: int) -> list[tuple[float, float, float, float]]:
        """Where the lines of a page (from 1) lie, in points from its lower left corner."""
        return [line.bbox for line in self._document.content(page - 1).lines]

    def painted(self) -> str:
        """All words but the furniture, in the order in which they are painted, without any white space."""
        runs = (run for page in self._document.pages for run in self._document.content(page.index).runs)
        return solid("".join(run.text for run in runs if not run.artifact))

    def _piece(self, element: StructElem) -> Piece:
        return Piece(element.type, (element.page or 0) + 1, self._text(element))

    def _text(self, element: StructElem) -> str:
        parts = []
        for mark in element.mcrefs:
            page = (element.page or 0) if mark.page is None else mark.page
            parts.append(self._document.content(page).mcid_text.get((mark.stream, mark.mcid), ""))
        parts += [self._text(child) for child in element.children]
        return "".join(parts)


def solid(text: str) -> str:
    """A text without its white space, which a PDF does not keep."""
    return "".join(text.split())


@contextmanager
def opened(pdf: bytes, folder: Path) -> Iterator[Structure]:
    """The structure of a PDF, while the file is open."""
    path = folder / "structure.pdf"
    path.write_bytes(pdf)
    document = Document(str(path))
    try:
        yield Structure(document)
    finally:
        document.close()
