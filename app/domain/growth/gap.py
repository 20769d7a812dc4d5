"""What is expected, what the person says and what the manager says, on one scale: the figure of a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.domain.figure import Axis, GapRow, Tick
from app.domain.growth.alignment import height
from app.domain.growth.mark import Mark, Standing

if TYPE_CHECKING:
    from app.domain.competency import Competency
    from app.domain.growth.readiness import Expectation


def gap_rows(expectations: Iterable[Expectation], own: Sequence[Mark], manager: Sequence[Mark]) -> tuple[GapRow, ...]:
    """One row for each expectation of a level, in the blueprint's order; marks on anything else are left out."""
    first, second = ({mark.competency: mark for mark in marks} for marks in (own, manager))
    rows = []
    for one in expectations:
        competency = one.competency
        mine, theirs = first.get(competency.id), second.get(competency.id)
        rows.append(
            GapRow(
                label=competency.title,
                expected=competency.rungs.index(one.rung) + 1,
                own=height(competency, mine),
                manager=height(competency, theirs),
                expected_shown=named(one.rung.id),
                own_shown=_short(mine),
                manager_shown=_short(theirs),
            )
        )
    return tuple(rows)


def gap_axis(competencies: Iterable[Competency]) -> Axis:
    """The scale of a gap: below the first rung, then rung by rung; by name where all competencies name them alike."""
    ladders = {tuple(rung.id for rung in one.rungs) for one in competencies if one.rungs}
    longest = max(ladders, key=len, default=())
    alike = all(longest[: len(ladder)] == ladder for ladder in ladders)
    names = [named(rung) for rung in longest] if alike else [f"rung {number}" for number in range(1, len(longest) + 1)]
    return Axis(tuple(Tick(value, title) for value, title in enumerate(["below", *names])))


def named(rung: str) -> str:
    """A rung's id as a word."""
    return rung.replace("-", " ").capitalize()


def said(mark: Mark | None) -> str:
    """A mark in a few words."""
    if mark is None:
        return "Not said"
    if mark.standing is Standing.MET:
        return named(mark.rung or "")
    return mark.standing.words


def _short(mark: Mark | None) -> str:
    """The same where there is little room: "below" as the axis calls it."""
    return "Below" if mark is not None and mark.standing is Standing.BELOW else said(mark)
