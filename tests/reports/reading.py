"""Reads PDFs back: their words, page by page, and what the accessibility checkers say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import outloud
import pdfua
from outloud.model import Document

if TYPE_CHECKING:
    from pathlib import Path


def words(pdf: bytes, folder: Path) -> str:
    """All text of a PDF in the order in which it is painted, with single spaces."""
    return " ".join(pages(pdf, folder))


def pages(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page of a PDF, the same way."""
    document = Document(str(_file(pdf, folder)))
    try:
        lines = [[line.text for line in document.content(page.index).lines] for page in document.pages]
    finally:
        document.close()
    return [" ".join(" ".join(page).split()) for page in lines]


def faults(pdf: bytes, folder: Path) -> list[str]:
    """Every error that either checker finds; empty for a sound PDF/UA-1."""
    path = _file(pdf, folder)
    heard = outloud.check(str(path))
    found = [f"{finding.rule}: {finding.message}" for finding in heard.findings if finding.severity == "error"]
    checked = pdfua.validate(str(path))
    found += [
        f"{finding.rule_id}: {finding.message}" for finding in checked.findings if finding.severity.name == "ERROR"
    ]
    return found + ([heard.error] if heard.error else [])


def _file(pdf: bytes, folder: Path) -> Path:
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    return path
