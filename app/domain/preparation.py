"""Preparing for a role: how far a person is with the plans of its guide.

A mark belongs to the text that it was made on, not to a version of the role: it follows the text into later versions,
and a text that was reworded starts without one. None of this is an evaluation: only the person sees their marks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.domain.blueprint import Blueprint
    from app.domain.competency import Competency
    from app.domain.entry import Entry
    from app.domain.guide import Guide, Plan

ANSWERS_PART = "self_check"
"""Names the self-check where a part of the preparation is asked for; ids of plans have no underscore."""

_DIGITS = 16


class Mark(StrEnum):
    """What a person says of one item: a task is done; a capability or keyword is shown, begun or still missing."""

    DONE = "done"
    SHOWN = "shown"
    BEGUN = "begun"
    MISSING = "missing"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"shown": "I can show it", "begun": "I have begun", "missing": "Not yet"}.get(self.value, "Done")


ANSWERS = (Mark.SHOWN, Mark.BEGUN, Mark.MISSING)


class Kind(StrEnum):
    """What can be marked in a guide."""

    TASK = "task"
    CAPABILITY = "capability"
    KEYWORD = "keyword"

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What may be said of it."""
        return (Mark.DONE,) if self is Kind.TASK else ANSWERS


SECTIONS: Mapping[Kind, str] = {Kind.CAPABILITY: "capabilities", Kind.KEYWORD: "resume-keywords"}
"""The sections of a guide whose entries the self-check asks about."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to mark: ``part`` is the id of the plan or section it stands in, and marks are kept under ``key``."""

    key: str
    kind: Kind
    part: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark and when it was made."""

    mark: Mark
    at: datetime


Marks = Mapping[str, Marked]
"""One person's marks on one role, by the keys of items."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is with one plan; ``touched`` is when they last ticked something in it that is still ticked."""

    plan: Plan
    items: tuple[Item, ...]
    done: int
    touched: datetime | None

    @property
    def of(self) -> int:
        """How many tasks the plan has."""
        return len(self.items)

    @property
    def unfinished(self) -> bool:
        """Whether something is done and something is left."""
        return 0 < self.done < self.of


def items(guide: Guide | None) -> tuple[Item, ...]:
    """Everything that can be marked in a guide: the tasks plan by plan, then capabilities, then keywords."""
    if guide is None:
        return ()
    found = [item for plan in guide.plans for item in _items(Kind.TASK, plan.id, plan.tasks)]
    for kind, section_id in SECTIONS.items():
        for section in guide.sections:
            if section.id == section_id:
                found += _items(kind, section_id, section.entries)
    return tuple(found)


def _items(kind: Kind, part: str, entries: Iterable[Entry]) -> Iterator[Item]:
    seen = Counter[str]()
    for entry in entries:
        seen[entry.text] += 1
        yield Item(_key(kind, part, entry.text, seen[entry.text]), kind, part, entry)


@lru_cache(maxsize=4096)
def _key(kind: Kind, part: str, text: str, occurrence: int) -> str:
    # A page asks five times for the keys of the same two hundred texts, and digesting them is half of what it does.
    # The detail is left out: an example that changes does not make it another task.
    told = "\0".join((part, text, str(occurrence)))
    return f"{kind}-{sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:_DIGITS]}"


def part_of(guide: Guide | None, part: str) -> tuple[Item, ...]:
    """The items of one plan, or those of the self-check; none for an unknown part."""
    if part == ANSWERS_PART:
        return tuple(item for item in items(guide) if item.kind is not Kind.TASK)
    return tuple(item for item in items(guide) if item.kind is Kind.TASK and item.part == part)


def progress(guide: Guide | None, marks: Marks) -> tuple[Progress, ...]:
    """How far a person is with each plan, in the guide's order."""
    if guide is None:
        return ()
    tasks = [item for item in items(guide) if item.kind is Kind.TASK]
    return tuple(_progress(plan, tuple(item for item in tasks if item.part == plan.id), marks) for plan in guide.plans)


def _progress(plan: Plan, tasks: tuple[Item, ...], marks: Marks) -> Progress:
    ticked = [marks[item.key].at for item in tasks if item.key in marks]
    return Progress(plan, tasks, len(ticked), max(ticked, default=None))


def current(plans: Iterable[Progress]) -> Progress | None:
    """The plan that a person is at: the one touched last among those begun and not finished, or ``None``."""
    begun = [(each.touched, each) for each in plans if each.unfinished and each.touched]
    newest = max(begun, key=lambda pair: pair[0], default=None)
    return newest[1] if newest else None


def lost(guide: Guide | None, marks: Marks) -> tuple[str, ...]:
    """The keys of marks whose text is not in this guide: it was reworded or taken out, in another version."""
    known = {item.key for item in items(guide)}
    return tuple(sorted(key for key in marks if key not in known))


def kind_of(key: str) -> Kind:
    """What a key is kept for; ``ValueError`` for a text that is no key."""
    return Kind(key.partition("-")[0])


def left_first(tasks: tuple[Item, ...], marks: Marks) -> tuple[Item, ...]:
    """The tasks with those that are left before those that are done, each group in the plan's order."""
    return tuple(sorted(tasks, key=lambda item: item.key in marks))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person says of something that belongs to competencies; ``mark`` is ``None`` where they said nothing.

    Claims are all that :func:`match` knows of a person, so whatever else can be put as claims can be matched as well.
    """

    text: str
    competencies: tuple[str, ...]
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """A task of a plan that trains a competency."""

    plan: Plan
    item: Item


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person says they can show of one competency, where interviews look at it, and what trains it."""

    competency: Competency
    claims: tuple[Claim, ...]
    dimensions: tuple[str, ...]
    exercises: tuple[Exercise, ...]

    def count(self, mark: Mark | None) -> int:
        """How many of the claims carry this mark."""
        return sum(claim.mark is mark for claim in self.claims)

    @property
    def is_answered(self) -> bool:
        """Whether anything was said about it."""
        return self.count(None) < len(self.claims)

    @property
    def is_shown(self) -> bool:
        """Whether everything that belongs to it can be shown."""
        return self.count(Mark.SHOWN) == len(self.claims)


@dataclass(frozen=True, slots=True)
class Match:
    """The competencies that claims are about, those that call for work first; ``silent`` are about none."""

    left: tuple[Standing, ...]
    shown: tuple[Standing, ...]
    silent: tuple[Competency, ...]


def claims(guide: Guide | None, marks: Marks) -> tuple[Claim, ...]:
    """What a person said of the guide's capabilities and keywords."""
    return tuple(
        Claim(item.entry.text, item.entry.refs, marks[item.key].mark if item.key in marks else None)
        for item in part_of(guide, ANSWERS_PART)
    )


def match(blueprint: Blueprint, said: Iterable[Claim]) -> Match:
    """Lay what a person says beside what the role needs.

    What is left comes by the competency's importance, then by the weight of the scorecard's dimensions that it feeds,
    then as the blueprint lists it. Nothing is added up: the answer is words and counts.
    """
    told = tuple(said)
    exercises = [Exercise(each.plan, item) for each in progress(blueprint.guide, {}) for item in each.items]
    standings = [_standing(blueprint, competency, told, exercises) for competency in blueprint.competencies]
    touched = [standing for standing in standings if standing.claims]
    left = [standing for standing in touched if not standing.is_shown]
    return Match(
        left=tuple(sorted(left, key=lambda standing: _urgency(blueprint, standing.competency))),
        shown=tuple(standing for standing in touched if standing.is_shown),
        silent=tuple(standing.competency for standing in standings if not standing.claims),
    )


def _standing(
    blueprint: Blueprint, competency: Competency, told: tuple[Claim, ...], exercises: Iterable[Exercise]
) -> Standing:
    dimensions = blueprint.scorecard.dimensions
    return Standing(
        competency=competency,
        claims=tuple(claim for claim in told if competency.id in claim.competencies),
        dimensions=tuple(dimension.title for dimension in dimensions if competency.id in dimension.competencies),
        exercises=tuple(exercise for exercise in exercises if competency.id in exercise.item.entry.refs),
    )


def _urgency(blueprint: Blueprint, competency: Competency) -> tuple[int, int]:
    # A competency without an importance is one that nobody called optional.
    rank = {"critical": 0, "important": 1, None: 2, "optional": 3}[competency.importance]
    weight = sum(
        1 if dimension.weight is None else dimension.weight
        for dimension in blueprint.scorecard.dimensions
        if competency.id in dimension.competencies
    )
    return rank, -weight
