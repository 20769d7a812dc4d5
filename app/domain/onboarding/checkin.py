"""Check-ins: hire and manager answer the same short form apart, and see each other's once both are in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.errors import Fault
from app.domain.text import text_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.milestone import Party

TEXT_LIMIT = 4000
CONFIDENCE: Mapping[int, str] = {
    1: "Not confident",
    2: "Slightly confident",
    3: "Fairly confident",
    4: "Confident",
    5: "Very confident",
}
"""How confident somebody is that the next milestone will be met."""


class Against(StrEnum):
    """How what was done stands against the milestone's statement of evidence."""

    CANNOT_TELL = "cannot_tell"
    NOT_YET = "not_yet"
    PARTLY = "partly"
    MET = "met"
    BEYOND = "beyond"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "cannot_tell": "Cannot tell yet",
            "not_yet": "Not yet met",
            "partly": "Partly met",
            "beyond": "Met, and more",
        }.get(self.value, "Met")


_UNSAID = "Said nothing"
_RANKS: Mapping[Against, int] = {Against.NOT_YET: 0, Against.PARTLY: 1, Against.MET: 2, Against.BEYOND: 3}


@dataclass(frozen=True, slots=True)
class Answers:
    """What one party answers; ``goals`` maps a goal's key to how it stands."""

    confidence: int | None = None
    against: Against | None = None
    went_well: str = ""
    in_the_way: str = ""
    goals: tuple[tuple[str, Against], ...] = ()

    def goal(self, key: str) -> Against | None:
        """How this party judges a goal, or ``None`` when they said nothing of it."""
        return dict(self.goals).get(key)


def answers_from(
    confidence: int | None, against: Against | None, *, went_well: str, in_the_way: str, goals: str
) -> Answers:
    """Read answers back; ``goals`` is the text of :func:`goals_text`."""
    judged = tuple((key, Against(value)) for key, value in json.loads(goals).items())
    return Answers(confidence, against, went_well, in_the_way, judged)


def goals_text(answers: Answers) -> str:
    """The judgements of single goals as one text to keep."""
    return json.dumps({key: value.value for key, value in answers.goals}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Difference:
    """One question on which the two differ; ``distance`` None means that one of them could not tell or did not say."""

    subject: str
    hire: str
    manager: str
    distance: int | None


def draft_faults(answers: Answers, goals: Sequence[str]) -> tuple[Fault, ...]:
    """Faults that even a draft may not have."""
    faults = [
        *text_faults("went_well", "what went well", answers.went_well, limit=TEXT_LIMIT),
        *text_faults("in_the_way", "what is in the way", answers.in_the_way, limit=TEXT_LIMIT),
    ]
    if answers.confidence is not None and answers.confidence not in CONFIDENCE:
        faults.append(Fault("confidence", "Choose one of the five answers."))
    if {key for key, _ in answers.goals} - set(goals):
        faults.append(Fault("goals", "A goal here is not part of this milestone. Load the page again."))
    return tuple(faults)


def seal_faults(answers: Answers, goals: Sequence[str]) -> tuple[Fault, ...]:
    """What keeps answers from being sealed: both judgements are needed, and one of the two texts."""
    faults = list(draft_faults(answers, goals))
    if answers.confidence is None:
        faults.append(Fault("confidence", "Say how confident you are."))
    if answers.against is None:
        faults.append(Fault("against", "Say how this stands against the evidence, or that you cannot tell yet."))
    if not (answers.went_well.strip() or answers.in_the_way.strip()):
        faults.append(Fault("went_well", "Write at least one sentence here or about what is in the way."))
    return tuple(faults)


def missing(sealed: Sequence[Party]) -> tuple[Party, ...]:
    """Return who has still to answer; both are needed before either sees the other."""
    parties: tuple[Party, ...] = ("hire", "manager")
    return tuple(party for party in parties if party not in sealed)


def differences(hire: Answers, manager: Answers, goals: Sequence[tuple[str, str]]) -> tuple[Difference, ...]:
    """Return every question with both answers, the widest apart first, then as the form asks them.

    ``goals`` holds each goal's key and text. Where one cannot tell there is no distance, and the line comes after
    those that differ: a conversation starts with what the two see differently.
    """
    lines = [_confidence(hire, manager), _line("Against the evidence", hire.against, manager.against)]
    lines += [_line(text, hire.goal(key), manager.goal(key)) for key, text in goals]
    return tuple(sorted(lines, key=_widest_first))


def _widest_first(line: Difference) -> tuple[bool, int]:
    if line.distance:
        return False, -line.distance
    return True, 0 if line.distance is None else 1


def _confidence(hire: Answers, manager: Answers) -> Difference:
    apart = None
    if hire.confidence is not None and manager.confidence is not None:
        apart = abs(hire.confidence - manager.confidence)
    return Difference("Confidence", _confident(hire), _confident(manager), apart)


def _confident(answers: Answers) -> str:
    return CONFIDENCE[answers.confidence] if answers.confidence is not None else _UNSAID


def _line(subject: str, hire: Against | None, manager: Against | None) -> Difference:
    ranks = [_RANKS.get(said) if said is not None else None for said in (hire, manager)]
    apart = None if None in ranks else abs((ranks[0] or 0) - (ranks[1] or 0))
    return Difference(subject, _said(hire), _said(manager), apart)


def _said(judged: Against | None) -> str:
    return _UNSAID if judged is None else judged.words
