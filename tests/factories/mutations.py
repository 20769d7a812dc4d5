"""Every way of changing one field of a blueprint, found by walking its dataclasses."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Iterator

_T = TypeVar("_T")


def mutations(value: _T) -> Iterator[tuple[str, _T]]:
    """Yield a dataclass once for each way of changing one of its fields, at any depth, and where that is.

    `[]` stands for any index of a tuple. Changes that the type itself refuses are left out.
    """
    whole: Any = value
    hints = get_type_hints(type(value))
    for field in fields(whole):
        held = getattr(value, field.name)
        for where, other in _others(held, hints[field.name]):
            try:
                yield f".{field.name}{where}", replace(whole, **{field.name: other})
            except ValueError:
                continue  # the type itself refuses it, as a scale does without its bar


def _others(held: object, hint: object) -> Iterator[tuple[str, object]]:
    if isinstance(held, tuple):
        yield from _tuples(held)
    elif is_dataclass(held):
        yield from mutations(held)
    else:
        yield from (("", other) for other in _plain(held, hint))
    if type(None) in get_args(hint) and held is not None:
        yield " gone", None


def _tuples(held: tuple[Any, ...]) -> Iterator[tuple[str, object]]:
    if held:
        yield " shorter", held[1:]
        yield " longer", (*held, held[0])
    if held[::-1] != held:
        yield " reversed", held[::-1]
    for index, item in enumerate(held):
        inner = mutations(item) if is_dataclass(item) else iter([(" other", f"{item} else")])
        for where, other in inner:
            yield f"[]{where}", (*held[:index], other, *held[index + 1 :])


def _plain(held: object, hint: object) -> Iterator[object]:
    allowed = [choice for choice in (hint, *get_args(hint)) if get_origin(choice) is Literal]
    if allowed:
        yield from (choice for choice in get_args(allowed[0]) if choice != held)
    elif isinstance(held, bool):
        yield not held
    elif isinstance(held, int):
        yield held + 1
    elif isinstance(held, str):
        yield from (f"{held} otherwise", "Wholly new", "")
    elif str in get_args(hint):
        yield from ("Given now", "")
    elif int in get_args(hint):
        yield 1
