"""An object of a blueprint file as fields on a page: names, values, options, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.formats.blueprint_fields import FieldSpec, Kind
from app.formats.blueprint_words import noun
from app.web.blueprint.section_form import as_entry, rest_of

Links = Mapping[str, Sequence[tuple[str, str]]]
"""What can be pointed at: ids with their titles, by `dimensions`, `competencies`, `levels` and `cases`."""

Faults = Mapping[tuple[str | int, ...], Sequence[str]]
"""What is wrong, by the path below the object."""

_TALL, _MANY = 6, 9


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose; `number` tells it from the others of its field."""

    number: int
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in a row of its own; `rest` is what the form carries along without asking for it."""

    name: str
    text: str
    detail: str = ""
    items: str = ""
    nested: int = 0
    tags: str = ""
    refs: str = ""
    origin: str = "source"
    rest: str = ""
    faults: tuple[str, ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether anything beyond the text is known."""
        return bool(self.detail or self.items or self.nested or self.tags or self.refs or self.origin != "source")


@dataclass(frozen=True, slots=True)
class Row:
    """One of several objects inside the object."""

    name: str
    title: str
    fields: tuple[Field, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field, or a set of them, as the template draws it."""

    spec: FieldSpec
    name: str
    text: str = ""
    checked: bool = False
    options: tuple[Option, ...] = ()
    entries: tuple[Entry, ...] = ()
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    faults: tuple[str, ...] = ()
    noun: str = field(default="entry")

    @property
    def id(self) -> str:
        """The id of the field on the page."""
        return self.name.replace(".", "-")

    @property
    def any_chosen(self) -> bool:
        """Whether any of the options is chosen."""
        return any(option.chosen for option in self.options)

    @property
    def folds(self) -> bool:
        """Whether there is so much to choose from that what is not chosen is better put away."""
        return len(self.options) > _MANY

    @property
    def lines(self) -> int:
        """How many lines of text to make room for."""
        return max(2, min(_TALL, len(self.text) // 80 + self.text.count("\n") + 1))


@dataclass(frozen=True, slots=True)
class Scene:
    """What every field of a form may need: what can be pointed at, the points of the scale, and what is wrong."""

    links: Links
    points: Sequence[tuple[int, str]]
    faults: Faults


def draw(specs: Sequence[FieldSpec], values: Mapping[str, object], scene: Scene) -> tuple[Field, ...]:
    """Return the fields of an object with these values."""
    return _fields(specs, values, scene, ())


def _fields(
    specs: Sequence[FieldSpec], values: Mapping[str, object], scene: Scene, path: tuple[str | int, ...]
) -> tuple[Field, ...]:
    return tuple(
        _field(spec, values.get(spec.key, spec.default), scene, (*path, spec.key))
        for spec in specs
        if spec.kind is not Kind.TABLE
    )


def _field(spec: FieldSpec, value: object, scene: Scene, path: tuple[str | int, ...]) -> Field:
    name = _name(path)
    match spec.kind:
        case Kind.ENTRIES:
            entries = tuple(_entry(held, scene, (*path, place)) for place, held in enumerate(_list(value)))
            return Field(spec, name, entries=entries, faults=_exactly(scene, path), noun=noun(spec.key))
        case Kind.ENTRY:
            return Field(spec, name, entries=(_entry(value, scene, path),))
        case Kind.GROUP:
            fields = _fields(spec.inner, _map(value), scene, path)
            return Field(spec, name, fields=fields, faults=_exactly(scene, path))
        case Kind.ROWS:
            rows = tuple(_row(spec, held, scene, (*path, place)) for place, held in enumerate(_list(value)))
            return Field(spec, name, rows=rows, faults=_exactly(scene, path), noun=noun(spec.key))
        case Kind.ANCHORS:
            return Field(spec, name, rows=_anchors(spec, value, scene, path), faults=_exactly(scene, path))
        case _:
            return _simple(spec, value, scene, path)


def _simple(spec: FieldSpec, value: object, scene: Scene, path: tuple[str | int, ...]) -> Field:
    faults = _below(scene, path)
    name = _name(path)
    if spec.kind is Kind.FLAG:
        return Field(spec, name, checked=value is True, faults=faults)
    if spec.kind in (Kind.CHOICE, Kind.CHOICES, Kind.LINK, Kind.LINKS):
        return Field(spec, name, options=_options(spec, value, scene), faults=faults)
    if spec.kind is Kind.LINES:
        return Field(spec, name, text="\n".join(map(str, _list(value))), faults=faults)
    return Field(spec, name, text="" if value is None else str(value), faults=faults)


def _options(spec: FieldSpec, value: object, scene: Scene) -> tuple[Option, ...]:
    """Return what can be chosen; a value that is not among it stays, so that it is seen and can be taken back."""
    chosen = [str(each) for each in value] if isinstance(value, list) else [str(value)] if value is not None else []
    offered = [*spec.options, *scene.links.get(spec.source, ())]
    known = {value for value, _words in offered}
    unknown = [(value, f"{value} (not in the draft)") for value in chosen if value not in known]
    everything = enumerate((*offered, *unknown), 1)
    made = [Option(number, value, words, value in chosen) for number, (value, words) in everything]
    if spec.kind in (Kind.CHOICE, Kind.LINK) and (spec.default is None or not chosen):
        made.insert(0, Option(0, "", "not said", not chosen))
    return tuple(made)


def _row(spec: FieldSpec, held: object, scene: Scene, path: tuple[str | int, ...]) -> Row:
    number = int(path[-1]) + 1
    title = f"{noun(spec.key).capitalize()} {number}"
    return Row(_name(path), title, _fields(spec.inner, _map(held), scene, path), _exactly(scene, path))


def _anchors(spec: FieldSpec, value: object, scene: Scene, path: tuple[str | int, ...]) -> tuple[Row, ...]:
    """Return a row for each point of the scale, best first, and for each anchor beyond it."""
    held = _map(value)
    beyond = [(point, "not on the scale") for point in held if isinstance(point, int)]
    known = {point for point, _title in scene.points}
    points = [*reversed(scene.points), *(pair for pair in beyond if pair[0] not in known)]
    rows = []
    for point, title in points:
        below = (*path, point)
        values = held.get(point) or {"origin": "house"}
        rows.append(
            Row(
                _name(below),
                f"{point} · {title}",
                _fields(spec.inner, _map(values), scene, below),
                _exactly(scene, below),
            )
        )
    return tuple(rows)


def _entry(held: object, scene: Scene, path: tuple[str | int, ...]) -> Entry:
    entry = as_entry(held)
    items = _list(entry.get("items"))
    rest = rest_of(entry)
    plain = all(isinstance(item, str) for item in items)
    return Entry(
        name=_name(path),
        text=str(entry.get("text", "")),
        detail=str(entry.get("detail", "")),
        items="\n".join(map(str, items)) if plain else "",
        nested=0 if plain else len(items),
        tags=", ".join(map(str, _list(entry.get("tags")))),
        refs=", ".join(map(str, _list(entry.get("refs")))),
        origin=str(entry.get("origin", "source")),
        rest=rest,
        faults=_below(scene, path),
    )


def _name(path: tuple[str | int, ...]) -> str:
    return ".".join(["v", *map(str, path)])


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _map(value: object) -> dict[Any, object]:
    return value if isinstance(value, dict) else {}


def _exactly(scene: Scene, path: tuple[str | int, ...]) -> tuple[str, ...]:
    return tuple(scene.faults.get(path, ()))


def _below(scene: Scene, path: tuple[str | int, ...]) -> tuple[str, ...]:
    depth = len(path)
    return tuple(message for place, messages in scene.faults.items() if place[:depth] == path for message in messages)
