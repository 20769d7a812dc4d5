"""Entries of an evidence log as a CSV file, written for keeping and read back whole or refused with every fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from app.domain.errors import Fault
from app.domain.growth.entry import BODY_LIMIT, MOST_SHOWN, day_faults, title_faults
from app.domain.growth.log import Showing, Shown, Visibility
from app.domain.text import one_line, text_faults
from app.formats import web_address
from app.formats.csv_table import CsvFault, CsvLine, Shape, read_table

if TYPE_CHECKING:
    from collections.abc import Collection

COLUMNS = ("date", "title", "link", "text", "competencies", "criteria", "visibility")
KEPT = ("file", "said", "withdrawn")
"""Columns of what the program writes which it leaves aside when it reads: a file does not travel in a table."""
ROW_LIMIT, SIZE_LIMIT = 10_000, 5_000_000
LIMITS = "CSV in UTF-8, at most 5 MB and 10,000 entries"
_SHAPE = Shape(
    columns=(*COLUMNS, *KEPT),
    required=COLUMNS[:2],
    noun="entries",
    expected="expected date,title and, as wanted, link,text,competencies,criteria,visibility",
    limits=LIMITS,
    size=SIZE_LIMIT,
    rows=ROW_LIMIT,
)
_BETWEEN = re.compile(r"[\s,;|]+")
_WORDS = {Shown.COMPETENCY: "competencies", Shown.CRITERION: "criteria"}
_VISIBILITIES = {one.value: one for one in Visibility}


@dataclass(frozen=True, slots=True)
class EntryCells:
    """One entry as a file has it; ``visibility`` None leaves the choice to whoever imports."""

    line: int
    day: date
    title: str
    body: str
    shows: frozenset[Showing]
    visibility: Visibility | None


def read(raw: bytes, *, today: date, known: Collection[Showing]) -> tuple[tuple[EntryCells, ...], tuple[CsvFault, ...]]:
    """The entries of a file and its faults; with any fault there are no entries.

    ``known`` is what entries can show in the person's role.
    """
    lines, found = read_table(raw, _SHAPE)
    rows, faults = [], list(found)
    for line in lines:
        if line.cells["withdrawn"].strip():
            continue
        row, wrong = _row(line, today, known)
        faults += wrong
        if row is not None:
            rows.append(row)
    return ((), tuple(sorted(faults))) if faults else (tuple(rows), ())


def shown(shows: Collection[Showing], kind: Shown) -> str:
    """The cell that names what an entry shows of a kind."""
    return " ".join(sorted(one.key for one in shows if one.kind is kind))


def _row(line: CsvLine, today: date, known: Collection[Showing]) -> tuple[EntryCells | None, list[CsvFault]]:
    cells = line.cells
    title, body = one_line(cells["title"]), cells["link"].strip() or cells["text"].strip()
    day, wrong = _day(line.line, cells["date"].strip(), today)
    wrong += _at(line.line, (*title_faults(title), *_body_faults(cells)))
    shows: set[Showing] = set()
    for kind in Shown:
        some, strange = _shows(line, kind, known)
        shows |= some
        wrong += strange
    visibility, unclear = _visibility(line)
    wrong += unclear
    if day is None or wrong:
        return None, wrong
    return EntryCells(line.line, day, title, body, frozenset(shows), visibility), []


def _day(line: int, text: str, today: date) -> tuple[date | None, list[CsvFault]]:
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-03-02") else None
    except ValueError:
        day = None
    if day is None:
        return None, [CsvFault(line, "date", f"“{text[:40]}” is not a day. Write it like 2026-03-02.")]
    return day, _at(line, day_faults(day, today, "date"))


def _body_faults(cells: dict[str, str]) -> tuple[Fault, ...]:
    link, text = cells["link"].strip(), cells["text"].strip()
    if not link:
        return text_faults("text", "a text", text, limit=BODY_LIMIT)
    both = (Fault("text", "Give a link or a text, and put the other on a line of its own."),) if text else ()
    return (*web_address.faults("link", link), *both)


def _shows(line: CsvLine, kind: Shown, known: Collection[Showing]) -> tuple[set[Showing], list[CsvFault]]:
    column = _WORDS[kind]
    keys = [key for key in _BETWEEN.split(line.cells[column]) if key]
    if len(keys) > MOST_SHOWN:
        return set(), [CsvFault(line.line, column, f"{len(keys)} are too many. Name at most {MOST_SHOWN}.")]
    found = {Showing(kind, key) for key in keys}
    return found, [CsvFault(line.line, column, _strange(one, known)) for one in sorted(found) if one not in known]


def _strange(one: Showing, known: Collection[Showing]) -> str:
    there = sorted(other.key for other in known if other.kind is one.kind)
    if not there:
        return f"No role with {_WORDS[one.kind]} is known for you. Leave this column empty."
    near = get_close_matches(one.key, there, n=1)
    remedy = f"Did you mean “{near[0]}”?" if near else f"It has, for example, “{there[0]}”."
    return f"Your role has no {one.kind} “{one.key[:40]}”. {remedy}"


def _visibility(line: CsvLine) -> tuple[Visibility | None, list[CsvFault]]:
    text = line.cells["visibility"].strip().lower()
    if not text or text in _VISIBILITIES:
        return _VISIBILITIES.get(text), []
    message = f"“{text[:40]}” is not one of {', '.join(_VISIBILITIES)}. Leave it empty to choose for the whole file."
    return None, [CsvFault(line.line, "visibility", message)]


def _at(line: int, faults: Collection[Fault]) -> list[CsvFault]:
    return [CsvFault(line, fault.field, fault.message) for fault in faults]
