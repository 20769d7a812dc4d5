"""A blueprint version made ready for reading: every text's address, found once for a version, which never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flask import url_for

from app.domain.outline import Part, Place, places
from app.web.blueprint.contents import lines

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.blueprint import Blueprint
    from app.queries.editions import Edition
    from app.web.blueprint.contents import Line

_ROOM = 16
_books: dict[tuple[UUID, str], Book] = {}
"""Oldest first, by version and content: neither can change, so no book is ever out of date."""
_NAMED_FIRST = (Part.COMPETENCIES, Part.METRICS, Part.LADDER, Part.SCORECARD, Part.CASES, Part.PLAN)
"""Whose ids a text means by a reference, where several parts have the same."""


@dataclass(frozen=True, eq=False)
class Book:
    """A version's blueprint with the places of its texts."""

    version_id: UUID
    sha256: str
    blueprint: Blueprint
    places: tuple[Place, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The list of contents."""
        return lines(self.blueprint)

    @cached_property
    def by_path(self) -> dict[str, Place]:
        """Each place by where it stands in the blueprint."""
        return {place.at: place for place in self.places}

    @cached_property
    def _named(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for part in _NAMED_FIRST:
            for place in self.places:
                if place.part is part and place.id is not None:
                    found.setdefault(place.id, place)
        return found

    def at(self, path: str) -> str:
        """The anchor of what stands at this path; KeyError when nothing does."""
        return self.by_path[path].anchor

    def address(self, part: Part) -> str:
        """The page of a part."""
        if part is Part.OVERVIEW:
            return url_for("blueprint.version", version_id=self.version_id)
        return url_for("blueprint.part", version_id=self.version_id, part=part.value)

    def link(self, place: Place) -> str:
        """The address of a place."""
        if place.part is Part.OVERVIEW:
            return url_for("blueprint.version", version_id=self.version_id, _anchor=place.anchor)
        return url_for("blueprint.part", version_id=self.version_id, part=place.part.value, _anchor=place.anchor)

    def meant(self, reference: str) -> Place | None:
        """The place of what a text refers to by its id, or None when nothing has it."""
        return self._named.get(reference)

    def of(self, part: Part) -> tuple[Place, ...]:
        """The places of one part, in reading order."""
        return tuple(place for place in self.places if place.part is part)

    def from_house(self, part: Part) -> bool:
        """Whether any text of the part was written by the house."""
        return any(place.origin == "house" for place in self.of(part))


def opened(edition: Edition) -> Book:
    """The book of a version; made once a process and version."""
    key = (edition.version_id, edition.stamp.sha256)
    if key not in _books:
        while len(_books) >= _ROOM:
            del _books[next(iter(_books))]
        _books[key] = Book(*key, edition.blueprint, places(edition.blueprint))
    return _books[key]
