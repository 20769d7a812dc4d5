"""Reads a ladder from CSV with the columns Path, Job title, Competency, Skill and Key behavior: a row a behavior.

Paths become tracks, job titles levels in the order in which they appear, skills competencies of the group that
`Competency` names, behaviors criteria. Other columns are carried in `meta`. Comma, semicolon or tab may separate.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.blueprint import Meta, Role
from app.domain.competency import Competency, Rung
from app.domain.entry import Entry
from app.domain.ladder import Level
from app.formats.ladder_source import TRUNK, Imported, Reading, assembled, id_of, tidied, unfinished
from app.formats.plain_text import Spot
from app.formats.yaml_source import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from app.formats.ladder_source import Meant

COLUMNS = ("path", "job title", "competency", "skill", "key behavior")
"""The columns by their names in small letters; the first may be empty in a row."""

MOST_ROWS, MOST_LEVELS = 5_000, 200
"""Many times what any published ladder has: more is a table of something else."""

_FILE = "competencies.yaml"
_SIGNS = ((b"PK\x03\x04", "a spreadsheet"), (b"\xd0\xcf\x11\xe0", "an old spreadsheet"), (b"\xff\xfe", "UTF-16 text"))


@dataclass(frozen=True, slots=True)
class _Row:
    """One behavior: where it stands, and its cells by the name of their column."""

    line: int
    path: str
    title: str
    group: str
    skill: str
    behavior: str
    rest: Mapping[str, str]


def read_table(raw: bytes, meant: Meant) -> Reading:
    """Read a ladder's table; a title must be meant, for a table has none."""
    text, faults = _decoded(raw)
    if faults:
        return Reading(None, faults)
    text, changed = tidied(text)
    records, broken = _records(text)
    if broken:
        return Reading(None, broken)
    rows, faults = _rows(records)
    titles = {(row.path, row.title): row.line for row in rows}
    if len(titles) > MOST_LEVELS:
        faults = (
            Spot(list(titles.values())[MOST_LEVELS], f"there are more than {MOST_LEVELS} job titles: no ladder has"),
        )
    if faults:
        return Reading(None, faults)
    title = meant.title or meant.role.replace("-", " ").capitalize()
    guesses = () if meant.title else (f"the title {title} is made of the role's id: --title says another",)
    return Reading(_imported(rows, Role(meant.role, title), changed, guesses))


def _decoded(raw: bytes) -> tuple[str, tuple[Spot, ...]]:
    if len(raw) > MAX_BYTES:
        return "", (Spot(1, f"the file is over {MAX_BYTES:,} bytes: split it"),)
    kind = next((words for sign, words in _SIGNS if raw.startswith(sign)), None)
    if kind:
        return "", (Spot(1, f"this file is {kind}: save it as CSV in UTF-8"),)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        before = raw[: error.start].rpartition(b"\n")[2]
        column = len(before.decode("utf-8", "replace")) + 1
        line = raw.count(b"\n", 0, error.start) + 1
        return "", (Spot(line, f"character {column} is not UTF-8: save the file as CSV in UTF-8"),)


def _records(text: str) -> tuple[list[tuple[int, list[str]]], tuple[Spot, ...]]:
    """Return each row that is not blank with the line on which it begins."""
    header = next((line for line in text.split("\n") if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    records, begins = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((begins, [cell.strip() for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        return [], (Spot(begins, f"a quotation mark in the row that begins here is out of place ({error})"),)
    return records, ()


def _rows(records: Sequence[tuple[int, list[str]]]) -> tuple[list[_Row], tuple[Spot, ...]]:
    if not records:
        return [], (Spot(1, "the file is empty"),)
    line, header = records[0]
    names = [cell.lower() for cell in header]
    faults = list(_header_faults(line, names))
    if faults:
        return [], tuple(faults)
    if len(records) > MOST_ROWS:
        return [], (Spot(records[MOST_ROWS][0], f"there are more than {MOST_ROWS:,} rows: import them in parts"),)
    if len(records) == 1:
        return [], (Spot(line, "there is a header and no row below it"),)
    rows = []
    for begins, cells in records[1:]:
        found = list(_row_faults(begins, header, cells))
        faults += found
        if not found:
            rows.append(_row(begins, header, cells))
    return rows, tuple(faults)


def _header_faults(line: int, names: Sequence[str]) -> Iterator[Spot]:
    for name in COLUMNS:
        if name not in names:
            yield Spot(line, f"there is no column {name.capitalize()}: name it in the first row")
    for place, name in enumerate(names):
        if not name:
            yield Spot(line, f"column {place + 1} has no name: name it or remove it")
        elif name in names[:place]:
            yield Spot(line, f"the column {name} stands twice: keep one")


def _row_faults(line: int, header: Sequence[str], cells: Sequence[str]) -> Iterator[Spot]:
    if len(cells) != len(header):
        yield Spot(
            line, f"this row has {len(cells)} cells and the first row {len(header)}: quote texts with separators"
        )
        return
    for name, cell in zip(header, cells, strict=True):
        if not cell and name.lower() in COLUMNS[1:]:
            yield Spot(line, f"column {name}: the cell is empty: fill it or remove the row")
        if name.lower() in COLUMNS:
            yield from (Spot(spot.line, f"column {name}: {spot.message}") for spot in unfinished(line, cell))


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> _Row:
    named = {name.lower(): cell for name, cell in zip(header, cells, strict=True)}
    rest = {name: cell for name, cell in zip(header, cells, strict=True) if name.lower() not in COLUMNS and cell}
    path, title, group, skill, behavior = (named[name] for name in COLUMNS)
    return _Row(line, path, title, group, skill, behavior, rest)


def _imported(rows: Sequence[_Row], role: Role, changed: tuple[Spot, ...], guesses: tuple[str, ...]) -> Imported:
    levels = _levels(rows)
    skills = _ids(((row.group, row.skill) for row in rows), "competency")
    behaviors: dict[tuple[str, str], list[tuple[_Row, str]]] = {}
    for number, row in enumerate(rows, start=1):
        key = (skills[row.group, row.skill], levels[row.path, row.title].id)
        behaviors.setdefault(key, []).append((row, f"behavior-{number}"))
    competencies = [
        Competency(
            name,
            skill,
            group,
            rungs=tuple(
                Rung(level.id, tuple(Entry(row.behavior, id=made) for row, made in behaviors[name, level.id]))
                for level in levels.values()
                if (name, level.id) in behaviors
            ),
        )
        for (group, skill), name in skills.items()
    ]
    held = [one for rung in behaviors.values() for one in rung]
    meta = list(_meta(held, rows))
    blueprint = assembled(role, list(levels.values()), competencies, meta)
    kept = tuple(f"column {one.key}, in meta of {_FILE}" for one in meta)
    return Imported(blueprint, kept, changed, (*guesses, *_guesses(levels)))


def _levels(rows: Sequence[_Row]) -> dict[tuple[str, str], Level]:
    """Return a level for each job title of each path; ranks count within a path."""
    tracks = _ids(((row.path,) for row in rows if row.path), "path")
    names = _ids(((row.path, row.title) for row in rows), "level")
    ranks: dict[str, int] = {}
    levels = {}
    for (path, title), name in names.items():
        ranks[path] = ranks.get(path, 0) + 1
        levels[path, title] = Level(name, title, tracks[path,] if path else TRUNK, ranks[path])
    return levels


def _ids(named: Iterable[tuple[str, ...]], kind: str) -> dict[tuple[str, ...], str]:
    """Return an id for each distinct name, made of its last part, in order of appearance."""
    made: dict[tuple[str, ...], str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(named):
        made[name] = id_of(name[-1], taken, kind)
        taken.add(made[name])
    return made


def _meta(held: Sequence[tuple[_Row, str]], rows: Sequence[_Row]) -> Iterator[Meta]:
    for column in dict.fromkeys(name for row in rows for name in row.rest):
        values = {made: row.rest[column] for row, made in held if column in row.rest}
        yield Meta(_FILE, column, json.dumps(values, ensure_ascii=False, separators=(",", ":")))


def _guesses(levels: Mapping[tuple[str, str], Level]) -> Iterator[str]:
    yield "job titles rank in the order in which they appear"
    tracks = dict.fromkeys(level.track for level in levels.values())
    if len(tracks) > 1:
        yield f"ranks count from 1 on each of the tracks {', '.join(tracks)}: correct them where one leaves another"
    yield "each level requires its own rung of every skill that has one, by the rule all"
