"""Readings of a metric from a CSV file with `date,value` and, as wanted, `note`: whole, or refused with every fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.domain.onboarding.reading import parse
from app.domain.text import in_words, one_line, text_faults
from app.formats.csv_table import CsvFault, CsvLine, Shape, read_table

if TYPE_CHECKING:
    from decimal import Decimal

ROW_LIMIT, NOTE_LIMIT = 2000, 200
LIMITS = "CSV in UTF-8, at most 200 kB and 2,000 readings"
_SHAPE = Shape(
    columns=("date", "value", "note"),
    required=("date", "value"),
    noun="readings",
    expected="expected date,value and, as wanted, note",
    limits=LIMITS,
    size=200_000,
    rows=ROW_LIMIT,
)
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class ReadingCells:
    """One reading as a file has it."""

    line: int
    day: date
    value: Decimal
    note: str


def read(raw: bytes, *, today: date) -> tuple[tuple[ReadingCells, ...], tuple[CsvFault, ...]]:
    """The readings of a file and its faults; with any fault there are no readings."""
    lines, found = read_table(raw, _SHAPE)
    faults = [_with_remedy(fault) for fault in found]
    rows: list[ReadingCells] = []
    first: dict[date, int] = {}
    for one in lines:
        row, wrong = _row(one, today)
        faults += wrong
        if row is None:
            continue
        before = first.setdefault(row.day, row.line)
        if before != row.line:
            faults.append(CsvFault(row.line, "date", f"This day stands in line {before} already. Keep one of the two."))
        rows.append(row)
    return ((), tuple(sorted(faults))) if faults else (tuple(rows), ())


def _row(line: CsvLine, today: date) -> tuple[ReadingCells | None, list[CsvFault]]:
    cells = {column: one_line(text) for column, text in line.cells.items()}
    day, wrong = _day(line.line, cells["date"], today)
    value, faults = parse("value", cells["value"])
    faults += text_faults("note", "a note", cells["note"], limit=NOTE_LIMIT)
    wrong += [CsvFault(line.line, fault.field, fault.message) for fault in faults]
    if day is None or value is None or wrong:
        return None, wrong
    return ReadingCells(line.line, day, value, cells["note"]), []


def _day(line: int, text: str, today: date) -> tuple[date | None, list[CsvFault]]:
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-03-02") else None
    except ValueError:
        day = None
    if day is None:
        return None, [CsvFault(line, "date", f"“{text[:40]}” is not a day. Write it like 2026-03-02.")]
    if day > today:
        return None, [CsvFault(line, "date", f"{in_words(day)} has not come yet. Leave this line out until then.")]
    if day < _EARLIEST:
        return None, [CsvFault(line, "date", f"{in_words(day)} is too long ago. Is the year right?")]
    return day, []


def _with_remedy(fault: CsvFault) -> CsvFault:
    if "more cells than the header" not in fault.message:
        return fault
    remedy = "If its value has a decimal comma, separate the columns with semicolons."
    return CsvFault(fault.line, fault.column, f"{fault.message} {remedy}")
