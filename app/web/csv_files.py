"""Lists as CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response

from app.formats.csv_cells import Cell, csv_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask import Response


def csv_file(name: str, header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> Response:
    """A file to save: no cell of it is read as a formula."""
    response = make_response(csv_bytes(header, lines))
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response
