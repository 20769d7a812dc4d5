"""A blueprint file as plain maps and lists: read with its lines, looked up by path, and told apart by a digest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from app.formats.blueprint_fields import FILES
from app.formats.yaml_source import YamlList, YamlMap, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.formats.blueprint_pieces import Step, Steps


def read_tree(text: str) -> YamlMap | None:
    """Return a file's content, or None when forms could not keep all of it: then it is edited as text."""
    read = read_yaml(text.encode())
    return None if read.faults else read.top


def kind_of(top: YamlMap | None) -> str | None:
    """Return which kind of file this is, or None when it does not say one that the format has."""
    kind = top.get("kind") if top else None
    return kind if isinstance(kind, str) and kind in FILES else None


def at(top: object, path: Steps) -> object:
    """Return what lies at this path, or None when nothing does."""
    for step in path:
        if isinstance(top, dict):
            top = top.get(step)
        elif isinstance(top, list) and isinstance(step, int) and step < len(top):
            top = top[step]
        else:
            return None
    return top


def seen(held: object) -> str:
    """Return a digest of what somebody was shown, by which a later change by others is noticed."""
    return hashlib.sha256(json.dumps(plain(held), ensure_ascii=False).encode()).hexdigest()[:32]


def plain(held: object) -> object:
    """Return a copy made of ordinary maps and lists."""
    if isinstance(held, dict):
        return {key: plain(value) for key, value in held.items()}
    if isinstance(held, list):
        return [plain(item) for item in held]
    return held


def path_at(top: YamlMap, line: int) -> Steps:
    """Return the path of the last thing that begins on this line or above it."""
    best: tuple[int, Steps] = (0, ())
    for start, path in _starts(top, ()):
        if best[0] < start <= line:
            best = (start, path)
    return best[1]


def _starts(held: object, path: Steps) -> Iterator[tuple[int, Steps]]:
    pairs: Iterator[tuple[Step, object, int]]
    if isinstance(held, YamlMap):
        pairs = ((key, value, held.lines[key]) for key, value in held.items())
    elif isinstance(held, YamlList):
        pairs = ((place, value, held.lines[place]) for place, value in enumerate(held))
    else:
        return
    for step, value, line in pairs:
        yield line, (*path, step)
        yield from _starts(value, (*path, step))
