"""People with managers, teams and levels from a CSV file, whole or refused with every fault by line and column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.text import is_email, one_line, text_faults
from app.formats.csv_table import CsvFault, CsvLine, Shape, read_table

COLUMNS = ("name", "email", "manager", "team", "role", "level", "since", "reason")
ROW_LIMIT, TEXT_LIMIT = 5000, 200
LIMITS = f"CSV in UTF-8, at most 400 kB and {ROW_LIMIT:,} people"
_SHAPE = Shape(
    columns=COLUMNS,
    required=("email",),
    noun="people",
    expected="expected email and, as wanted, name,manager,team,role,level,since,reason",
    limits=LIMITS,
    size=400_000,
    rows=ROW_LIMIT,
)


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One line of the file; people are named by their e-mail addresses, in small letters.

    A name is only there for whoever reads the file.
    ``role``, ``level`` and ``since`` are all given or none; ``manager`` and ``team`` are "" to leave them as they are.
    """

    line: int
    email: str
    manager: str
    team: str
    role: str
    level: str
    since: date | None
    reason: str


def read(raw: bytes) -> tuple[tuple[PlacementRow, ...], tuple[CsvFault, ...]]:
    """The people of the lines that read well, and the faults of the others. Take people only where there are none.

    A line that gives nothing but the person leaves everything as it is, and is passed over.
    """
    lines, found = read_table(raw, _SHAPE)
    faults = list(found)
    rows: list[PlacementRow] = []
    first: dict[str, int] = {}
    for one in lines:
        row, wrong = _row(one)
        faults += wrong
        if row is None:
            continue
        before = first.setdefault(row.email, row.line)
        if before != row.line:
            faults.append(CsvFault(row.line, "email", f"this person stands in line {before} already"))
        elif row.manager or row.team or row.role:
            rows.append(row)
    return tuple(rows), tuple(sorted(faults))


def _row(line: CsvLine) -> tuple[PlacementRow | None, list[CsvFault]]:
    cells = {column: one_line(text) for column, text in line.cells.items()}
    faults = [*_people_faults(line.line, cells), *_text_faults(line.line, cells), *_level_faults(line.line, cells)]
    since, wrong = _day(line.line, cells["since"])
    faults += wrong
    if faults:
        return None, faults
    people = {column: cells[column].lower() for column in ("email", "manager")}
    plain = {column: cells[column] for column in ("team", "role", "level", "reason")}
    return PlacementRow(line=line.line, since=since, **people, **plain), []


def _people_faults(line: int, cells: dict[str, str]) -> list[CsvFault]:
    if not cells["email"]:
        return [CsvFault(line, "email", "write the person's e-mail address")]
    return [
        CsvFault(line, column, f"“{cells[column][:80]}” is no e-mail address")
        for column in ("email", "manager")
        if cells[column] and not is_email(cells[column])
    ]


def _text_faults(line: int, cells: dict[str, str]) -> list[CsvFault]:
    return [
        CsvFault(line, column, fault.message)
        for column in ("team", "reason")
        for fault in text_faults(column, "this", cells[column], limit=TEXT_LIMIT)
    ]


def _level_faults(line: int, cells: dict[str, str]) -> list[CsvFault]:
    """A level needs its role and its day; a line may also leave all three out and only say who reports to whom."""
    given = [column for column in ("role", "level", "since") if cells[column]]
    if not given:
        return []
    return [
        CsvFault(line, column, "role, level and since go together: fill this in too, or leave all three empty")
        for column in ("role", "level", "since")
        if not cells[column]
    ]


def _day(line: int, written: str) -> tuple[date | None, list[CsvFault]]:
    if not written:
        return None, []
    try:
        return date.fromisoformat(written), []
    except ValueError:
        return None, [CsvFault(line, "since", f"“{written[:40]}” is no date; write it like 2026-03-02")]
