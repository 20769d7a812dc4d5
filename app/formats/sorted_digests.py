"""Looking one digest up in a file of many, without reading it: the lines are sorted, so the place is found by halves.

The file has one digest in hexadecimal a line, sorted, each perhaps with a colon and a count behind it.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST_LINE = 200


def holds(file: Path, digest: str) -> bool:
    """Whether the sorted file has this digest; :class:`OSError` when it cannot be read."""
    wanted = digest.upper().encode()
    with file.open("rb") as stream:
        low, high = 0, os.fstat(stream.fileno()).st_size
        while low < high:
            middle = (low + high) // 2
            line = _line_after(stream, middle)
            if line is not None and line < wanted:
                low = middle + 1
            else:
                high = middle
        return _line_after(stream, low) == wanted


def _line_after(stream: IO[bytes], place: int) -> bytes | None:
    """The digest of the first line that begins at or after a place; ``None`` behind the last."""
    if place:
        stream.seek(place - 1)
        stream.readline(_LONGEST_LINE)
    else:
        stream.seek(0)
    line = stream.readline(_LONGEST_LINE)
    return line.partition(b":")[0].strip().upper() if line else None
