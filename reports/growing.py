"""How assessments on paper say marks, and how they are set out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.domain.competency import Competency
from app.domain.figure import GapRow
from app.domain.growth.gap import said
from app.domain.growth.mark import Standing
from app.domain.growth.papers import PrintedSheet

__all__ = ["cut", "grouped", "said", "standings"]

_ROWS = 18
"""As many rows of a gap stand on a page with their legend."""


def grouped(asked: Sequence[Competency], sheet: PrintedSheet) -> Iterator[tuple[str, list[Competency]]]:
    """The competencies that a sheet says something on, under their groups, in the blueprint's order."""
    held = [competency for competency in asked if sheet.mark(competency)]
    for group, members in groupby(held, key=lambda one: one.group):
        yield group, list(members)


def standings(sheet: PrintedSheet, left_open: int) -> list[tuple[str, int]]:
    """How many competencies were placed, below, without evidence, and left open."""
    said_of = [mark.standing for mark in sheet.answers.marks]
    return [
        ("Expectations named", said_of.count(Standing.MET)),
        ("Not yet at the first", said_of.count(Standing.BELOW)),
        ("Not enough evidence", said_of.count(Standing.NOT_ENOUGH)),
        ("Left open", left_open),
    ]


def cut(rows: Sequence[GapRow]) -> list[Sequence[GapRow]]:
    """A gap in parts that each fit on a page, as even as may be."""
    pages = -(-len(rows) // _ROWS)
    size, wider = divmod(len(rows), pages) if pages else (0, 0)
    cuts, start = [], 0
    for number in range(pages):
        end = start + size + (number < wider)
        cuts.append(rows[start:end])
        start = end
    return cuts
