"""One exact text for a frozen value: canonical JSON, its SHA-256, and the way back.

A field that still has its default value is left out of the text. So a later release may add a field with a
default to any of the types and everything stored before keeps its text, its hash and its meaning.
"""

from __future__ import annotations

import hashlib
import json
import types
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

_T = TypeVar("_T")


def canonical_text(value: object) -> str:
    """Return a frozen dataclass as JSON: keys sorted, no blanks, only text, integers, booleans, lists and maps."""
    return json.dumps(
        _plain(value),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def sha256(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def parse_canonical(kind: type[_T], text: str) -> _T:
    """Build the dataclass `kind` from its canonical text; ValueError where the text does not fit the type."""
    return cast(
        "_T",
        _built(
            kind,
            json.loads(text, parse_constant=_refused, parse_float=_refused),
            kind.__name__,
        ),
    )


def _refused(number: str) -> object:
    message = f"{number} is not an integer"
    raise ValueError(message)


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(held) for field, held in pairs if not _is_default(field, held)}
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


def _is_default(field: Field[object], held: object) -> bool:
    return field.default is not MISSING and held == field.default


@cache
def _hints(kind: type) -> dict[str, object]:
    return get_type_hints(kind)


def _built(kind: object, plain: object, where: str) -> object:
    origin = get_origin(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _built_dataclass(kind, plain, where)
    if origin is tuple:
        return _built_tuple(get_args(kind)[0], plain, where)
    if origin in (Union, types.UnionType):
        return None if plain is None else _built(get_args(kind)[0], plain, where)
    if origin is Literal:
        return _known(plain, plain in get_args(kind), where)
    return _known(plain, type(plain) is kind, where)


def _built_tuple(kind: object, plain: object, where: str) -> object:
    items = cast("list[object]", _known(plain, isinstance(plain, list), where))
    return tuple(_built(kind, item, f"{where}[{index}]") for index, item in enumerate(items))


def _built_dataclass(kind: type, plain: object, where: str) -> object:
    given = cast("dict[str, object]", _known(plain, isinstance(plain, dict), where))
    hints = _hints(kind)
    unknown = sorted(given.keys() - {field.name for field in fields(kind)})
    missing = [field.name for field in fields(kind) if field.default is MISSING and field.name not in given]
    if unknown or missing:
        message = f"{where}: unknown {unknown}, missing {missing}"
        raise ValueError(message)
    return kind(**{name: _built(hints[name], held, f"{where}.{name}") for name, held in given.items()})


def _known(plain: object, fits: object, where: str) -> object:
    if not fits:
        message = f"{where}: {plain!r} does not fit"
        raise ValueError(message)
    return plain
