"""The copy of somebody's data as they read it on paper: by matter, in plain words, with nothing of the program's own.

What is left out here stands in the JSON beside it, which holds everything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain import resume
from app.domain.privacy.copy_matters import KEYS, MATTERS, Kept, Layout, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.domain.privacy.data_copy import DataCopy

MOST_ROWS = 40
"""So many rows of a table are printed, the newest; how many came before is said."""


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One thing: what it is called, empty where its part says it, and label and value of what is known of it."""

    title: str
    facts: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class PaperPart:
    """One kind of thing; with ``columns`` each entry has a value, or an empty one, for each of them, in this order."""

    heading: str
    columns: tuple[str, ...]
    entries: tuple[PaperEntry, ...]
    earlier: int


@dataclass(frozen=True, slots=True)
class PaperMatter:
    """What belongs together: its parts, and the headings of those of which nothing is kept."""

    title: str
    parts: tuple[PaperPart, ...]
    nothing_of: tuple[str, ...]


def on_paper(copy: DataCopy) -> tuple[PaperMatter, ...]:
    """The copy by matter; sections that it does not have, because nobody may give them out, are not mentioned."""
    rows = {section.table: section.rows for section in copy.sections}
    matters = []
    for title, parts in MATTERS[copy.kind]:
        given = [part for part in parts if part.table in rows]
        full = tuple(_part(part, rows[part.table]) for part in given if rows[part.table])
        empty = tuple(part.heading for part in given if not rows[part.table])
        if given:
            matters.append(PaperMatter(title, full, empty))
    return tuple(matters)


def _part(part: Part, rows: tuple[Mapping[str, object], ...]) -> PaperPart:
    as_table = part.layout is Layout.TABLE
    in_order = sorted(rows, key=lambda row: _when(part, row))
    shown = in_order[-MOST_ROWS:] if as_table else in_order
    columns = [(name, label) for name, label in part.fields.items() if any(name in row for row in shown)]
    entries = tuple(_entry(part, row, columns if as_table else None) for row in shown)
    labels = tuple(label for _, label in columns) if as_table else ()
    return PaperPart(part.heading, labels, entries, len(rows) - len(shown))


def _when(part: Part, row: Mapping[str, object]) -> str:
    """The first moment that a row tells, as text that sorts; rows without one keep their places."""
    return next((value.isoformat() for name in part.fields if isinstance(value := row.get(name), date)), "")


def _entry(part: Part, row: Mapping[str, object], columns: list[tuple[str, str]] | None) -> PaperEntry:
    if columns is not None:
        return PaperEntry("", tuple((label, _readable(part, name, row.get(name, ""))) for name, label in columns))
    facts = tuple((label, _readable(part, name, row[name])) for name, label in part.fields.items() if name in row)
    return PaperEntry(str(_readable(part, part.title, row.get(part.title, ""))), facts)


def _readable(part: Part, name: str, value: object) -> object:
    """Texts that are kept as JSON are read out, and a key of a blueprint becomes words; the rest stays as it is."""
    if not isinstance(value, str):
        return value
    if name in KEYS:
        return value.replace("_", " ").replace("-", " ")
    return _read_out(part.kept_as[name], value) if name in part.kept_as else value


def _read_out(kept: Kept, text: str) -> str:
    """The text itself where it is not what its column should hold: nobody goes without their copy for that."""
    try:
        body = json.loads(text)
        said = resume.as_text(body) if kept is Kept.RESUME else "\n".join(_pairs(body))
        said.encode()  # an escaped half of a surrogate pair is a letter in JSON, but not on paper
    except (ValueError, TypeError, AttributeError, RecursionError):
        return text
    return said if said or not body else text


def _pairs(body: Mapping[str, str]) -> Iterator[str]:
    for key, value in body.items():
        yield value if _is_number(key) else f"{key.replace('_', ' ')}: " + value


def _is_number(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
