"""A plan that is proposed from a blueprint: every dimension seen by two people, within the panel and its time.

All plans of a simple kind are listed, whatever the room, and the best that fits is taken. So more people or more time
never make a proposal worse, and where none does it all, the list says what would be enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from app.domain.hiring import RATERS_WANTED, InterviewKind
from app.domain.panel_plan.rows import MINUTES_A_DIMENSION, Looks, PlanRow, Review, Room, review

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.domain.blueprint import Blueprint, CaseStudy, Dimension

LENGTHS = (60, 45, 75, 90)
"""Lengths of a conversation in minutes, the best first: an hour is long enough for four dimensions."""
SHORTEST, LONGEST = 30, 90
AGAIN = "Second conversation"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan, what it comes to, and in sentences why it is so and what would close its gaps."""

    rows: tuple[PlanRow, ...]
    review: Review
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """One plan with what it takes; ``missing`` counts looks that are not there, those on must-haves first."""

    rows: tuple[PlanRow, ...]
    missing: tuple[int, int]
    taste: tuple[int, ...]

    @property
    def people(self) -> int:
        return sum(row.raters for row in self.rows)

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)

    def fits(self, room: Room) -> bool:
        return self.people <= room.people and self.minutes <= room.minutes

    @property
    def order(self) -> tuple[object, ...]:
        return (self.missing, self.taste, self.minutes)


def propose(blueprint: Blueprint, musts: frozenset[str], room: Room) -> Proposal:
    """The best plan within the room; ``musts`` are further must-haves of the requisition."""
    dimensions = blueprint.scorecard.dimensions
    titles = {dimension.id: dimension.title for dimension in dimensions}
    shapes = tuple(_shapes(blueprint, {d.id for d in dimensions if d.must or d.id in musts}))
    best = min((shape for shape in shapes if shape.fits(room)), key=lambda shape: shape.order)
    found = review(best.rows, titles, room)
    return Proposal(best.rows, found, (*_reasons(best.rows), *_remedies(shapes, found.gaps, room)))


def _shapes(blueprint: Blueprint, musts: set[str]) -> Iterator[_Shape]:
    """Every plan of a simple kind, the empty one included."""
    dimensions = blueprint.scorecard.dimensions
    cases: list[CaseStudy | None] = [None, *(case for case in blueprint.case_studies if case.dimensions)]
    for (place, case), length, apart in product(enumerate(cases), LENGTHS, (True, False)):
        first = _case(case, dimensions) if case else ()
        talks = _conversations(dimensions, _needs(first, dimensions), musts, length, apart=apart)
        for count in range(len(talks) + 1):
            rows = (*first, *talks[:count])
            # A case comes before none, then the blueprint's order; being heard by one at a time before by two at once.
            taste = (int(case is None), LENGTHS.index(length), int(not apart), place)
            yield _Shape(rows, _missing(rows, dimensions, musts), taste)


def _case(case: CaseStudy, dimensions: Sequence[Dimension]) -> tuple[PlanRow, ...]:
    minutes = max(case.minutes_min, min(LONGEST, case.minutes_max), SHORTEST)
    room = minutes // MINUTES_A_DIMENSION
    focus = tuple(d.id for d in dimensions if d.id in case.dimensions)[:room]
    return (PlanRow(InterviewKind.CASE_STUDY, case.title, minutes, focus, RATERS_WANTED, case.id),) if focus else ()


def _needs(rows: Sequence[PlanRow], dimensions: Sequence[Dimension]) -> dict[str, int]:
    """How many more people should look at each dimension."""
    return {d.id: max(0, RATERS_WANTED - sum(row.raters for row in rows if d.id in row.focus)) for d in dimensions}


def _conversations(
    dimensions: Sequence[Dimension], needs: dict[str, int], musts: set[str], length: int, *, apart: bool
) -> tuple[PlanRow, ...]:
    """Conversations about what is still needed, those with must-haves first: one person each, or two at once."""
    wanted = [d for d in dimensions if needs[d.id]]
    wanted.sort(key=lambda d: d.id not in musts)
    size = length // MINUTES_A_DIMENSION
    groups = [wanted[start : start + size] for start in range(0, len(wanted), size)]
    rounds = RATERS_WANTED if apart else 1
    return tuple(_talk(group, number, raters=RATERS_WANTED // rounds) for number in range(rounds) for group in groups)


def _talk(group: Sequence[Dimension], number: int, *, raters: int) -> PlanRow:
    minutes = max(SHORTEST, MINUTES_A_DIMENSION * len(group))
    title = f"{AGAIN}: {_title(group)}" if number else _title(group)
    return PlanRow(InterviewKind.CONVERSATION, title, minutes, tuple(d.id for d in group), raters)


def _title(group: Sequence[Dimension]) -> str:
    """Short enough for a calendar: two dimensions by name, more by number."""
    named = " and ".join(dimension.title[:80] for dimension in group[:2])
    return named if len(group) <= len(group[:2]) else f"{group[0].title[:80]} and {len(group) - 1} more"


def _missing(rows: Sequence[PlanRow], dimensions: Sequence[Dimension], musts: set[str]) -> tuple[int, int]:
    needs = _needs(rows, dimensions)
    return sum(need for each, need in needs.items() if each in musts), sum(needs.values())


def _reasons(rows: Sequence[PlanRow]) -> tuple[str, ...]:
    if not rows:
        return ()
    found = [f"A conversation has {MINUTES_A_DIMENSION} minutes for each dimension, so that one example is heard out."]
    if any(row.case_study for row in rows):
        found.append("The case is watched by two people at once: everybody who is seen on it does the same work.")
    if any(row.title.startswith(AGAIN) for row in rows):
        found.append("Conversations come twice, with one person each, so that nobody hears what the other asked.")
    elif any(row.case_study is None and row.raters > 1 for row in rows):
        found.append("Two people hold each conversation, because one each would take more time than there is.")
    return tuple(found)


def _remedies(shapes: Sequence[_Shape], gaps: Sequence[Looks], room: Room) -> tuple[str, ...]:
    """What would be enough, where this room is not: the fewest people in this time, the least time for these people."""
    if not gaps:
        return ()
    whole = [shape for shape in shapes if not shape.missing[1]]
    people = min((shape.people for shape in whole if shape.minutes <= room.minutes), default=None)
    minutes = min((shape.minutes for shape in whole if shape.people <= room.people), default=None)
    said = [f"Within {room.minutes} minutes and with a panel of {room.people} not every dimension is seen twice."]
    if people is not None:
        said.append(f"With a panel of {people} it would be, in the same time.")
    if minutes is not None:
        said.append(f"With {minutes} minutes it would be, by the same people.")
    if people is None and minutes is None and whole:
        least = min(whole, key=lambda shape: (shape.people, shape.minutes))
        said.append(f"It would take {least.people} people and {least.minutes} minutes.")
    return tuple(said)
