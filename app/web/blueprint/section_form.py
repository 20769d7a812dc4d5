"""Reads what somebody typed about an object of a blueprint file, and keeps it as the file would have it.

Fields are named by their place: `v.anchors.3.text`. What the form does not ask for, such as an entry's id, travels
along in a field of its own, so that nothing is lost by editing something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from app.formats.blueprint_fields import FieldSpec, Kind
from app.formats.pasted_text import tidy

Tree = dict[str, Any]
"""Fields by the steps of their names; a leaf is the list of values that were sent under the name."""

Values = dict[str, object]

_NAME = re.compile(r"v(?:\.[a-z_]+|\.-?[0-9]{1,9}){1,12}")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_MOST_NAMES = 4000
_CARRIED = frozenset({"id", "items"})


def tree_of(form: Mapping[str, Sequence[str]]) -> Tree:
    """Return the sent fields by the steps of their names; names that no form of ours has are left out."""
    top: Tree = {}
    for name in list(form)[:_MOST_NAMES]:
        if not _NAME.fullmatch(name):
            continue
        held = top
        *above, last = name.split(".")[1:]
        for step in above:
            below = held.setdefault(step, {})
            held = below if isinstance(below, dict) else {}
        held[last] = list(form[name])
    return top


def read(specs: Sequence[FieldSpec], given: Tree, stored: Mapping[str, object], *, blanks: bool = False) -> Values:
    """Return the object that the fields describe; `blanks` keeps rows in which nothing is written yet."""
    values: Values = {}
    for spec in specs:
        if spec.kind is Kind.TABLE:
            value = stored.get(spec.key)
        else:
            value = _READERS[spec.kind](spec, given.get(spec.key), stored.get(spec.key), blanks)
        if value is not None and not (value == spec.default and not spec.required):
            values[spec.key] = value
    return values


def act(values: Values, do: str) -> str | None:
    """Add, remove or move a row as a button says (`add:goals`, `up:goals.2`); return the name of the row to go to."""
    found = re.fullmatch(r"(add|remove|up|down):([a-z_]+(?:\.(?:[a-z_]+|[0-9]{1,4}))*)", do)
    if found is None:
        return None
    steps: list[str | int] = [int(step) if step.isdigit() else step for step in found[2].split(".")]
    if found[1] == "add":
        rows = _rows_at(values, steps, make=True)
        rows.append({})
        return f"{found[2]}.{len(rows) - 1}"
    place = steps.pop()
    rows = _rows_at(values, steps, make=False)
    if not isinstance(place, int) or place >= len(rows):
        return None
    row = rows.pop(place)
    if found[1] == "remove":
        return ".".join(map(str, [*steps, max(0, min(place, len(rows) - 1))])) if rows else None
    place = max(0, min(place + (1 if found[1] == "down" else -1), len(rows)))
    rows.insert(place, row)
    return ".".join(map(str, [*steps, place]))


def _rows_at(values: Values, steps: Sequence[str | int], *, make: bool) -> list[object]:
    held: Any = values
    for step in steps[:-1]:
        if isinstance(held, dict):
            held = held.setdefault(step, {})
        elif isinstance(held, list) and isinstance(step, int) and step < len(held):
            held = held[step]
    last = steps[-1] if steps else ""
    if not isinstance(held, dict) or not isinstance(last, str):
        return []
    rows = held.setdefault(last, []) if make else held.get(last)
    return rows if isinstance(rows, list) else []


def _one(given: object) -> str:
    return str(given[0]) if isinstance(given, list) and given else ""


def _many(given: object) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list) else []


def _below(given: object) -> Tree:
    return given if isinstance(given, dict) else {}


def _line(_spec: FieldSpec, given: object, _stored: object, _blanks: bool) -> object:  # noqa: FBT001  readers share one shape
    return " ".join(tidy(_one(given)).split()) or None


def _text(_spec: FieldSpec, given: object, _stored: object, _blanks: bool) -> object:  # noqa: FBT001  as above
    return tidy(_one(given)) or None


def _number(_spec: FieldSpec, given: object, _stored: object, _blanks: bool) -> object:  # noqa: FBT001  as above
    text = tidy(_one(given))
    return int(text) if _WHOLE.fullmatch(text) else text or None


def _flag(spec: FieldSpec, given: object, _stored: object, _blanks: bool) -> object:  # noqa: FBT001  as above
    return bool(_one(given)) if spec.default is not None else (True if _one(given) else None)


def _chosen(spec: FieldSpec, given: object, stored: object, _blanks: bool) -> object:  # noqa: FBT001  as above
    """Return the ticked values, in the order they had before where they are the same ones."""
    ticked = [tidy(each) for each in _many(given) if tidy(each)]
    if isinstance(stored, list) and sorted(map(str, stored)) == sorted(ticked):
        return stored
    if spec.default:
        return ticked
    return ticked or None


def _lines(_spec: FieldSpec, given: object, _stored: object, _blanks: bool) -> object:  # noqa: FBT001  as above
    return [line for line in map(str.strip, tidy(_one(given)).split("\n")) if line] or None


def _group(spec: FieldSpec, given: object, stored: object, blanks: bool) -> object:  # noqa: FBT001  as above
    return read(spec.inner, _below(given), stored if isinstance(stored, dict) else {}, blanks=blanks) or None


def _rows(spec: FieldSpec, given: object, _stored: object, blanks: bool) -> object:  # noqa: FBT001  as above
    rows = [read(spec.inner, row, {}, blanks=blanks) for row in _in_order(given)]
    kept = [row for row in rows if row or blanks]
    return kept or ([] if spec.required else None)


def _anchors(_spec: FieldSpec, given: object, _stored: object, _blanks: bool) -> object:  # noqa: FBT001  as above
    anchors: dict[int, Values] = {}
    for point, held in sorted(_below(given).items(), key=lambda pair: int(pair[0]) if _WHOLE.fullmatch(pair[0]) else 0):
        text = tidy(_one(_below(held).get("text")))
        if _WHOLE.fullmatch(point) and text:
            origin = _one(_below(held).get("origin"))
            anchors[int(point)] = {"text": text, **({"origin": origin} if origin else {})}
    return anchors or None


def _entry(_spec: FieldSpec, given: object, _stored: object, _blanks: bool) -> object:  # noqa: FBT001  as above
    entry = _entry_of(_below(given))
    return None if entry == "" else entry


def _entries(spec: FieldSpec, given: object, _stored: object, blanks: bool) -> object:  # noqa: FBT001  as above
    entries = [_entry_of(row) for row in _in_order(given)]
    kept = [entry for entry in entries if entry != "" or blanks]
    return kept or ([] if spec.required else None)


def _entry_of(row: Tree) -> object:
    """Return an entry as files have it: a plain text where nothing else is known about it, which may be empty."""
    carried = _carried(_one(row.get("rest")))
    items = [line for line in map(str.strip, tidy(_one(row.get("items"))).split("\n")) if line]
    known: Values = {
        "text": tidy(_one(row.get("text"))),
        "id": carried.get("id"),
        "detail": tidy(_one(row.get("detail"))),
        "origin": _one(row.get("origin")),
        "items": carried.get("items") or items,
        "tags": _split(_one(row.get("tags"))),
        "refs": _split(_one(row.get("refs"))),
    }
    entry = {key: value for key, value in known.items() if value or key == "text"}
    if entry.get("origin") == "source":
        del entry["origin"]
    return entry["text"] if len(entry) == 1 else entry


def _carried(text: str) -> Values:
    """Return what an entry holds beyond the form's fields; anything unexpected is left to the checks of the file."""
    try:
        held = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return {key: held[key] for key in _CARRIED & held.keys()} if isinstance(held, dict) else {}


def _split(text: str) -> list[str]:
    return [part for part in (each.strip() for each in tidy(text).replace("\n", ",").split(",")) if part]


def _in_order(given: object) -> list[Tree]:
    rows = _below(given)
    numbered = [(int(place), _below(row)) for place, row in rows.items() if place.isdigit()]
    return [row for _place, row in sorted(numbered, key=lambda pair: pair[0])]


_READERS: dict[Kind, Callable[[FieldSpec, object, object, bool], object]] = {
    Kind.LINE: _line,
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.CHOICE: _line,
    Kind.CHOICES: _chosen,
    Kind.LINK: _line,
    Kind.LINKS: _chosen,
    Kind.LINES: _lines,
    Kind.ENTRY: _entry,
    Kind.ENTRIES: _entries,
    Kind.GROUP: _group,
    Kind.ROWS: _rows,
    Kind.ANCHORS: _anchors,
}


def rest_of(entry: Mapping[str, object]) -> str:
    """What a form carries along of an entry, because it does not ask for it."""
    items = entry.get("items")
    nested = isinstance(items, list) and not all(isinstance(item, str) for item in items)
    carried = {"id": entry.get("id"), "items": items if nested else None}
    held = {key: value for key, value in carried.items() if value}
    return json.dumps(held, ensure_ascii=False) if held else ""


def as_entry(written: object) -> Values:
    """An entry as a map, however it is written."""
    if isinstance(written, dict):
        return cast("Values", written)
    return {"text": written if isinstance(written, str) else ""}
