"""Candidates from a CSV file: read whole or refused with every fault by line and column, never half."""

from __future__ import annotations

from app.domain.candidate import CandidateDetails, ImportRow, detail_faults
from app.formats.csv_table import CsvFault, Shape, read_table

COLUMNS = ("name", "email", "phone", "headline", "source")
SIZE_LIMIT = 5_000_000
ROW_LIMIT = 10_000
LIMITS = "CSV in UTF-8, at most 5 MB and 10,000 candidates"
_SHAPE = Shape(
    columns=COLUMNS,
    required=COLUMNS[:2],
    noun="candidates",
    expected="expected name,email and, as wanted, phone,headline,source",
    limits=LIMITS,
    size=SIZE_LIMIT,
    rows=ROW_LIMIT,
)


def read(raw: bytes) -> tuple[tuple[ImportRow, ...], tuple[CsvFault, ...]]:
    """The records of a file and its faults; with any fault there are no records."""
    lines, found = read_table(raw, _SHAPE)
    rows, faults = [], list(found)
    for one in lines:
        details = CandidateDetails(**one.cells).tidy()
        rows.append(ImportRow(one.line, details))
        faults += [CsvFault(one.line, fault.field, fault.message) for fault in detail_faults(details)]
    return ((), tuple(sorted(faults))) if faults else (tuple(rows), ())
