"""The small vocabulary in which most of a blueprint is written: entries, in sections, in chapters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["source", "house"]


@dataclass(frozen=True, slots=True)
class Entry:
    """The one building block of a blueprint: a text, with whatever more is known about it."""

    text: str
    id: str | None = None
    detail: str | None = None
    origin: Origin = "source"
    items: tuple[Entry, ...] = ()
    tags: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together under a title."""

    id: str
    title: str
    entries: tuple[Entry, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the role's description, such as its stakeholders; `note` stands before its sections."""

    id: str
    sections: tuple[Section, ...]
    note: str | None = None

    def section(self, section_id: str) -> Section:
        """Return the section with this id; KeyError when the chapter has none."""
        return {section.id: section for section in self.sections}[section_id]
