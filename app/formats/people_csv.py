"""The people of an assessment cycle from a CSV file or a typed list of addresses, every fault by line and column."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.text import is_email, one_line
from app.formats.csv_table import CsvFault, CsvLine, Shape, read_table

COLUMNS = ("email", "manager")
ROW_LIMIT = 5000
LIMITS = f"CSV in UTF-8, at most 400 kB and {ROW_LIMIT:,} people"
_SHAPE = Shape(
    columns=COLUMNS,
    required=("email",),
    noun="people",
    expected="expected email and, as wanted, manager",
    limits=LIMITS,
    size=400_000,
    rows=ROW_LIMIT,
)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One person by e-mail address in small letters; ``manager`` is "" for whom they report to."""

    line: int
    email: str
    manager: str


def read(raw: bytes) -> tuple[tuple[MemberRow, ...], tuple[CsvFault, ...]]:
    """The people of the lines that read well, and the faults of the others. Take people only where there are none."""
    lines, found = read_table(raw, _SHAPE)
    faults = list(found)
    rows: list[MemberRow] = []
    first: dict[str, int] = {}
    for one in lines:
        row, wrong = _row(one)
        before = first.setdefault(row.email, row.line)
        if row.email and before != row.line:
            wrong.append(CsvFault(row.line, "email", f"this person stands in line {before} already"))
        faults += wrong
        if not wrong:
            rows.append(row)
    return tuple(rows), tuple(sorted(faults))


def _row(line: CsvLine) -> tuple[MemberRow, list[CsvFault]]:
    cells = {column: one_line(text).lower() for column, text in line.cells.items()}
    faults = [] if cells["email"] else [CsvFault(line.line, "email", "write the person's e-mail address")]
    faults += [
        CsvFault(line.line, column, f"“{cells[column][:80]}” is no e-mail address")
        for column in COLUMNS
        if cells[column] and not is_email(cells[column])
    ]
    return MemberRow(line.line, cells["email"], cells["manager"]), faults
