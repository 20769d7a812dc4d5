"""How a ladder is climbed: what each level asks, what a step raises, and the paths that lead to the role and on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.change.words import counted, distance
from app.domain.figure import Paths, Stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.domain.blueprint import Blueprint
    from app.domain.competency import Competency, Rung
    from app.domain.entry import Entry
    from app.domain.ladder import Ladder, Level, Typical
    from app.domain.milestone import Offset


_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What one level asks of one competency: a rung, or None for nothing; `more` than the level below asks."""

    rung: str | None
    more: bool = False


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One competency across the ladder's levels, in the order of the levels."""

    competency: Competency
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """A competency of which a level asks for another rung than the level below; either may have no words for it."""

    competency: Competency
    before: Rung | None
    after: Rung | None


@dataclass(frozen=True, slots=True)
class Step:
    """The way from one level to a higher one. `kept` counts the competencies of which both ask the same."""

    below: Level
    above: Level
    raised: tuple[Raised, ...]
    kept: int


def typical_time(typical: Typical) -> str:
    """Return a typical time in words: `2 to 4 years`, `18 to 30 months`, `3 years or more`."""
    least, most = typical.least, typical.most
    if most is None:
        return f"{_long(least)} or more"
    if least == most:
        return f"about {_long(most)}"
    number, unit = _long(least).split(" ", 1)
    upper = _long(most)
    plain = upper.count(" ") == 1 and upper.split(" ")[1].rstrip("s") == unit.rstrip("s")
    return f"{number if plain else _long(least)} to {upper}"


def _long(time: Offset) -> str:
    years, months = divmod(time.months, _MONTHS_A_YEAR)
    return counted(years, "year") if years and not months and not time.days else distance(time)


def asked(blueprint: Blueprint) -> tuple[AskedRow, ...]:
    """Return what the levels ask, one row a competency; competencies of which none asks anything are left out."""
    ladder = blueprint.ladder
    if ladder is None:
        return ()
    rungs = {(needed.level, needed.competency): needed.rung for needed in ladder.requires}
    below = {above.id: level.id for level, above in _pairs(ladder)}
    rows = []
    for competency in blueprint.competencies:
        row = []
        for level in ladder.levels:
            rung = rungs.get((level.id, competency.id))
            before = rungs.get((below.get(level.id, ""), competency.id))
            row.append(Asked(rung, more=rung is not None and level.id in below and rung != before))
        if any(cell.rung for cell in row):
            rows.append(AskedRow(competency, tuple(row)))
    return tuple(rows)


def steps(blueprint: Blueprint) -> tuple[Step, ...]:
    """Return each step that the ladder has, with what it raises.

    A step is one of the promotions; a level that no promotion leads to follows the one below it in its track.
    """
    ladder = blueprint.ladder
    return tuple(_step(blueprint, ladder, below, above) for below, above in _pairs(ladder)) if ladder else ()


def career_paths(blueprint: Blueprint) -> Paths | None:
    """Return the roles around this one as a figure, or None where the ladder names none."""
    ladder = blueprint.ladder
    if ladder is None or not (ladder.feeder_roles or ladder.next_roles or ladder.adjacent_paths):
        return None
    levels = {level.id for level in ladder.levels}
    return Paths(
        here=Stop(blueprint.role.title),
        before=_stops(ladder.feeder_roles, levels),
        after=_stops(ladder.next_roles, levels),
        aside=_stops(ladder.adjacent_paths, levels),
    )


def _stops(entries: Sequence[Entry], levels: set[str]) -> tuple[Stop, ...]:
    return tuple(Stop(one.text, one.detail or "", on_ladder=bool(levels.intersection(one.refs))) for one in entries)


def _pairs(ladder: Ladder) -> Iterator[tuple[Level, Level]]:
    known = {level.id: level for level in ladder.levels}
    reached = set()
    for promotion in ladder.promotions:
        for goal in promotion.to_levels:
            if promotion.from_level in known and goal in known and goal not in reached:
                reached.add(goal)
                yield known[promotion.from_level], known[goal]
    for level in ladder.levels:
        lower = [other for other in ladder.levels if other.track == level.track and other.rank < level.rank]
        if lower and level.id not in reached:
            yield max(lower, key=lambda other: other.rank), level


def _step(blueprint: Blueprint, ladder: Ladder, below: Level, above: Level) -> Step:
    before = {needed.competency: needed.rung for needed in ladder.required(below.id)}
    after = {needed.competency: needed.rung for needed in ladder.required(above.id)}
    raised = tuple(
        Raised(one, one.rung(before.get(one.id, "")), one.rung(after[one.id]))
        for one in blueprint.competencies
        if one.id in after and after[one.id] != before.get(one.id)
    )
    return Step(below, above, raised, kept=sum(before.get(name) == rung for name, rung in after.items()))
