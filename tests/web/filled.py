"""The fields of a drawn form as a browser would send them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.formats.blueprint_fields import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.web.blueprint.section_view import Entry, Field

_TYPED = (Kind.LINE, Kind.TEXT, Kind.NUMBER, Kind.LINES)


def filled(fields: Iterable[Field]) -> dict[str, list[str]]:
    """Every name with the values that stand in the form."""
    return dict(pair for field in fields for pair in _sent(field))


def _sent(field: Field) -> Iterator[tuple[str, list[str]]]:
    for entry in field.entries:
        yield from _entry(entry)
    for inner in (*field.fields, *(inner for row in field.rows for inner in row.fields)):
        yield from _sent(inner)
    if field.spec.kind in _TYPED:
        yield field.name, [field.text]
    elif field.checked:
        yield field.name, ["y"]
    elif field.options:
        yield field.name, [option.value for option in field.options if option.chosen]


def _entry(entry: Entry) -> Iterator[tuple[str, list[str]]]:
    for name in ("text", "detail", "items", "tags", "refs", "origin", "rest"):
        yield f"{entry.name}.{name}", [str(getattr(entry, name))]
