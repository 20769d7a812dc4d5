"""A released report: what was told once about a set of closed requisitions, and never changes again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.fairness.cohort import ALL, Cell
from app.domain.fairness.questions import Question
from app.domain.fairness.withholding import Told

VERSION = 1
LEAST_ANSWERED = 30
"""People who must have answered before a report is released; fewer could tell hardly anything, for good."""

OTHER_VERSIONS = "The requisitions rest on different versions of a blueprint, so their scores are not one sample."


@dataclass(frozen=True, slots=True)
class Figures:
    """What a release tells: the questions, and of every cell what :func:`told` left of it.

    ``withdrawn`` counts applications that were withdrawn; they are in no other count. ``unscored`` says why there are
    no scoring rates, and is empty where there are.
    """

    asked: tuple[Question, ...]
    cells: Mapping[Cell, Told]
    withdrawn: int
    unscored: str = ""

    @property
    def people(self) -> int:
        """Applications that are counted."""
        return self.cells[ALL, ALL].levels[0] or 0


def written(figures: Figures) -> str:
    """The figures as text, the same for the same figures."""
    body = {
        "version": VERSION,
        "asked": [[one.title, list(one.choices)] for one in figures.asked],
        "cells": [
            [*cell, list(told.levels), told.scored, told.above]
            for cell, told in sorted(figures.cells.items(), key=lambda item: repr(item[0]))
        ],
        "withdrawn": figures.withdrawn,
        "unscored": figures.unscored,
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read(text: str) -> Figures:
    """The figures of a text that :func:`written` made; :class:`ValueError` for another version of it."""
    body: dict[str, Any] = json.loads(text)
    if body["version"] != VERSION:
        message = "this report was written by a newer program"
        raise ValueError(message)
    return Figures(
        tuple(Question(title, tuple(choices)) for title, choices in body["asked"]),
        {(row, column): Told(tuple(levels), scored, above) for row, column, levels, scored, above in body["cells"]},
        body["withdrawn"],
        body["unscored"],
    )


def lines(figures: Figures) -> Sequence[tuple[str, tuple[tuple[str, Cell], ...], Cell | None]]:
    """What is shown, in order: a title, groups with their cells, and the cell of people who chose nothing.

    Answers to both questions together have no such cell: it would take one of each.
    """
    shown: list[tuple[str, tuple[tuple[str, Cell], ...], Cell | None]] = []
    for place, question in enumerate(figures.asked):
        groups: tuple[tuple[str, Cell], ...] = tuple((one, _margin(place, one)) for one in question.choices)
        shown.append((question.title, groups, _margin(place, None)))
    if len(figures.asked) > 1:
        first, second = figures.asked[:2]
        groups = tuple((f"{row}, {column}", (row, column)) for row in first.choices for column in second.choices)
        shown.append((f"{first.title} and {second.title.lower()}", groups, None))
    return shown


def _margin(place: int, choice: str | None) -> Cell:
    return (choice, ALL) if place == 0 else (ALL, choice)
