"""Which counts may be told, so that no number of fewer than five people is told, nor can be worked out.

A count is withheld when it is under :data:`LEAST`, or when the people of the same cell who were left behind at that
level are; then everything further on of that cell is withheld too. What is withheld could still follow from the totals.
So more is withheld, the smallest first, until the sums leave every withheld count open. That is decided with exact
algebra, not by a rule of thumb: a table of two questions gives itself away in longer chains than its lines.

Three things are no secret and withhold nothing: a choice that nobody made, a level that nobody reached, and one that
everybody reached. How many people chose nothing tells of no group; it is withheld only where it would give one away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.fairness.cohort import ALL, DECIDED, Cell, Counts

LEAST = 5
_WHOLE: Cell = (ALL, ALL)
_OPEN = frozenset({_WHOLE, (None, ALL), (ALL, None), (None, None)})
"""Cells that say nothing of anybody, and are withheld only to cover others."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one cell: by level until the first that is withheld; scores are told or None together."""

    levels: tuple[int | None, ...]
    scored: int | None
    above: int | None


def told(counts: Mapping[Cell, Counts]) -> dict[Cell, Told]:
    """What may be told of every cell; the whole always is."""
    hidden: list[frozenset[Cell]] = []
    kept: frozenset[Cell] = frozenset()
    before = None
    for level in range(len(counts[_WHOLE].levels)):
        now = {cell: count.levels[level] for cell, count in counts.items()}
        kept = _withheld(now, before, kept)
        hidden.append(kept)
        before = now
    scored = {cell: count.scored for cell, count in counts.items()}
    decided = {cell: count.levels[DECIDED] for cell, count in counts.items()}
    above = {cell: count.above for cell, count in counts.items()}
    without_score = _withheld(scored, decided, hidden[DECIDED])
    without_above = _withheld(above, scored, without_score)
    return {
        cell: Told(
            tuple(None if cell in hidden[level] else one for level, one in enumerate(count.levels)),
            None if cell in without_score else count.scored,
            None if cell in without_above else count.above,
        )
        for cell, count in counts.items()
    }


def _withheld(now: Mapping[Cell, int], before: Mapping[Cell, int] | None, parents: frozenset[Cell]) -> frozenset[Cell]:
    """The cells whose count is withheld here; ``parents`` are those of the level that this one is counted among."""
    left = {cell: before[cell] - count for cell, count in now.items()} if before else {}
    if not now[_WHOLE] or (before and not left[_WHOLE]):
        return parents
    small = {cell for cell, count in now.items() if (before or now)[cell] and min(count, left.get(cell, count)) < LEAST}
    hidden = parents | (small - _OPEN)
    sums, counts = _sums(now), [now, left] if before else []
    # Answers to one question come first, so that the table of both never costs them anything.
    hidden = _covered(hidden, [line for line in sums if all(ALL in cell for cell in line)], counts, now)
    hidden |= {cell for cell in now if ALL not in cell and ((cell[0], ALL) in hidden or (ALL, cell[1]) in hidden)}
    hidden = _covered(hidden, sums, counts, now)
    both = {cell for cell in now if ALL not in cell}
    # What went on is bounded by what came: beside told cells of both questions, bounds could pin a withheld one down.
    return hidden | both if before and both & hidden else hidden


def _covered(
    hidden: frozenset[Cell], sums: Sequence[frozenset[Cell]], counts: Sequence[Mapping[Cell, int]],
    now: Mapping[Cell, int],
) -> frozenset[Cell]:  # fmt: skip
    """The same and what else has to be withheld, so that none of it follows from these sums."""
    margins = all(ALL in cell for line in sums for cell in line)
    while True:
        weak = _empty(sums, hidden, counts).union(*(_given_away(sums, hidden, one) for one in counts or [now]))
        shown = [cell for cell in now if cell not in hidden and cell != _WHOLE and (ALL in cell) == margins]
        if not weak or not shown:
            return hidden
        near = {cell for line in sums if weak & line for cell in line}
        fitting = [one for one in shown if one in near] or shown
        hidden |= {min(fitting, key=lambda cell: (not now[cell], now[cell], repr(cell)))}


def _sums(cells: Mapping[Cell, int]) -> list[frozenset[Cell]]:
    """The sets of cells that add up to something: each line to its margin, which is in the set, the margins to all."""
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    lines = [frozenset((row, column) for column in columns) for row in rows if len(columns) > 1]
    lines += [frozenset((row, column) for row in rows) for column in columns if len(rows) > 1]
    return lines


def _given_away(sums: Sequence[frozenset[Cell]], hidden: frozenset[Cell], now: Mapping[Cell, int]) -> frozenset[Cell]:
    """The withheld cells whose count follows from what is told: those that the equations leave no freedom.

    Parts that add up to nobody are nobody each, so they are no unknowns.
    """
    unknown = sorted(hidden - _empty(sums, hidden, [now]), key=repr)
    rows = [[_sign(cell, line) for cell in unknown] for line in sums if line & hidden]
    free = [[place for place, factor in enumerate(row) if factor] for row in _reduced(rows, len(unknown))]
    return frozenset(unknown[places[0]] for places in free if len(places) == 1)


def _sign(cell: Cell, line: frozenset[Cell]) -> Fraction:
    """How a cell stands in a sum: the margin on the other side of the equation from its parts."""
    if cell not in line:
        return Fraction(0)
    margins = sum(ALL in one for one in line)
    # In the sum of margins every member is one, and the whole, which is never withheld, is theirs.
    return Fraction(-1) if ALL in cell and margins < len(line) else Fraction(1)


def _reduced(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """The reduced echelon form of the equations, exactly."""
    done = 0
    for column in range(width):
        pivot = next((place for place in range(done, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [one / rows[done][column] for one in rows[done]]
        for place, row in enumerate(rows):
            if place != done and row[column]:
                rows[place] = [one - row[column] * base for one, base in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]


def _empty(
    sums: Sequence[frozenset[Cell]], hidden: frozenset[Cell], counts: Sequence[Mapping[Cell, int]]
) -> frozenset[Cell]:
    """Withheld parts of a line that add up to nobody: the sum itself would tell that each of them is nobody."""
    found: frozenset[Cell] = frozenset()
    for line in sums:
        parts = line & hidden
        margin_hidden = any(ALL in cell for cell in parts) and any(ALL not in cell for cell in line)
        if parts and not margin_hidden and any(not sum(count[cell] for cell in parts) for count in counts):
            found |= parts
    return found
