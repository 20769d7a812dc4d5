"""Turns what a release tells into lines to read: rates, ratios, chance, and the words that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from app.domain.fairness.cohort import ALL, LEVELS
from app.domain.fairness.rates import RateLine, percent, rate_line
from app.domain.fairness.release import lines
from app.domain.fairness.report import NOT_SHOWN, GroupLine, Section, Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.analysis.adverse_impact import GroupImpact
    from app.domain.fairness.cohort import Cell
    from app.domain.fairness.release import Figures
    from app.domain.fairness.withholding import Told

Count = tuple[int | None, int | None]
"""People who came to a step and people who went on; None is withheld."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A step: its title, what it asks, and the levels that it lies between; scores lie between none."""

    title: str
    asked: str
    levels: tuple[int, int] | None


OVERALL = "From applying to being hired"
SCORING = "Scored above the middle"
FOUR_FIFTHS = Fraction(4, 5)
_FEW = "too few people to tell"
_MATTERS = "Below four fifths, unlikely to be chance"
_WORDS = {
    "reference": "Highest rate",
    "nobody selected": "Nobody went on",
    "not compared: under 2% of people": "Not compared: under 2 % of people",
    _FEW: "Too few people to tell",
    "below four fifths, unlikely to be chance": _MATTERS,
    "below four fifths, may be chance": "Below four fifths, may be chance",
    "above four fifths, unlikely to be chance": "Above four fifths, and yet unlikely to be chance",
    "no sign of a difference": "No sign of a difference",
}


def sections(figures: Figures) -> tuple[Section, ...]:
    """Every question, and both together, through every step that somebody came to."""
    found = []
    for title, groups, unknown in lines(figures):
        silent = figures.cells[unknown].levels[0] if unknown else None
        answered = _answered(figures.people, silent) if unknown else ""
        steps = tuple(_step(figures.cells, kind, groups) for kind in _kinds(figures))
        found.append(Section(title, answered, silent, steps))
    return tuple(found)


def _kinds(figures: Figures) -> list[Kind]:
    """The steps that somebody came to; the whole way comes first, scores last."""
    whole, last = figures.cells[ALL, ALL], len(LEVELS) - 1
    found = [Kind(OVERALL, "Hired, of everybody who applied", (0, last))]
    for level in range(1, len(LEVELS)):
        if whole.levels[level - 1]:
            asked = f"{LEVELS[level]}, of everybody who {_BEFORE[level - 1]}"
            found.append(Kind(f"Step {level}: {LEVELS[level].lower()}", asked, (level - 1, level)))
    if whole.scored:
        found.append(Kind(SCORING, "Composite above the median, of everybody who has one", None))
    return found


_BEFORE = ("applied", "was screened", "was interviewed", "was discussed by the committee")


def _step(cells: Mapping[Cell, Told], kind: Kind, groups: Sequence[tuple[str, Cell]]) -> Step:
    counts = {name: (0, 0) if _nobody(cells, cell) else _count(cells[cell], kind.levels) for name, cell in groups}
    judged = _judged(counts)
    shown = tuple(_line(name, count, judged.get(name)) for name, count in counts.items())
    best = next((one.rate for one in shown if one.reference and one.rate), None)
    whole = _count(cells[ALL, ALL], kind.levels)
    return Step(
        kind.title, kind.asked, whole[0] or 0, whole[1] or 0, shown,
        best and best * FOUR_FIFTHS, tuple(_charted(one) for one in shown if one.people != 0),
    )  # fmt: skip


def _count(told: Told, levels: tuple[int, int] | None) -> Count:
    return (told.scored, told.above) if levels is None else (told.levels[levels[0]], told.levels[levels[1]])


def _judged(counts: Mapping[str, Count]) -> dict[str, GroupImpact]:
    """Groups whose counts are told, held against the best among them: what is withheld cannot be the measure."""
    from app.analysis.adverse_impact import Group, impact

    told = [Group(name, people, passed) for name, (people, passed) in counts.items() if people and passed is not None]
    return {one.group.name: one for one in impact(told).groups} if len(told) > 1 else {}


def _line(name: str, count: Count, judged: GroupImpact | None) -> GroupLine:
    people, passed = count
    rate = Fraction(passed, people) if people and passed is not None else None
    if judged is None:
        return GroupLine(name, people, passed, rate)
    return GroupLine(
        name, people, passed, rate, judged.ratio, judged.low, judged.high, judged.fisher_p, judged.below_four_fifths,
        _flips(judged), _verdict(judged), judged.reference,
    )  # fmt: skip


def _verdict(judged: GroupImpact) -> str:
    """The verdict in words; where there are too few people, with how many would tell six tenths of the highest rate."""
    words = _WORDS[judged.verdict]
    if judged.verdict != _FEW or judged.needed_per_group is None:
        return words
    return f"{words}. About {judged.needed_per_group} in each group would be needed."


def _flips(judged: GroupImpact) -> str:
    """What it would take, in words, where a group is below four fifths."""
    more = judged.selections_to_four_fifths
    if not judged.below_four_fifths or more is None:
        return ""
    people = "1 more person" if more == 1 else f"{more} more people"
    return f"{people} to four fifths" + ("; one decided the other way would do" if judged.one_different else "")


def _charted(one: GroupLine) -> RateLine:
    if one.people and one.passed is not None:
        return rate_line(one.group, one.passed, one.people, reference=one.reference)
    return RateLine(one.group, NOT_SHOWN if one.people is None else f"{NOT_SHOWN}, of {one.people}")


def _nobody(cells: Mapping[Cell, Told], cell: Cell) -> bool:
    """Whether nobody can be there, because nobody gave one of the two answers."""
    return ALL not in cell and 0 in (cells[cell[0], ALL].levels[0], cells[ALL, cell[1]].levels[0])


def _answered(people: int, silent: int | None) -> str:
    """How many of all said something, in whole percent where it may be told."""
    if silent is None:
        return f"Most of {people} people answered; exactly how many would give a small group away."
    return f"{people - silent} of {people} people answered, {percent(1 - Fraction(silent, people))}."
