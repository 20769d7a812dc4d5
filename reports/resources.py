"""The bundled faces and style sheets of documents, read from this package as bytes and text.

Nothing here is ever fetched by address: the engine holds these in memory under the private scheme ``plumbline:``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = ("a4", "letter")
SCHEME = "plumbline:"
FOLDER = Path(__file__).resolve().parent
_REPEATS = 12
_SHEETS = ("fonts.css", "print.css", "parts.css")


@cache
def faces() -> Mapping[str, bytes]:
    """Every bundled face by its private address, for instance ``plumbline:font/inter-regular.ttf``."""
    files = sorted((FOLDER / "fonts").glob("*.ttf"))
    return MappingProxyType({f"{SCHEME}font/{file.name}": file.read_bytes() for file in files})


def sample() -> str:
    """A page with one of each thing that documents are made of, several times over; it says nothing."""
    body = (FOLDER / "shared" / "sample.html").read_text(encoding="utf-8")
    return f'<!doctype html><html lang="en"><head><title>Sample</title></head><body>{body * _REPEATS}</body></html>'


@cache
def stylesheet(paper: Paper) -> str:
    """The whole style sheet of documents on one paper size."""
    names = (*_SHEETS, f"paper-{paper}.css")
    return "\n".join((FOLDER / "shared" / name).read_text(encoding="utf-8") for name in names)
