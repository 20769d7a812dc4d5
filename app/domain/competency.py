"""Competencies: the abilities a role needs, and what each level expects of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.domain.entry import Entry, Origin

Importance = Literal["critical", "important", "optional"]


@dataclass(frozen=True, slots=True)
class Rung:
    """What one level of a ladder expects of a competency; `points` count only under a points rule."""

    id: str
    criteria: tuple[Entry, ...]
    examples: tuple[Entry, ...] = ()
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Competency:
    """One ability. Technical ones have an importance and a use; behavioural ones say why, how it shows and at its best.

    `group` is a path such as `technical/must-have`.
    """

    id: str
    title: str
    group: str
    importance: Importance | None = None
    qualifiers: tuple[str, ...] = ()
    description: str | None = None
    use: str | None = None
    why: str | None = None
    shows: str | None = None
    strong: str | None = None
    origin: Origin = "source"
    rungs: tuple[Rung, ...] = ()

    def rung(self, rung_id: str) -> Rung | None:
        """Return the rung with this id, or None when the competency has none."""
        return next((rung for rung in self.rungs if rung.id == rung_id), None)
