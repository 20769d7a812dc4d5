"""The role's guide: how a person grows into the role, with preparation plans for different amounts of time."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.entry import Entry, Section


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a given time to prepare; `duration` is ISO 8601, such as PT1H or P4W."""

    id: str
    title: str
    duration: str
    tasks: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """Sections to read and plans to follow."""

    sections: tuple[Section, ...]
    plans: tuple[Plan, ...] = ()

    def section(self, section_id: str) -> Section:
        """Return the section with this id; KeyError when the guide has none."""
        return {section.id: section for section in self.sections}[section_id]
