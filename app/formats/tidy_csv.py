"""Tidy CSV files as anybody's program writes them: read line by line, refused at the first fault with its place.

UTF-8 with or without a byte order mark, commas, quotes as in RFC 4180. Columns stand in any order, others are passed
over; cells are trimmed and blank lines skipped. Encoding and header are judged first, then the earliest record.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_CHUNK = 1 << 20


class TidyFaultError(Exception):
    """Why a file cannot be used: ``line`` is the first physical line of the record, 0 where it cannot be read.

    ``column`` is "-" where no single column is at fault.
    """

    def __init__(self, file: str, line: int, column: str, message: str) -> None:
        """Keep the place beside the words."""
        super().__init__(f"{file}:{line}: {column}: {message}")
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on, and the wanted cells by column."""

    line: int
    cells: dict[str, str]


class TidyFile:
    """A file that was found to be UTF-8; ``sha256`` is of its bytes, ``columns`` its header."""

    def __init__(self, path: Path, wanted: Sequence[str], optional: Sequence[str] = ()) -> None:
        """Read it through once; :class:`TidyFaultError` for what cannot be read, and for the header."""
        self.path, self.name = path, path.name
        self.sha256 = self._digest()
        self._last = 1
        header = next(self._rows(), None)
        if header is None:
            raise self.fault(1, "-", f"there is no header; write {','.join(wanted)}")
        self.columns = [cell.strip() for cell in header[1]]
        self._places = self._found(wanted, optional)

    def fault(self, line: int, column: str, message: str) -> TidyFaultError:
        """A fault of this file."""
        return TidyFaultError(str(self.path), line, column, message)

    def records(self) -> Iterator[Record]:
        """Every record in order; :class:`TidyFaultError` at the first that does not fit, or where there is none."""
        rows = self._rows()
        next(rows)
        found = False
        for line, row in rows:
            if len(row) != len(self.columns):
                message = f"{len(row)} fields where the header has {len(self.columns)}"
                raise self.fault(line, "-", message)
            found = True
            yield Record(line, {name: row[place].strip() for name, place in self._places.items()})
        if not found:
            raise self.fault(2, "-", "there is nothing below the header")

    def _found(self, wanted: Sequence[str], optional: Sequence[str]) -> dict[str, int]:
        for name in (*wanted, *optional):
            times = self.columns.count(name)
            if times > 1:
                raise self.fault(1, name, "the header has this column twice")
            if not times and name in wanted:
                raise self.fault(1, name, "the header has no such column")
        return {name: self.columns.index(name) for name in (*wanted, *optional) if name in self.columns}

    def _digest(self) -> str:
        sha, decoder, line = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 1
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    sha.update(chunk)
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError as error:
                        line += error.object[: error.start].count(b"\n")
                        raise self.fault(line, "-", "this is not UTF-8; save the file again as UTF-8") from error
                    line += chunk.count(b"\n")
        except OSError as error:
            raise self.fault(0, "-", f"the file cannot be read: {error.strerror}") from error
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise self.fault(line, "-", "this is not UTF-8; save the file again as UTF-8") from error
        return sha.hexdigest()

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Records with the line each begins on, blank lines left out."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader, first = csv.reader(file, strict=True), 1
            while True:
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise self.fault(first, "-", f"the quotes do not fit: {error}") from error
                if any(cell.strip() for cell in row[:1]) or len(row) > 1:
                    yield first, row
                first = reader.line_num + 1
