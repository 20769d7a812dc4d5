"""The pieces of a blueprint file that are edited one at a time, and where each stands in the file.

A `Spot` names a piece: the map that holds it, as a path of keys and places, and which of its keys belong to the piece
(none named: all of them). A last step of ``new`` is an object that is not in the file yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from app.formats.blueprint_fields import FILES, FieldSpec, Kind, fields_of
from app.formats.blueprint_words import noun

Step = str | int
Steps = tuple[Step, ...]

NEW = "new"
_OPENED = frozenset({"sections", "strong", "weak", "red_flag"})
"""Lists below a group that are edited one object at a time, where other groups are edited whole."""
_ALONE = frozenset({Kind.ENTRY, Kind.ENTRIES, Kind.GROUP, Kind.TABLE})
_COUNTED = {
    "entries": ("entry", "entries"),
    "tasks": ("task", "tasks"),
    "goals": ("goal", "goals"),
    "criteria": ("criterion", "criteria"),
    "anchors": ("anchor", "anchors"),
}
_ADDRESS = re.compile(r"([a-z_]+(?:\.(?:[a-z_]+|[0-9]{1,4}))*)?(?::([a-z_,]+))?")


@dataclass(frozen=True, slots=True)
class Where:
    """A piece's place: the path of the map that holds it, and the keys of that map that belong to it."""

    path: Steps
    keys: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The place as it stands in an address: `dimensions.2`, or `:title,summary`."""
        steps = ".".join(str(step) for step in self.path)
        return f"{steps}:{','.join(self.keys)}" if self.keys else steps

    @property
    def is_new(self) -> bool:
        """Whether the object is not in the file yet."""
        return bool(self.path) and self.path[-1] == NEW

    @property
    def in_list(self) -> bool:
        """Whether the piece is an object of a list, which can be moved and removed."""
        return bool(self.path) and isinstance(self.path[-1], int)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file: what it is called, and in a few words what is in it."""

    where: Where
    title: str
    detail: str = ""
    is_table: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that belong together; `list_path` is where a further object would be added, if the group can grow."""

    title: str
    pieces: tuple[Piece, ...]
    list_path: Steps = ()
    noun: str = ""

    @property
    def new(self) -> Where:
        """Where a further object of the group would stand."""
        return Where((*self.list_path, NEW))


def parse_where(address: str) -> Where | None:
    """Return the place that an address names, or None when it is no place."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    steps = found[1].split(".") if found[1] else []
    path = tuple(int(step) if step.isdigit() else step for step in steps)
    return Where(path, tuple(found[2].split(",")) if found[2] else ())


def groups(kind: str, top: dict[Step, object]) -> tuple[Group, ...]:
    """Return what can be edited in a file of this kind, in the order of the format; notes come last."""
    specs = fields_of(FILES[kind])
    if kind == "case-study":
        return (Group("", (Piece(Where(()), "The whole case"),)),)
    head = tuple(spec.key for spec in specs if spec.kind not in _ALONE | {Kind.ROWS})
    labels = " and ".join([spec.label for spec in specs if spec.key in head]).lower()
    made = [Group("", (Piece(Where((), head), labels.capitalize()),))] if head else []
    for spec in sorted(specs, key=lambda spec: spec.key == "notes"):
        if spec.key not in head:
            made += _groups_of(spec, top)
    return tuple(made)


def _groups_of(spec: FieldSpec, top: dict[Step, object]) -> list[Group]:
    held = top.get(spec.key)
    if spec.kind is Kind.ROWS:
        return [_growing(spec.label, (spec.key,), held)]
    opened = [inner for inner in spec.inner if inner.key in _OPENED]
    if spec.kind is not Kind.GROUP or not opened:
        keys = (spec.key,) if spec.kind is not Kind.GROUP else ()
        where = Where((), keys) if keys else Where((spec.key,))
        return [Group("", (Piece(where, spec.label, _detail(held), is_table=spec.kind is Kind.TABLE),))]
    below = held if isinstance(held, dict) else {}
    made = []
    for inner in opened:
        title = spec.label if inner.key == "sections" else inner.label
        made.append(_growing(title, (spec.key, inner.key), below.get(inner.key)))
    if any(inner.key == "note" for inner in spec.inner):
        note = Piece(Where((spec.key,), ("note",)), "Note before the sections", str(below.get("note", "")))
        made[0] = Group(made[0].title, (*made[0].pieces, note), made[0].list_path, made[0].noun)
    return made


def _growing(title: str, path: Steps, held: object) -> Group:
    listed = held if isinstance(held, list) else []
    what = noun(str(path[-1]))
    pieces = tuple(Piece(Where((*path, place)), name_of(one, what), _detail(one)) for place, one in enumerate(listed))
    return Group(title, pieces, path, what)


def name_of(held: object, what: str) -> str:
    """What a person calls an object: its title, else its text, else its id."""
    if isinstance(held, dict):
        if "from" in held and "to" in held:
            return f"From {held['from']} to {_words(held['to'])}"
        for key in ("title", "text", "id"):
            if isinstance(held.get(key), str):
                return cast("str", held[key])
    return f"a {what}"


def _detail(held: object) -> str:
    if isinstance(held, list):
        return _counted(len(held), "entry", "entries")
    if not isinstance(held, dict):
        return ""
    if isinstance(held.get("weight"), int):
        return f"weight {held['weight']}"
    for key, (one, many) in _COUNTED.items():
        if isinstance(held.get(key), list):
            return _counted(len(held[key]), one, many)
    return ""


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _words(held: object) -> str:
    return " or ".join(str(one) for one in held) if isinstance(held, list) else str(held)


def specs_at(kind: str, where: Where) -> tuple[FieldSpec, ...]:
    """Return what stands at a place of a file of this kind; nothing when the format has no such place."""
    specs = fields_of(FILES[kind])
    for step in where.path:
        if isinstance(step, int) or step == NEW:
            continue
        found = [spec for spec in specs if spec.key == step and spec.kind in (Kind.ROWS, Kind.GROUP)]
        if not found:
            return ()
        specs = found[0].inner
    return tuple(spec for spec in specs if not where.keys or spec.key in where.keys)
