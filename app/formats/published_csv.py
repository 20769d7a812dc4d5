"""A published table of groups: how many applied, how many were selected, and the ratio as it was printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.scoring import parse
from app.formats.tidy_csv import TidyFile

if TYPE_CHECKING:
    from pathlib import Path

    from app.formats.tidy_csv import Record

_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """One row as it was printed; ``printed`` is None where the row gives no ratio, ``digits`` how many it shows."""

    line: int
    group: str
    people: int
    selected: int
    printed: Fraction | None
    digits: int


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """The rows in the order of the file."""

    file: str
    sha256: str
    groups: tuple[PublishedGroup, ...]


def read_published(path: Path) -> PublishedTable:
    """Read such a file; :class:`app.formats.tidy_csv.TidyFaultError` at the first fault."""
    file = TidyFile(path, ("group", "people", "selected", "ratio"))
    groups = tuple(_group(file, record) for record in file.records())
    return PublishedTable(file.name, file.sha256, groups)


def _group(file: TidyFile, record: Record) -> PublishedGroup:
    people, selected = (_count(file, record, name) for name in ("people", "selected"))
    if not people or selected > people:
        raise file.fault(record.line, "selected", "nobody can be selected who is not among the people")
    text = record.cells["ratio"]
    try:
        printed = parse(text) if text else None
    except ValueError as error:
        raise file.fault(record.line, "ratio", str(error)) from error
    digits = len(text.partition(".")[2])
    return PublishedGroup(record.line, record.cells["group"], people, selected, printed, digits)


def _count(file: TidyFile, record: Record, name: str) -> int:
    text = record.cells[name]
    if not _COUNT.fullmatch(text):
        raise file.fault(record.line, name, "write a whole number in digits")
    return int(text)
