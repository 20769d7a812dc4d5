"""People as the company's own directory lists them: a CSV file, or JSON in the shape of SCIM (RFC 7643)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from app.domain.text import is_email, one_line
from app.formats.csv_table import CsvFault, Shape, read_table

COLUMNS = ("external_id", "email", "name", "zone", "active")
LIMITS = "CSV or JSON in UTF-8, at most 5 MB and 20,000 people"
_SHAPE = Shape(
    columns=COLUMNS,
    required=("email",),
    noun="people",
    expected="expected email and, as wanted, external_id, name, zone and active",
    limits=LIMITS,
    size=5_000_000,
    rows=20_000,
)
_YES, _NO = frozenset({"", "1", "true", "yes", "active"}), frozenset({"0", "false", "no", "inactive"})
_NOT_JSON = "This is not JSON: a list of people, or an object with a list under “Resources”."


@dataclass(frozen=True, slots=True)
class DirectoryLine:
    """One person: ``external_id`` and ``zone`` are empty where the directory says nothing of them."""

    line: int
    external_id: str
    email: str
    name: str
    zone: str
    active: bool


Read = tuple[tuple[DirectoryLine, ...], tuple[CsvFault, ...]]


def read(raw: bytes) -> Read:
    """The people of a file, and its faults by line (in JSON: by place in the list). Use the people only without any."""
    if raw.lstrip().startswith((b"[", b"{")):
        return _people(*_from_json(raw))
    lines, faults = read_table(raw, _SHAPE)
    return _people([(line.line, line.cells) for line in lines], list(faults))


def _from_json(raw: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[CsvFault]]:
    if len(raw) > _SHAPE.size:
        return [], [CsvFault(0, "", f"The file is too large. {LIMITS}.")]
    try:
        found = json.loads(raw)
    except ValueError:
        return [], [CsvFault(0, "", _NOT_JSON)]
    listed = found.get("Resources") if isinstance(found, dict) else found
    if not isinstance(listed, list) or len(listed) > _SHAPE.rows or not all(isinstance(one, dict) for one in listed):
        return [], [CsvFault(0, "", _NOT_JSON)]
    return [(place, _cells(one)) for place, one in enumerate(listed, 1)], []


def _cells(said: dict[str, Any]) -> dict[str, str]:
    """A SCIM user, or an object with our own column names, as the cells of a line."""
    name = said.get("name")
    full = name.get("formatted", "") if isinstance(name, dict) else name
    first = next((mail for mail in said.get("emails") or () if isinstance(mail, dict)), {})
    return {
        "external_id": _text(said.get("externalId", said.get("external_id"))),
        "email": _text(said.get("email") or first.get("value") or said.get("userName")),
        "name": _text(said.get("displayName") or full),
        "zone": _text(said.get("timezone", said.get("zone"))),
        "active": _text(said.get("active")).lower(),
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _people(given: list[tuple[int, dict[str, str]]], faults: list[CsvFault]) -> Read:
    people: list[DirectoryLine] = []
    first: dict[tuple[str, str], int] = {}
    for line, cells in given:
        plain = {column: one_line(cells.get(column, "")) for column in COLUMNS}
        email, active = plain["email"].lower(), plain["active"].lower()
        wrong = [] if is_email(email) else [CsvFault(line, "email", f"“{email[:80]}” is no e-mail address")]
        if active not in _YES | _NO:
            wrong.append(CsvFault(line, "active", f"“{active[:20]}” is neither yes nor no"))
        for column, value in (("email", email), ("external_id", plain["external_id"])):
            before = first.setdefault((column, value), line)
            if value and before != line:
                wrong.append(CsvFault(line, column, f"stands in line {before} already"))
        faults += wrong
        if not wrong:
            people.append(
                DirectoryLine(line, plain["external_id"], email, plain["name"], plain["zone"], active in _YES)
            )
    return tuple(people), tuple(sorted(faults))
