"""Tables from CSV files: read whole or refused with every fault by line and column, never half.

The separator is the comma, semicolon or tab, whichever splits the header. Columns may stand in any order.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.formats.csv_cells import unguarded

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDEST = 40
_SAVE = "Save it again as “CSV UTF-8”."
_MAGIC = ((b"PK\x03\x04", "a spreadsheet or archive"), (b"\xd0\xcf\x11\xe0", "an old spreadsheet"), (b"%PDF", "a PDF"))
_SAMPLE = 4096


@dataclass(frozen=True, slots=True, order=True)
class CsvFault:
    """What is wrong, where: ``line`` 0 is the file as a whole, an empty ``column`` the line as a whole."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        """The fault in one line, as in ``line 7, column email: ...``."""
        column = f", column {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file is expected to hold: ``noun`` is what its lines are, in the plural, ``limits`` what it may have.

    ``expected`` is the header in words; ``size`` is in bytes.
    """

    columns: tuple[str, ...]
    required: tuple[str, ...]
    noun: str
    expected: str
    limits: str
    size: int
    rows: int


@dataclass(frozen=True, slots=True)
class CsvLine:
    """One line: the number it begins on, and its cells by column; a column that the file leaves out is empty."""

    line: int
    cells: dict[str, str]


def read_table(raw: bytes, shape: Shape) -> tuple[tuple[CsvLine, ...], tuple[CsvFault, ...]]:
    """The lines of a file that fit its header, and the faults of the file and of those that do not."""
    text, fault = _decoded(raw, shape)
    if fault is not None:
        return (), (fault,)
    try:
        table = _table(text)
    except _BrokenError as error:
        return (), (error.fault,)
    if not table:
        return (), (CsvFault(0, "", f"The file is empty: {shape.expected}."),)
    line, header = table[0]
    columns = [cell.strip().lower() for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    faults = _header_faults(line, columns, shape)
    if faults:
        return (), faults
    return _lines(columns, table[1:], shape)


class _BrokenError(Exception):
    def __init__(self, fault: CsvFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _decoded(raw: bytes, shape: Shape) -> tuple[str, CsvFault | None]:
    if len(raw) > shape.size:
        size = f"{len(raw) / 1_000_000:.1f}".removesuffix(".0")
        return "", CsvFault(0, "", f"This file has {size} MB. {shape.limits}; split it into smaller files.")
    kind = next((words for magic, words in _MAGIC if raw.startswith(magic)), None)
    if kind is not None:
        return "", CsvFault(0, "", f"This file is {kind}, not CSV. {_SAVE}")
    if _is_utf16(raw):
        return "", CsvFault(0, "", f"This file is written in UTF-16. {_SAVE}")
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return "", CsvFault(line, "", f"This is not UTF-8 text. {_SAVE}")


def _is_utf16(raw: bytes) -> bool:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = raw[:_SAMPLE]
    most = max(sample[0::2].count(0), sample[1::2].count(0))
    return len(sample) > 1 and most > len(sample) // 4


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Each record that is not blank with the line it begins on; quoted line breaks are counted."""
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=_separator(text), header=None, names=range(_WIDEST), index_col=False, dtype=str,
            na_filter=False, skip_blank_lines=False, quotechar='"',
        )  # fmt: skip
    except pd.errors.ParserError as error:
        raise _BrokenError(_parser_fault(str(error))) from error
    table, line = [], 1
    for cells in frame.to_numpy().tolist():
        if any(cell.strip() for cell in cells):
            table.append((line, cells))
        line += 1 + sum(cell.count("\n") for cell in cells)
    return table


def _separator(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def _parser_fault(message: str) -> CsvFault:
    wide = re.search(r"in line (\d+)", message)
    if wide:
        return CsvFault(int(wide.group(1)), "", f"This line has more than {_WIDEST} cells.")
    row = re.search(r"starting at row (\d+)", message)
    line = int(row.group(1)) + 1 if row else 0
    return CsvFault(line, "", "A quotation mark is opened here or further down and never closed.")


def _header_faults(line: int, columns: Sequence[str], shape: Shape) -> tuple[CsvFault, ...]:
    wrong = (set(columns) - set(shape.columns)) | (set(shape.required) - set(columns))
    if wrong or len(set(columns)) < len(columns):
        return (CsvFault(line, "", f"The header is “{','.join(columns)[:200]}”: {shape.expected}."),)
    return ()


def _lines(
    columns: Sequence[str], table: Sequence[tuple[int, list[str]]], shape: Shape
) -> tuple[tuple[CsvLine, ...], tuple[CsvFault, ...]]:
    if not table:
        return (), (CsvFault(0, "", f"The file has a header and no {shape.noun} below it."),)
    if len(table) > shape.rows:
        return (), (CsvFault(0, "", f"This file has {len(table):,} {shape.noun}. {shape.limits}; split it."),)
    lines, faults = [], []
    for line, cells in table:
        if any(cells[len(columns) :]):
            faults.append(CsvFault(line, "", f"This line has more cells than the header, which has {len(columns)}."))
            continue
        named = {column: unguarded(cell) for column, cell in zip(columns, cells, strict=False)}
        lines.append(CsvLine(line, {**dict.fromkeys(shape.columns, ""), **named}))
    return tuple(lines), tuple(faults)
