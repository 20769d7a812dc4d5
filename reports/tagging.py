"""Two repairs to the structure that WeasyPrint gives a tagged PDF, made just before the file is written.

A header cell says what it heads, also where no data cell refers to it; and running heads and feet are marked as
furniture of the page, so that a reader that follows the marks in the page does not speak them on every one.
"""

from __future__ import annotations

from typing import Any, Protocol

Part = dict[str, Any]
Parts = dict[bytes, Any]


class Pdf(Protocol):
    """What is needed of a `pydyf.PDF`: its objects, each of which knows its reference."""

    objects: list[Any]


def finish(_document: object, pdf: Pdf) -> None:
    """Repair ``pdf`` in place; the signature is that of WeasyPrint's finisher."""
    by_reference: Parts = {part.reference: part for part in pdf.objects}
    parts = {key: part for key, part in by_reference.items() if _kind(part) == "/StructElem"}
    for part in parts.values():
        if part["S"] == "/TH":
            _scope(part, parts)
    root = next(part for part in by_reference.values() if _kind(part) == "/StructTreeRoot")
    spoken = _reachable(root["K"][0], parts)
    for key, part in parts.items():
        if key not in spoken:
            _set_aside(part, by_reference)
    _forget(by_reference[root["ParentTree"]], spoken)


def _kind(part: object) -> str:
    return str(part.get("Type", "")) if isinstance(part, dict) else ""


def _scope(cell: Part, parts: Parts) -> None:
    row = parts[cell["P"]]
    in_head = parts[row["P"]]["S"] == "/THead"
    cell["A"]["Scope"] = "/Column" if in_head else "/Row"


def _reachable(start: bytes, parts: Parts) -> set[bytes]:
    found, waiting = set(), [start]
    while waiting:
        key = waiting.pop()
        found.add(key)
        waiting += [kid for kid in parts[key]["K"] if kid in parts]
    return found


def _set_aside(part: Part, by_reference: Parts) -> None:
    """Turn the marked content of a part that is in no reading order into an artifact."""
    stream = by_reference[by_reference[part["Pg"]]["Contents"]].stream
    for number in (kid for kid in part["K"] if isinstance(kid, int)):
        place = next(i for i, word in enumerate(stream) if isinstance(word, dict) and word.get("MCID") == number)
        stream[place - 1 : place + 2] = ["/Artifact", b"BMC"]


def _forget(tree: Part, spoken: set[bytes]) -> None:
    """Leave the numbers of set-aside content empty in the table that leads from marks to the structure."""
    for entry in tree["Nums"]:
        if isinstance(entry, list):
            entry[:] = [kid if kid in spoken else "null" for kid in entry]
