"""A picture that an app reads an address from, as one SVG path of squares one unit wide."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

QUIET = 4
"""The white border, in squares, that readers need around it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """``size`` is the length of each side, the border included; ``path`` draws the dark squares."""

    size: int
    path: str


def picture(text: str) -> Picture:
    """The picture of a text, with a quarter of it readable by redundancy."""
    import segno

    rows = tuple(tuple(row) for row in segno.make(text, error="m", micro=False).matrix)
    runs = [run for line, row in enumerate(rows) for run in _runs(line, row)]
    return Picture(len(rows) + 2 * QUIET, "".join(runs))


def _runs(line: int, row: tuple[int, ...]) -> list[str]:
    found, column = [], 0
    for dark, squares in groupby(row):
        width = len(list(squares))
        if dark:
            found.append(f"M{column + QUIET} {line + QUIET}h{width}v1h-{width}z")
        column += width
    return found
