"""Reads the small, safe part of YAML that blueprint files are written in, keeping the line of everything.

What reads differently to a person and to a program is refused: tags, anchors, aliases, merge keys, duplicate keys,
empty values and numbers that are not plain integers. `yes`, `no`, `1:30` and dates stay the text that they look like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from app.formats.plain_text import Spot, decode, describe, unwanted

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 20_000

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_NUMBER_LIKE = re.compile(r"[-+]?(?:\.?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.(?:inf|nan))", re.IGNORECASE)
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Plain = str | int | bool


class YamlMap(dict[str | int, object]):
    """A YAML map that knows its own line and the line of each of its keys."""

    def __init__(self, line: int) -> None:
        """Start an empty map that was opened on this line."""
        super().__init__()
        self.line = line
        self.lines: dict[str | int, int] = {}


class YamlList(list[object]):
    """A YAML list that knows its own line and the line of each of its items."""

    def __init__(self, line: int) -> None:
        """Start an empty list that was opened on this line."""
        super().__init__()
        self.line = line
        self.lines: list[int] = []


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds, or None when it cannot be read, with every fault found on the way."""

    top: YamlMap | None
    faults: tuple[Spot, ...]


class _RefusedError(Exception):
    """Ends the reading at once: what follows could not be trusted."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.spot = Spot(line, message)


def read_yaml(raw: bytes) -> Read:
    """Read one file's bytes as a YAML map."""
    if len(raw) > MAX_BYTES:
        return Read(None, (Spot(1, f"the file is over {MAX_BYTES:,} bytes: split it"),))
    text, faults = decode(raw)
    if text is None:
        return Read(None, faults)
    reader = _Reader(text)
    try:
        top = reader.document()
    except _RefusedError as refused:
        return Read(None, (*faults, *reader.faults, refused.spot))
    except yaml.YAMLError as error:
        return Read(None, (*faults, *reader.faults, _yaml_fault(error)))
    return Read(top, (*faults, *reader.faults))


def _yaml_fault(error: yaml.YAMLError) -> Spot:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "an unreadable character"
    return Spot(mark.line + 1 if mark else 1, f"not readable as YAML: {problem}")


class _Reader:
    """Walks the parser's events, so that no bomb is ever unfolded."""

    def __init__(self, text: str) -> None:
        self._raw = frozenset(text)
        self.faults: list[Spot] = []
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))
        self._nodes = 0

    def document(self) -> YamlMap:
        event = next(self._events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise _RefusedError(1, "the file is empty")
        top = self._node(event, 1)
        if not isinstance(top, YamlMap):
            raise _RefusedError(_line(event), "the file must start with keys, such as `schema: rubric/1`")
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise _RefusedError(_line(event), "a second document starts here: one file holds one document")
        return top

    def _node(self, event: yaml.Event, depth: int) -> object:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _RefusedError(_line(event), f"more than {MAX_NODES:,} values: split the file")
        if depth > MAX_DEPTH:
            raise _RefusedError(_line(event), f"nested more than {MAX_DEPTH} deep: flatten it")
        self._check_form(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._scalar(event)

    def _check_form(self, event: yaml.Event) -> None:
        line = _line(event)
        for what, sign in (("anchor", "*" if isinstance(event, yaml.AliasEvent) else "&"), ("tag", "")):
            written = getattr(event, what, None)
            if written:
                name = "alias" if sign == "*" else what
                raise _RefusedError(line, f"the {name} {sign}{written} is not allowed: write the content out")

    def _mapping(self, start: yaml.Event, depth: int) -> YamlMap:
        made = YamlMap(_line(start))
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = _line(event)
            key = self._node(event, depth + 1)
            held = self._node(next(self._events), depth + 1)
            if not isinstance(key, str | int) or isinstance(key, bool):
                self.faults.append(Spot(line, "a key must be a word or a whole number"))
            elif key == "<<":
                self.faults.append(Spot(line, "the merge key << is not allowed: write the content out"))
            elif key in made:
                self.faults.append(Spot(line, f"the key `{key}` is already on line {made.lines[key]}: keep one"))
            else:
                made[key], made.lines[key] = held, line
        return made

    def _sequence(self, start: yaml.Event, depth: int) -> YamlList:
        made = YamlList(_line(start))
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            made.append(self._node(event, depth + 1))
            made.lines.append(_line(event))
        return made

    def _scalar(self, event: yaml.Event) -> Plain:
        text = str(getattr(event, "value", "")).strip()
        line = _line(event)
        if not text:
            self.faults.append(Spot(line, "a value is missing here: write one or remove the key"))
        # What stands in the file as such is reported already; this finds what an escape such as "\u200b" brings in.
        escaped = {text[place] for place in unwanted(text)} - self._raw
        self.faults += [Spot(line, describe(character)) for character in sorted(escaped)]
        return self._plain(text, line) if getattr(event, "style", None) in (None, "") else text

    def _plain(self, text: str, line: int) -> Plain:
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.fullmatch(text):
            return int(text)
        if text in ("~", "null", "Null", "NULL"):
            self.faults.append(Spot(line, f"{text} stands for nothing: write a value, or remove the key"))
        elif _NUMBER_LIKE.fullmatch(text):
            self.faults.append(Spot(line, f"{text} is not a plain whole number: put it in quotes if it is text"))
        return text


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def line_at(top: YamlMap, path: tuple[str | int, ...]) -> int:
    """Return the line of what lies at this path, or of the nearest thing above it."""
    line = top.line
    node: object = top
    for step in path:
        below = _below(node, step)
        if below is None:
            break
        line, node = below
    return line


def _below(node: object, step: str | int) -> tuple[int, object] | None:
    if isinstance(node, YamlMap) and step in node.lines and step in node:
        return node.lines[step], node[step]
    if isinstance(node, YamlList) and isinstance(step, int) and step < len(node):
        return node.lines[step], node[step]
    return None
