"""Marks: which expectation of a competency somebody meets, as one answerer sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """A rung is met, or not even the lowest, or nobody can tell, which is never counted as low.

    OPEN is a draft's alone: somebody wrote a note and has not chosen yet.
    """

    MET = "met"
    BELOW = "below"
    NOT_ENOUGH = "not_enough"
    OPEN = "open"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "below": "Not yet at the first expectation",
            "not_enough": "Not enough evidence",
            "open": "No answer",
        }.get(self.value, "Meets")


@dataclass(frozen=True, slots=True)
class Mark:
    """One answerer's mark on one competency. ``rung`` is set exactly when ``standing`` is MET."""

    competency: str
    standing: Standing
    rung: str | None = None
    note: str = ""
