"""How far interviewers agree on one candidate, in words: by dimension, and what to talk about first.

Every word follows from the highest and the lowest rating on a dimension; no other candidate is needed for it.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.text import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.blueprint import Scale
    from app.domain.debrief import Row
    from app.domain.scoring import DimensionScore

_FAR = Fraction(3, 4)
_AT_ONCE = 3


class Closeness(StrEnum):
    """How near to each other the ratings on a dimension lie."""

    NOBODY = "nobody"
    SINGLE = "single"
    SAME = "same"
    CLOSE = "close"
    APART = "apart"
    FAR = "far"

    @property
    def words(self) -> str:
        """What the page says."""
        return _WORDS[self]

    @property
    def open(self) -> bool:
        """Whether there is a difference to talk about."""
        return self in {Closeness.APART, Closeness.FAR}


_WORDS = {
    Closeness.NOBODY: "Nobody assessed this",
    Closeness.SINGLE: "One interviewer",
    Closeness.SAME: "All say the same",
    Closeness.CLOSE: "Close",
    Closeness.APART: "Apart",
    Closeness.FAR: "Far apart",
}


def closeness(score: DimensionScore, scale: Scale) -> Closeness:
    """How close: far from three quarters of the scale on, close up to one step, apart between the two."""
    if score.spread is None:
        return Closeness.NOBODY
    if score.n == 1:
        return Closeness.SINGLE
    if score.spread == 0:
        return Closeness.SAME
    if score.spread >= _FAR * (scale.highest - scale.lowest):
        return Closeness.FAR
    return Closeness.CLOSE if _steps(score, scale) <= 1 else Closeness.APART


def over_the_bar(score: DimensionScore, scale: Scale) -> bool:
    """Whether the bar lies between the ratings: some meet it and some do not."""
    if score.lowest is None or score.highest is None:
        return False
    if scale.best == "high":
        return score.lowest < scale.meets <= score.highest
    return score.lowest <= scale.meets < score.highest


def to_discuss(rows: Sequence[Row], scale: Scale) -> tuple[str, ...]:
    """What to talk about first, the widest apart first: at most three sentences, none where all are close."""
    wide = [row for row in rows if closeness(row.score, scale).open]
    wide.sort(key=lambda row: (-(row.score.spread or 0), not over_the_bar(row.score, scale), -row.weight_share))
    return tuple(_sentence(row, scale) for row in wide[:_AT_ONCE])


def _sentence(row: Row, scale: Scale) -> str:
    lowest, highest = row.score.lowest, row.score.highest
    low = sorted(cell.interviewer for cell in row.cells if cell and cell.value == lowest)
    high = sorted(cell.interviewer for cell in row.cells if cell and cell.value == highest)
    between = ", with the bar between them" if over_the_bar(row.score, scale) else ""
    return (
        f"{row.dimension.title}: {row.score.spread} apart{between}. "
        f"{listed(low)} gave {lowest}, {listed(high)} gave {highest}."
    )


def _steps(score: DimensionScore, scale: Scale) -> int:
    """How many points of the scale lie between the lowest and the highest rating."""
    values = scale.values
    low, high = (values.index(int(value)) for value in (score.lowest or 0, score.highest or 0))
    return abs(high - low)
