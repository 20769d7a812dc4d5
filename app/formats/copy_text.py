"""PostgreSQL's own text of rows, as COPY writes it and as `pg_restore` prints a dump: read line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Row = tuple[str | None, ...]

_HEAD = re.compile(r'COPY (?:\w+\.)?"?(?P<table>\w+)"? \((?P<columns>[^)]*)\) FROM stdin;')
_ESCAPED = re.compile(r"\\(.)")
_MEANS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}


def values(line: str) -> Row:
    """The values of one row; ``None`` for NULL."""
    return tuple(None if part == r"\N" else _ESCAPED.sub(_plain, part) for part in line.rstrip("\n").split("\t"))


def tables(lines: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """The rows of a printed dump: table, columns, line; and one empty line for a table's head, so that none is missed.

    The text between the tables is passed over.
    """
    table = ""
    columns: tuple[str, ...] = ()
    for line in lines:
        if table:
            if line == "\\.\n":
                table = ""
            else:
                yield table, columns, line
        elif head := _HEAD.match(line):
            table = head["table"]
            columns = tuple(name.strip().strip('"') for name in head["columns"].split(","))
            yield table, columns, ""


def _plain(match: re.Match[str]) -> str:
    return _MEANS.get(match[1], match[1])
