"""How many people were promoted, by level and by team, told so that no subtraction tells of fewer than five.

Each person is counted once, at one level and in one team. Rows of fewer than :data:`FEW` people are put together with
others. Where rows of both tables could still be added and subtracted until fewer than that many people are left, the
teams are not told at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.growth.insight import Ratio
from app.domain.onboarding.summary import FEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Ties = dict[object, Counter[object]]


@dataclass(frozen=True, slots=True)
class Counted:
    """Somebody in a year: the level and the team that they count at, and whether they were promoted in it."""

    level: str
    team: str
    promoted: bool


@dataclass(frozen=True, slots=True)
class Share:
    """One row: the levels, or the teams, that it is made of, and how many of their people were promoted."""

    names: tuple[str, ...]
    promoted: Ratio


@dataclass(frozen=True, slots=True)
class Promotions:
    """Both tables. ``by_team`` is None where the teams are not told; no row of either is of fewer than five people."""

    by_level: tuple[Share, ...]
    by_team: tuple[Share, ...] | None


def promotions(people: Sequence[Counted], levels: Sequence[str], teams: Sequence[str]) -> Promotions:
    """The tables of one year, rows in the order of these levels and teams; empty for fewer than five people."""
    if len(people) < FEW:
        return Promotions((), None)
    rows = together(levels, Counter(one.level for one in people))
    columns = together(teams, Counter(one.team for one in people))
    by_level = tuple(_share(row, [one for one in people if one.level in row]) for row in rows)
    by_team = tuple(_share(column, [one for one in people if one.team in column]) for column in columns)
    least = smallest_cut(_ties(people, rows, columns))
    return Promotions(by_level, None if least is not None and least < FEW else by_team)


def together(names: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The names in groups of at least five people each: those with fewer are put together, with the next if need be."""
    large = [name for name in names if counts.get(name, 0) >= FEW]
    small = [name for name in names if counts.get(name, 0) < FEW]
    while small and sum(counts.get(name, 0) for name in small) < FEW and large:
        least = min(large, key=lambda name: counts[name])
        large.remove(least)
        small.append(least)
    groups: list[tuple[str, ...]] = [(name,) for name in large]
    if small:
        groups.append(tuple(sorted(small, key=names.index)))
    return sorted(groups, key=lambda group: names.index(group[0]))


def smallest_cut(ties: Ties) -> int | None:
    """The fewest people by whom any sum of rows differs from any sum of columns, as Stoer and Wagner find it.

    Adding and subtracting rows and columns leaves at least the people between two sets of them, so the smallest such
    number is a bound for every subtraction. None where no two differ.
    """
    ties = {node: Counter(joined) for node, joined in ties.items()}
    least: int | None = None
    while len(ties) > 1:
        before, last, pull = _phase(ties)
        if pull:
            least = pull if least is None else min(least, pull)
        _merge(ties, before, last)
    return least


def _phase(ties: Ties) -> tuple[object, object, int]:
    """Take up nodes, each time the one most tied to those before; return the last two, and how tied the last is."""
    pulls: Counter[object] = Counter(dict.fromkeys(ties, 0))
    before = last = None
    pull = 0
    while pulls:
        before, last = last, max(pulls, key=lambda node: pulls[node])
        pull = pulls.pop(last)
        for node, weight in ties[last].items():
            if node in pulls:
                pulls[node] += weight
    return before, last, pull


def _merge(ties: Ties, kept: object, gone: object) -> None:
    for node, weight in ties.pop(gone).items():
        del ties[node][gone]
        if node != kept:
            ties[kept][node] += weight
            ties[node][kept] += weight


def _ties(people: Iterable[Counted], rows: Sequence[tuple[str, ...]], columns: Sequence[tuple[str, ...]]) -> Ties:
    row_of = {name: ("level", row) for row in rows for name in row}
    column_of = {name: ("team", column) for column in columns for name in column}
    ties: Ties = {node: Counter() for node in (*row_of.values(), *column_of.values())}
    for one in people:
        row, column = row_of[one.level], column_of[one.team]
        ties[row][column] += 1
        ties[column][row] += 1
    return ties


def _share(names: tuple[str, ...], people: Sequence[Counted]) -> Share:
    return Share(names, Ratio(sum(one.promoted for one in people), len(people), "people", rough=True))
