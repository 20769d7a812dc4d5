"""Fits a read file to its shape, and says in plain words where it does not fit.

A part that does not fit is taken out, so that the rest can still be asked whether it makes sense: people see every
fault at once. The shape remembers which top-level keys have lost something.
"""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError

from app.formats.blueprint_schema import FileShape, Shape
from app.formats.plain_text import Spot
from app.formats.yaml_source import YamlList, YamlMap, line_at

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_S = TypeVar("_S", bound=FileShape)
_Path = tuple[str | int, ...]

_REMEDIES = {
    "string_type": "write text, in quotes where it looks like a number",
    "int_type": "write a whole number",
    "bool_type": "write true or false",
    "list_type": "write a list",
    "dict_type": "write keys and values",
    "model_type": "write keys and values",
}


def fit(kind: type[_S], top: YamlMap) -> tuple[_S, tuple[Spot, ...]]:
    """Fit the map to the shape; what does not fit is described, then taken out of the map."""
    try:
        return kind.model_validate(top), ()
    except ValidationError as error:
        found = error.errors(include_url=False)
    spots = tuple(Spot(line_at(top, detail["loc"]), _message(top, detail)) for detail in found)
    holes = _take_out(kind, top, found)
    shape = kind.model_validate(top)
    shape.mark_holes(holes)
    return shape, spots


def _message(top: YamlMap, detail: ErrorDetails) -> str:
    path, given = detail["loc"], _shown(detail["input"])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"{_place(top, path[:-1])}the key `{path[-1]}` is missing: add it"
        case "extra_forbidden":
            return f"{_place(top, path[:-1])}unknown key `{path[-1]}`{_guess(str(path[-1]))}"
        case "literal_error":
            return f"{_place(top, path)}{given} is not known here: write {context['expected']}"
        case "less_than_equal":
            return f"{_place(top, path)}{given} is too much: write at most {context['le']}"
        case "greater_than_equal":
            return f"{_place(top, path)}{given} is too little: write at least {context['ge']}"
        case other:
            return f"{_place(top, path)}{given} does not fit here: {_REMEDIES.get(other, detail['msg'])}"


def _guess(key: str) -> str:
    near = difflib.get_close_matches(key, _known_keys(), n=1)
    meant = f" (is `{near[0]}` meant?)" if near else ""
    return f"{meant}: correct it, remove it, or move it under `meta`"


@cache
def _known_keys() -> tuple[str, ...]:
    kinds = _below(Shape)
    return tuple(sorted({field.alias or name for kind in kinds for name, field in kind.model_fields.items()}))


def _below(kind: type[Shape]) -> list[type[Shape]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _below(child))]


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f"`{str(value)[:40]}`"


def _place(top: YamlMap, path: _Path) -> str:
    """Name the way down to a place by keys and ids: `dimensions > technical-fluency > weight: `."""
    words: list[str] = []
    for depth, step in enumerate(path):
        if step == "[key]":
            continue
        item = _at(top, path[: depth + 1])
        named = item.get("id") if isinstance(step, int) and isinstance(item, YamlMap) else None
        above = _at(top, path[:depth])
        words.append(str(named or (f"item {int(step) + 1}" if isinstance(above, YamlList) else step)))
    return " > ".join(words) + ": " if words else ""


def _at(top: object, path: _Path) -> object:
    node = top
    for step in path:
        if isinstance(node, YamlMap):
            node = node.get(step)
        elif isinstance(node, YamlList) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def _take_out(kind: type[FileShape], top: YamlMap, found: list[ErrorDetails]) -> frozenset[str]:
    holes: set[str] = set()
    items: set[_Path] = set()
    for detail in found:
        path, above = detail["loc"], _at(top, detail["loc"][:-1])
        if detail["type"] == "extra_forbidden" and isinstance(above, YamlMap):
            above.pop(path[-1], None)
            continue
        holes.add(str(path[0]))
        item = _outermost_item(top, path)
        if item:
            items.add(item)
        else:
            _stand_in_at(kind, top, str(path[0]))
    for path in sorted(items, key=lambda item: int(item[-1]), reverse=True):
        _remove_item(_at(top, path[:-1]), int(path[-1]))
    return frozenset(holes)


def _outermost_item(top: YamlMap, path: _Path) -> _Path | None:
    for depth in range(1, len(path)):
        if isinstance(_at(top, path[:depth]), YamlList):
            return path[: depth + 1]
    return None


def _remove_item(holder: object, index: int) -> None:
    if isinstance(holder, YamlList) and index < len(holder):
        del holder[index]
        del holder.lines[index]


def _stand_in_at(kind: type[FileShape], top: YamlMap, key: str) -> None:
    field = next(field for name, field in kind.model_fields.items() if (field.alias or name) == key)
    if field.is_required():
        top[key] = _stand_in(field.annotation)
    else:
        top.pop(key, None)


def _stand_in(annotation: object) -> object:
    """Return the least value that fits, so that the rest of the file can be looked at."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        required = ((name, field) for name, field in annotation.model_fields.items() if field.is_required())
        return {field.alias or name: _stand_in(field.annotation) for name, field in required}
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    return {str: "?", int: 0}.get(annotation, []) if isinstance(annotation, type) else []
