"""What a part of an office document would run or fetch, judged by what a parser reads of it.

Prefixes, quotes and the spelling of letters are free in XML, so a search of the text would miss what a word processor
finds: a picture on a server that tells who opened the document and when, a command in a field, a macro that is there
already.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from app.formats.xml_scrub import DAMAGED, no_declarations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Begin = Callable[[str, dict[str, str]], None]

FETCHES = "This document fetches something from elsewhere. Save it as PDF."
RUNS = "This document runs something when it is opened. Save it as PDF."
LINKS = ("https://", "http://", "mailto:", "tel:", "#")
"""Where people may be led who press a link."""
_XLINK = "http://www.w3.org/1999/xlink}href"
_RUNNING = frozenset({"event-listener", "execute-macro", "ddeLink", "oleLink", "dde-source", "dde-connection",
                      "dde-connection-decl"})  # fmt: skip
_ASKING = frozenset({"connectString", "webPr", "dbPr", "olapPr", "textPr"})
"""Databases, pages and files that a table or a letter is filled from."""
_DRAWN = frozenset({"imagedata", "fill", "stroke", "image"})
_DRAWN_FROM = frozenset({"src", "href", "althref"})
_INSTRUCTIONS = frozenset({"instrText", "delInstrText"})
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "definedName"})
_AWAY = re.compile(r"[a-z][\w+.\-]*:|[/\\]|(?:.*[/\\])?\.\.[/\\]", re.IGNORECASE)
_FIELD = re.compile(
    r"^[\s\"]*(?:DDE|DDEAUTO|INCLUDE|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|DATABASE|RD)\b",
    re.IGNORECASE | re.MULTILINE,
)
_FORMULA = re.compile(
    r"\b(?:WEBSERVICE|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|STOCKHISTORY)\s*\(|[\w.]\s*\|\s*'", re.IGNORECASE
)


def refuse_reaching(data: bytes) -> None:
    """Let a part pass that draws and says something and does nothing else; ``ValueError`` in words otherwise."""
    reader = _Reader()
    _read(data, reader.begin, reader.text, reader.end)
    if _FIELD.search("".join(reader.instructions)):
        raise ValueError(FETCHES)


def rows_of(data: bytes, names: Collection[str]) -> list[dict[str, str]]:
    """The attributes of each element with one of these names, in order, as a word processor reads them."""
    rows: list[dict[str, str]] = []

    def begin(name: str, given: dict[str, str]) -> None:
        if _local(name) in names:
            rows.append({_local(key): value for key, value in given.items()})

    _read(data, begin)
    return rows


def leads_away(target: str) -> bool:
    """Whether an address in a part leads out of the document."""
    return _AWAY.match(target.strip()) is not None


class _Reader:
    """Judges elements as they come by, and gathers the instructions of fields, which may lie in pieces."""

    def __init__(self) -> None:
        self.instructions: list[str] = []
        self._formula: list[str] = []
        self._inside = ""

    def begin(self, name: str, given: dict[str, str]) -> None:
        """Judge an element by its name and its attributes."""
        local = _local(name)
        if local in _RUNNING or name.endswith(":text:1.0}script"):
            raise ValueError(RUNS)
        if local in _ASKING or any(_fetches(local, key, value) for key, value in given.items()):
            raise ValueError(FETCHES)
        if local == "fldChar":
            self.instructions.append("\n")
        self._inside = local

    def text(self, text: str) -> None:
        """Take what stands in an instruction or a formula."""
        if self._inside in _INSTRUCTIONS:
            self.instructions.append(text)
        elif self._inside in _FORMULAS:
            self._formula.append(text)

    def end(self, _name: str) -> None:
        """Judge a formula once all of it was read."""
        if _FORMULA.search("".join(self._formula)):
            raise ValueError(FETCHES)
        self._formula, self._inside = [], ""


def _fetches(local: str, key: str, value: str) -> bool:
    """Whether an attribute of an element brings something in, or leads to what no link may lead to."""
    name = _local(key)
    if key == _XLINK:
        return leads_away(value) and not (local == "a" and value.strip().lower().startswith(LINKS))
    if local in _DRAWN and name in _DRAWN_FROM:
        return leads_away(value)
    if name == "instr":
        return _FIELD.search(value) is not None
    return name.startswith("dde-") or (name == "formula" and _FORMULA.search(value) is not None)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _read(
    data: bytes, begin: Begin, text: Callable[[str], None] | None = None, end: Callable[[str], None] | None = None
) -> None:
    parser = expat.ParserCreate("utf-8", "}")
    handlers: Mapping[str, object] = {
        "StartElementHandler": begin, "CharacterDataHandler": text, "EndElementHandler": end,
    }  # fmt: skip
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    no_declarations(parser)
    try:
        parser.Parse(data, True)  # noqa: FBT003  the parser's own order of arguments
    except expat.ExpatError as error:
        raise ValueError(DAMAGED) from error
