"""What votes of a calibration say together: whether they differ, how far, what most are for, and how they moved.

Nothing is added up below :data:`LEAST_RATERS` votes that were given apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import Fault
from app.domain.growth.calibration import LEAST_RATERS
from app.domain.growth.case import CaseOutcome
from app.domain.text import text_faults

if TYPE_CHECKING:
    from app.domain.ladder import Ladder

TEXT_LIMIT = 4000
SET_ASIDE = ""
"""What an item is settled on that the session leaves open."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be voted for; a sequence of choices runs from the least to the most."""

    value: str
    words: str


CASE_CHOICES = tuple(
    Choice(one.value, one.words) for one in (CaseOutcome.NOT_YET, CaseOutcome.POSTPONE, CaseOutcome.PROMOTE)
)


@dataclass(frozen=True, slots=True)
class Vote:
    """A member's vote: ``before`` as sealed, ``now`` as it stands."""

    member_id: UUID
    name: str
    before: str
    now: str

    @property
    def changed(self) -> bool:
        """Whether it moved in the session."""
        return self.before != self.now


@dataclass(frozen=True, slots=True)
class Shift:
    """How many votes for one choice stand with which choice now; ``now`` is in the order of the choices."""

    choice: Choice
    now: tuple[int, ...]


def level_choices(ladder: Ladder) -> tuple[Choice, ...]:
    """The levels of a ladder from the lowest on, as choices of where somebody works."""
    levels = sorted(ladder.levels, key=lambda level: level.rank)
    return tuple(Choice(level.id, level.title) for level in levels)


def enough(votes: Sequence[Vote]) -> bool:
    """Whether votes may be added up at all."""
    return len(votes) >= LEAST_RATERS


def differ(votes: Iterable[Vote]) -> bool:
    """Whether members saw it differently before anything was said."""
    return len({vote.before for vote in votes}) > 1


def apart(votes: Sequence[Vote], choices: Sequence[Choice]) -> int:
    """How many choices lie between the lowest and the highest sealed vote; 0 where all are the same."""
    places = [_place(vote.before, choices) for vote in votes]
    return max(places) - min(places) if places else 0


def counts(values: Sequence[str], choices: Sequence[Choice]) -> tuple[int, ...] | None:
    """How many votes each choice has, in the order of the choices; None below the least number of votes."""
    if len(values) < LEAST_RATERS:
        return None
    found = Counter(values)
    return tuple(found[choice.value] for choice in choices)


def leading(votes: Sequence[Vote]) -> str | None:
    """The choice that more than half of the votes stand for; None without one, and below the least number."""
    if not enough(votes):
        return None
    value, number = Counter(vote.now for vote in votes).most_common(1)[0]
    return value if 2 * number > len(votes) else None


def shifts(items: Iterable[Sequence[Vote]], choices: Sequence[Choice]) -> tuple[Shift, ...]:
    """How votes moved from before to now, one row a choice; items with too few votes are left out."""
    moved = Counter((vote.before, vote.now) for votes in items if enough(votes) for vote in votes)
    return tuple(Shift(one, tuple(moved[one.value, other.value] for other in choices)) for one in choices)


def vote_faults(value: str, reason: str, choices: Sequence[Choice], *, sealing: bool) -> tuple[Fault, ...]:
    """What keeps a vote from being kept, or from being sealed, for which both the choice and the reason are needed."""
    faults = list(text_faults("reason", "why you vote this way", reason, limit=TEXT_LIMIT, required=sealing))
    if value not in {choice.value for choice in choices} and (value or sealing):
        faults.insert(0, Fault("value", "Choose how you vote."))
    return tuple(faults)


def change_faults(before: str, after: str, words: str, choices: Sequence[Choice]) -> tuple[Fault, ...]:
    """What keeps a sealed vote from being changed in the session."""
    faults = list(text_faults("words", "what changed your mind", words, limit=TEXT_LIMIT, required=True))
    if after not in {choice.value for choice in choices}:
        faults.insert(0, Fault("after", "Choose what you vote now."))
    elif after == before:
        faults.insert(0, Fault("after", "This is the vote that you have. Choose another one, or leave it."))
    return tuple(faults)


def settle_faults(
    agreed: str, words: str, votes: Sequence[Vote], choices: Sequence[Choice]
) -> tuple[Fault, ...]:  # fmt: skip
    """What keeps an item from being settled: words are needed unless it is settled on what most stand for."""
    if agreed != SET_ASIDE and agreed not in {choice.value for choice in choices}:
        return (Fault("agreed", "Choose what the session settles on, or set it aside."),)
    if agreed != SET_ASIDE and not enough(votes):
        return (Fault("agreed", f"{few(len(votes))} Set it aside and say what happens next."),)
    needed = agreed == SET_ASIDE or agreed != leading(votes)
    what = "why it is set aside, and what happens next" if agreed == SET_ASIDE else "why, as most did not vote for this"
    return text_faults("words", what, words, limit=TEXT_LIMIT, required=needed)


def few(number: int) -> str:
    """Why nothing is added up."""
    said = {0: "No vote counts here", 1: "Only one vote counts here"}.get(number, f"Only {number} votes count here")
    return f"{said}; below {LEAST_RATERS} nothing is added up."


def _place(value: str, choices: Sequence[Choice]) -> int:
    return next((place for place, choice in enumerate(choices) if choice.value == value), 0)
