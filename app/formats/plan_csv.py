"""First years from a CSV file, one person a line: read whole or refused with every fault by line and column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.text import is_email, one_line, text_faults
from app.formats.csv_table import CsvFault, CsvLine, Shape, read_table

COLUMNS = ("name", "email", "manager", "buddy", "role", "starts_on", "zone", "country")
ROW_LIMIT, NAME_LIMIT = 100, 200
LIMITS = f"CSV in UTF-8, at most 100 kB and {ROW_LIMIT} people"
_REQUIRED = ("email", "manager", "role", "starts_on")
_SHAPE = Shape(
    columns=COLUMNS,
    required=_REQUIRED,
    noun="people",
    expected="expected email,manager,role,starts_on and, as wanted, name,buddy,zone,country",
    limits=LIMITS,
    size=100_000,
    rows=ROW_LIMIT,
)
_ASKED = {
    "email": "write the new hire's e-mail address",
    "manager": "write the manager's e-mail address",
    "role": "write the role's name in its blueprint, such as senior-ml-pm",
    "starts_on": "write the first day, such as 2026-03-02",
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One first year as a file asks for it; people are named by their e-mail addresses, in small letters."""

    line: int
    name: str
    email: str
    manager: str
    buddy: str
    role: str
    starts_on: date
    zone: str
    country: str


def read(raw: bytes) -> tuple[tuple[PlanRow, ...], tuple[CsvFault, ...]]:
    """The people of a file and its faults; with any fault there are no people."""
    lines, found = read_table(raw, _SHAPE)
    faults = list(found)
    rows: list[PlanRow] = []
    first: dict[str, int] = {}
    for one in lines:
        row, wrong = _row(one)
        faults += wrong
        if row is None:
            continue
        before = first.setdefault(row.email, row.line)
        if before != row.line:
            faults.append(CsvFault(row.line, "email", f"this person stands in line {before} already"))
        rows.append(row)
    return ((), tuple(sorted(faults))) if faults else (tuple(rows), ())


def _row(line: CsvLine) -> tuple[PlanRow | None, list[CsvFault]]:
    cells = {column: one_line(text) for column, text in line.cells.items()}
    faults = [CsvFault(line.line, column, _ASKED[column]) for column in _REQUIRED if not cells[column]]
    faults += [
        CsvFault(line.line, column, f"“{cells[column][:80]}” is no e-mail address")
        for column in ("email", "manager", "buddy")
        if cells[column] and not is_email(cells[column])
    ]
    unfit = text_faults("name", "the name", cells["name"], limit=NAME_LIMIT)
    faults += [CsvFault(line.line, fault.field, fault.message) for fault in unfit]
    day, wrong = _day(line.line, cells["starts_on"])
    faults += wrong
    if day is None or faults:
        return None, faults
    people = {column: cells[column].lower() for column in ("email", "manager", "buddy")}
    plain = {column: cells[column] for column in ("name", "role", "zone", "country")}
    return PlanRow(line=line.line, starts_on=day, **people, **plain), []


def _day(line: int, written: str) -> tuple[date | None, list[CsvFault]]:
    if not written:
        return None, []
    try:
        return date.fromisoformat(written), []
    except ValueError:
        message = f"“{written[:40]}” is no date; write it like 2026-03-02"
        return None, [CsvFault(line, "starts_on", message)]
