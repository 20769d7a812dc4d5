"""A blueprint's outline: every text of it has one place, which an address can name.

A place is a part (a page) and an anchor in it. What a part is made of (a dimension, case, competency, milestone,
metric, level, chapter) has its own id as its anchor; so has everything else with an id, unless that anchor is taken.
The rest gets its section's id and the beginning of its text. Anchors depend on what is written and not on its order,
so links outlive an editor who sorts a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.outline_walk import Found, walk
from app.domain.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.blueprint import Blueprint
    from app.domain.entry import Origin

__all__ = ["Part", "Place", "places"]

_TAKEN = frozenset({"main", "person-menu", "site-search"})
"""Anchors that the frame of every page uses itself. Anchors that begin with an underscore are the pages' own too."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one text of a blueprint stands.

    `trail` are the titles above it inside the part. `at` is its path in the blueprint by field names and positions,
    such as `scorecard/dimensions/0/anchors/2`, which holds for this one blueprint only; competency groups, which are
    no objects, have `groups/` and their name. `id` is the text's own id, where it has one.
    """

    part: Part
    anchor: str
    trail: tuple[str, ...]
    text: str
    detail: str = ""
    tags: tuple[str, ...] = ()
    origin: Origin = "source"
    id: str | None = None
    at: str = ""


def places(blueprint: Blueprint) -> tuple[Place, ...]:
    """Return the place of every text, in reading order; anchors are unique within a part."""
    found = tuple(walk(blueprint))
    anchors = {part: _anchors(one for one in found if one.part is part) for part in Part}
    return tuple(
        Place(
            one.part, anchors[one.part][one.at], one.trail, one.text, detail=one.detail, tags=one.tags,
            origin=one.origin, id=one.id, at=one.at,
        )
        for one in found
    )  # fmt: skip


def _anchors(found: Iterable[Found]) -> dict[str, str]:
    given: dict[str, str] = {}
    taken = set(_TAKEN)
    # Settled by content alone: texts that swap their places keep their anchors.
    for one in sorted(found, key=lambda one: (one.rank, one.wish, one.trail, one.text, one.detail)):
        anchor, number = one.wish, 1
        while anchor in taken:
            number += 1
            anchor = f"{one.wish}-{number}"
        taken.add(anchor)
        given[one.at] = anchor
    return given
