"""A copy of what is kept about one person, for themselves: in sections, with other people as letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from app.domain.privacy.copy_on_paper import PaperMatter, on_paper
from app.domain.privacy.erasing import SubjectKind

YOU = "you"
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class CopySection:
    """One table; each row maps a column to its value, with people as letters. Columns that say nothing are left out."""

    table: str
    title: str
    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class DataCopy:
    """All of it. ``left_out`` says in words what is not in it, and why; ``zone`` is whose time the paper tells."""

    kind: SubjectKind
    company: str
    zone: str
    subject: str
    made_at: datetime
    sections: tuple[CopySection, ...]
    left_out: tuple[str, ...]

    @property
    def title(self) -> str:
        """What stands at the foot of the page."""
        return "What is kept about you"

    @property
    def matters(self) -> tuple[PaperMatter, ...]:
        """The same as it is read on paper."""
        return on_paper(self)


@dataclass
class Letters:
    """Stands in for other people: the same person has the same letter throughout one copy, and nobody has a name."""

    subject_id: UUID
    _given: dict[UUID, str] = field(default_factory=dict)

    def of(self, person_id: UUID) -> str:
        """Their letter, or that it is you."""
        if person_id == self.subject_id:
            return YOU
        return self._given.setdefault(person_id, f"Person {_letter(len(self._given))}")


def _letter(number: int) -> str:
    beyond, within = divmod(number, _LETTERS)
    return (_letter(beyond - 1) if beyond else "") + chr(ord("A") + within)


def told(value: object) -> str:
    """A value as programs read it; empty for what says nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    return value.isoformat() if isinstance(value, date) else str(value)


def words_of(column: str) -> str:
    """A column's name as words."""
    return column.removesuffix("_id").replace("_", " ").capitalize()
