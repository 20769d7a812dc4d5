"""Two answers on one person held beside each other: where they differ, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.competency import Competency
from app.domain.growth.mark import Mark, Standing


@dataclass(frozen=True, slots=True)
class Line:
    """One competency with what both say. ``apart`` is counted in rungs, own over manager's; None cannot be compared."""

    competency: Competency
    own: Mark | None
    manager: Mark | None
    apart: int | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """On how many of the ``compared`` competencies both named the same rung.

    A competency that one of the two left open, or had not enough evidence on, is in ``left_out`` and counts nowhere.
    """

    same: int
    own_higher: int
    manager_higher: int
    left_out: tuple[str, ...]

    @property
    def compared(self) -> int:
        """How many competencies both placed."""
        return self.same + self.own_higher + self.manager_higher

    @property
    def percent(self) -> int | None:
        """The share of compared competencies on which both say the same, rounded half up; None without any."""
        if not self.compared:
            return None
        return int(Fraction(200 * self.same + self.compared, 2 * self.compared))


def height(competency: Competency, mark: Mark | None) -> int | None:
    """How high a mark is: 0 below the first rung, 1 on it, and so on; None where nothing was placed."""
    if mark is None or mark.standing in {Standing.NOT_ENOUGH, Standing.OPEN}:
        return None
    if mark.standing is Standing.BELOW:
        return 0
    rungs = [rung.id for rung in competency.rungs]
    return rungs.index(mark.rung) + 1 if mark.rung in rungs else None


def lines(competencies: Sequence[Competency], own: Sequence[Mark], manager: Sequence[Mark]) -> tuple[Line, ...]:
    """Every competency on which either said something, the widest apart first, then in the blueprint's order.

    What cannot be compared comes after what differs and before what is the same.
    """
    one, other = {mark.competency: mark for mark in own}, {mark.competency: mark for mark in manager}
    known = [competency for competency in competencies if competency.id in one.keys() | other.keys()]
    found = [_line(competency, one.get(competency.id), other.get(competency.id)) for competency in known]
    return tuple(sorted(found, key=_widest_first))


def alignment(competencies: Sequence[Competency], own: Sequence[Mark], manager: Sequence[Mark]) -> Alignment:
    """How far two answers agree, over the competencies that both placed."""
    apart = {line.competency.title: line.apart for line in lines(competencies, own, manager)}
    placed = [distance for distance in apart.values() if distance is not None]
    return Alignment(
        same=placed.count(0),
        own_higher=sum(distance > 0 for distance in placed),
        manager_higher=sum(distance < 0 for distance in placed),
        left_out=tuple(title for title, distance in apart.items() if distance is None),
    )


def _line(competency: Competency, own: Mark | None, manager: Mark | None) -> Line:
    first, second = height(competency, own), height(competency, manager)
    return Line(competency, own, manager, None if first is None or second is None else first - second)


def _widest_first(line: Line) -> tuple[int, int]:
    if line.apart:
        return 0, -abs(line.apart)
    return (1 if line.apart is None else 2), 0
