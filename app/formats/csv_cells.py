"""Cells of the CSV files that leave and enter the program: never a formula, and back again without a loss.

A spreadsheet runs a cell as a formula when its text begins like one. Such a text gets an apostrophe in front; a text
that already reads like a guarded one gets one more, so taking exactly one off gives back what was there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
# The last four are the full-width = + - @, which some spreadsheets read as the plain ones.
_STARTS = frozenset("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")
_QUOTES = frozenset("'\"`\u2018\u2019\u201c\u201d")


def guarded(text: str) -> str:
    """The text as it may be written into a cell."""
    return f"'{text}" if _reads_as_formula(text) else text


def unguarded(text: str) -> str:
    """The text that :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and _reads_as_formula(text[1:]) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A whole file: UTF-8 with the mark that spreadsheets look for, numbers bare, texts guarded, ``None`` empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _reads_as_formula(text: str) -> bool:
    for character in text:
        if character in _STARTS:
            return True
        if character not in _QUOTES and not character.isspace():
            return False
    return False
