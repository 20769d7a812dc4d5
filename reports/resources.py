"""The style sheets of documents, read from this package as text. Nothing here is ever fetched by address."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = ("a4", "letter")
FOLDER = Path(__file__).resolve().parent
_REPEATS = 12
_SHEETS = ("fonts.css", "print.css", "parts.css", "book.css", "year.css", "growth.css", "case.css", "kit.css")


def sample() -> str:
    """A page with one of each thing that documents are made of, several times over; it says nothing."""
    body = (FOLDER / "shared" / "sample.html").read_text(encoding="utf-8")
    return f'<!doctype html><html lang="en"><head><title>Sample</title></head><body>{body * _REPEATS}</body></html>'


@cache
def stylesheet(paper: Paper) -> str:
    """The whole style sheet of documents on one paper size, as the engine reads it."""
    return _joined((*_SHEETS, f"paper-{paper}.css"))


@cache
def browser_sheet(paper: Paper) -> str:
    """The same with what a browser has to be told besides."""
    return _joined((*_SHEETS, f"paper-{paper}.css", "browser.css"))


def _joined(names: Iterable[str]) -> str:
    return "\n".join((FOLDER / "shared" / name).read_text(encoding="utf-8") for name in names)
