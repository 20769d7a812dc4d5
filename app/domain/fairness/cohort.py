"""How far people came, counted by what they said of themselves: whole counts, before anything is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.fairness.questions import Question
from app.domain.hiring import Stage

LEVELS = ("Applied", "Screened", "Interviewed", "Discussed by the committee", "Hired")
"""What an application may have come to, each counted among those of the level before it."""

DECIDED, HIRED = 3, 4
SCORED, ABOVE = "scored", "above"
Line = str | None
"""A choice, or None for people who chose nothing in this question."""

ALL = "\0all"
"""Stands for every answer to a question; no choice is written so."""

Cell = tuple[Line, Line]
"""An answer to the first question and one to the second; with one question the second is always :data:`ALL`."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One concluded application: what its person said, the level that it came to, and its composite if it has one."""

    answers: Mapping[str, str]
    level: int
    score: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """People of one cell by level, each within the one before, then those with a score and those above the median."""

    levels: tuple[int, ...]
    scored: int = 0
    above: int = 0


_LEVEL_OF = {
    Stage.APPLIED: 0,
    Stage.SCREENING: 1,
    Stage.INTERVIEWING: 2,
    Stage.DEBRIEF: 3,
    Stage.DECIDED: 3,
    Stage.WITHDRAWN: 0,
}


def level_of(stages: Iterable[Stage], *, decided: bool, hired: bool) -> int:
    """The level that an application came to, from every stage that it ever reached and its newest decision."""
    if hired:
        return HIRED
    reached = max((_LEVEL_OF[stage] for stage in stages), default=0)
    return max(reached, DECIDED) if decided else reached


def counted(asked: Sequence[Question], people: Sequence[Standing]) -> dict[Cell, Counts]:
    """Every cell of the questions' choices, unknown included, with its margins and the whole; nobody is zero."""
    median = _median([one.score for one in people if one.score is not None])
    found: dict[Cell, list[Standing]] = {cell: [] for cell in cells(asked)}
    for one in people:
        first, second = (*(_line(one, question) for question in asked), ALL)[:2]
        for cell in {(first, second), (first, ALL), (ALL, second), (ALL, ALL)}:
            found[cell].append(one)
    return {cell: _counts(those, median) for cell, those in found.items()}


def cells(asked: Sequence[Question]) -> list[Cell]:
    """Every cell: answers to both questions, answers to one, and everybody."""
    lines = [(*question.choices, None, ALL) for question in asked]
    rows, columns = (*lines, (ALL,))[:2] if lines else ((ALL,), (ALL,))
    return [(row, column) for row in rows for column in columns]


def _line(one: Standing, question: Question) -> Line:
    answer = one.answers.get(question.title)
    return answer if answer in question.choices else None


def _counts(people: Sequence[Standing], median: Fraction | None) -> Counts:
    levels = tuple(sum(one.level >= level for one in people) for level in range(len(LEVELS)))
    scores = [one.score for one in people if one.score is not None]
    return Counts(levels, len(scores), sum(median is not None and score > median for score in scores))


def _median(scores: Sequence[Fraction]) -> Fraction | None:
    """The middle of the scores, halfway between two; whoever is strictly above it is counted as above."""
    if not scores:
        return None
    ordered, middle = sorted(scores), len(scores) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
