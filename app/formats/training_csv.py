"""Who is trained for what, from a CSV file: whole, or refused with every fault by line and column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.text import is_email, one_line
from app.formats.csv_table import CsvFault, CsvLine, Shape, read_table

COLUMNS = ("name", "email", "role", "topic", "since")
ROW_LIMIT = 5000
LIMITS = f"CSV in UTF-8, at most 400 kB and {ROW_LIMIT:,} lines"
_SHAPE = Shape(
    columns=COLUMNS,
    required=("email", "topic", "since"),
    noun="lines",
    expected="expected email,topic,since and, as wanted, name,role",
    limits=LIMITS,
    size=400_000,
    rows=ROW_LIMIT,
)


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One line: a person by e-mail address in small letters; without a role the topic is a kind of interview."""

    line: int
    email: str
    role: str
    topic: str
    since: date


def read(raw: bytes) -> tuple[tuple[TrainingRow, ...], tuple[CsvFault, ...]]:
    """The lines that read well, and the faults of the others. Take lines only where there are none."""
    lines, found = read_table(raw, _SHAPE)
    faults = list(found)
    rows: list[TrainingRow] = []
    first: dict[tuple[str, str, str], int] = {}
    for one in lines:
        row, wrong = _row(one)
        faults += wrong
        if row is None:
            continue
        before = first.setdefault((row.email, row.role, row.topic), row.line)
        if before != row.line:
            faults.append(CsvFault(row.line, "topic", f"line {before} says this of the same person already"))
        else:
            rows.append(row)
    return tuple(rows), tuple(sorted(faults))


def _row(line: CsvLine) -> tuple[TrainingRow | None, list[CsvFault]]:
    cells = {column: one_line(text) for column, text in line.cells.items()}
    faults = []
    if not is_email(cells["email"]):
        faults.append(CsvFault(line.line, "email", f"“{cells['email'][:80]}” is no e-mail address"))
    if not cells["topic"]:
        faults.append(CsvFault(line.line, "topic", "write a kind of interview, or the id of a dimension"))
    try:
        since = date.fromisoformat(cells["since"])
    except ValueError:
        faults.append(CsvFault(line.line, "since", f"“{cells['since'][:40]}” is no date; write it like 2026-03-02"))
        return None, faults
    if faults:
        return None, faults
    return TrainingRow(line.line, cells["email"].lower(), cells["role"], cells["topic"], since), []
