"""Changes to one blueprint file. Each says what its author had seen, and refuses when that is no longer there.

A change is made on the file as it stands now, not as its author saw it: two people who edit different parts of one file
both keep their work, and nobody replaces unseen what somebody else wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from app.domain.errors import ConflictError, NotFoundError
from app.formats.blueprint_pieces import Step, Steps, Where
from app.formats.blueprint_tree import at, plain, read_tree, seen
from app.formats.yaml_text import yaml_text

Edit = Callable[[str], str]
"""Takes a file's text and returns it changed; :class:`ConflictError` when it was changed by somebody else."""

_STALE = "Somebody else changed this while you were writing."
_UNREADABLE = "This file cannot be read as it stands now. Edit it as text."


def piece_of(top: object, where: Where) -> dict[str, object]:
    """Return the keys and values of a piece, as somebody is shown them; empty when nothing is there."""
    held = at(top, where.path)
    if not isinstance(held, dict):
        return {}
    wanted = where.keys or tuple(held)
    return {key: plain(held[key]) for key in wanted if key in held}


def find(top: object, where: Where, was: str) -> Where:
    """Return where the piece stands now: at its place, or moved within its list; refuse when it was changed."""
    if seen(piece_of(top, where)) == was:
        return where
    if where.in_list:
        listed = at(top, where.path[:-1])
        for place in range(len(listed) if isinstance(listed, list) else 0):
            moved = Where((*where.path[:-1], place), where.keys)
            if seen(piece_of(top, moved)) == was:
                return moved
    raise ConflictError(_STALE)


def put(where: Where, values: Mapping[str, object], order: tuple[str, ...], was: str) -> Edit:
    """Give a piece these values, keys in `order`; keys that the form does not ask for stay."""

    def change(text: str) -> str:
        top = _top(text)
        if where.is_new:
            _list_at(top, where.path[:-1]).append(dict(values))
            return yaml_text(top)
        place = find(top, where, was)
        keys = where.keys or tuple(order)
        held = _map_at(top, place.path)
        kept = {key: value for key, value in held.items() if key not in keys}
        held.clear()
        held.update(_ordered(kept, values, order))
        if not held and not place.in_list:
            _prune(top, place.path)
        return yaml_text(top)

    return change


def remove(where: Where, was: str) -> Edit:
    """Take an object out of its list."""

    def change(text: str) -> str:
        top = _top(text)
        place = find(top, where, was)
        del _list_at(top, place.path[:-1])[cast("int", place.path[-1])]
        return yaml_text(top)

    return change


def move(where: Where, was: str, by: int) -> Edit:
    """Move an object up (-1) or down (1) in its list; at an end it stays where it is."""

    def change(text: str) -> str:
        top = _top(text)
        place = find(top, where, was)
        listed, start = _list_at(top, place.path[:-1]), cast("int", place.path[-1])
        listed.insert(max(0, start + by), listed.pop(start))
        return yaml_text(top)

    return change


def weigh(path: Steps, weights: Mapping[str, int | None], was: str) -> Edit:
    """Give the dimensions these weights, by their ids; None takes a weight away."""

    def change(text: str) -> str:
        top = _top(text)
        listed = _list_at(top, path)
        if seen(weights_of(listed)) != was:
            raise ConflictError(_STALE)
        for one in listed:
            if isinstance(one, dict) and one.get("id") in weights:
                _weigh(one, weights[cast("str", one["id"])])
        return yaml_text(top)

    return change


def weights_of(listed: object) -> list[tuple[str, str, int | None]]:
    """Return the id, title and weight of each dimension."""
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [
        (
            str(one.get("id", "")),
            str(one.get("title", "")),
            weight if isinstance(weight := one.get("weight"), int) else None,
        )
        for one in found
    ]


def replace(text: str, was: str) -> Edit:
    """Put a whole text in place of the one that was seen."""

    def change(present: str) -> str:
        if seen(present) != was:
            raise ConflictError(_STALE)
        return text

    return change


def _top(text: str) -> dict[Step, object]:
    top = read_tree(text)
    if top is None:
        raise ConflictError(_UNREADABLE)
    return cast("dict[Step, object]", plain(top))


def _map_at(top: dict[Step, object], path: Steps) -> dict[Step, object]:
    """Return the map at a path, made where only keys lead to it."""
    held: object = top
    for step in path:
        below = at(held, (step,))
        if below is None and isinstance(held, dict) and isinstance(step, str):
            below = held[step] = {}
        held = below
    if not isinstance(held, dict):
        raise NotFoundError
    return held


def _list_at(top: dict[Step, object], path: Steps) -> list[object]:
    listed = _map_at(top, path[:-1]).setdefault(path[-1], [])
    if not isinstance(listed, list):
        raise NotFoundError
    return listed


def _prune(top: dict[Step, object], path: Steps) -> None:
    if path:
        _map_at(top, path[:-1]).pop(path[-1], None)


def _ordered(kept: Mapping[Step, object], values: Mapping[str, object], order: tuple[str, ...]) -> dict[Step, object]:
    """Return all keys: a file's frame first, then those of the format in its order, then whatever else there was."""
    everything: dict[Step, object] = dict(kept)
    everything.update(values)
    frame = [key for key in kept if key in ("schema", "kind", "id", "version", "meta") and key not in order]
    rest = [key for key in everything if key not in frame and key not in order]
    return {key: everything[key] for key in (*frame, *order, *rest) if key in everything}


def _weigh(dimension: dict[Step, object], weight: int | None) -> None:
    if weight is None:
        dimension.pop("weight", None)
        return
    if "weight" in dimension:
        dimension["weight"] = weight
        return
    items = list(dimension.items())
    dimension.clear()
    for key, value in items:
        dimension[key] = value
        if key == "title":
            dimension["weight"] = weight
    dimension.setdefault("weight", weight)
