"""What somebody typed into a check-in, exactly as typed, what it means, and how it differs from what is stored.

The fields are `confidence`, `against`, `went_well`, `in_the_way`, `goal-<key>` and `version`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import Fault, InvalidError
from app.domain.onboarding.checkin import CONFIDENCE, Against, Answers
from app.domain.text import first_line, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MultiDict

_GOAL = "goal-"
# int() would also take other scripts' digits and underscores.
_VERSION = re.compile(r"[0-9]{1,9}")
_NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form; every text has plain line ends."""

    confidence: str = ""
    against: str = ""
    went_well: str = ""
    in_the_way: str = ""
    goals: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def answers(self) -> Answers:
        """What the fields mean; :class:`InvalidError` for a choice that is none."""
        faults = []
        if self.confidence not in {"", *map(str, CONFIDENCE)}:
            faults.append(Fault("confidence", "Choose one of the five answers."))
        if self.against not in {"", *Against}:
            faults.append(Fault("against", "Choose one of the answers."))
        if set(self.goals.values()) - {"", *Against}:
            faults.append(Fault("goals", "Choose one of the answers for each goal, or none."))
        if faults:
            raise InvalidError(tuple(faults))
        return Answers(
            int(self.confidence) if self.confidence else None,
            Against(self.against) if self.against else None,
            went_well=self.went_well,
            in_the_way=self.in_the_way,
            goals=tuple((key, Against(value)) for key, value in self.goals.items() if value),
        )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One question that was answered otherwise in another tab or on another device."""

    question: str
    there: str


def from_form(fields: MultiDict[str, str]) -> Typed:
    """The fields of a request; whether the milestone has such goals is asked of the domain later."""
    version = fields.get("version", "")
    return Typed(
        confidence=fields.get("confidence", "").strip(),
        against=fields.get("against", "").strip(),
        went_well=_lines(fields.get("went_well", "")),
        in_the_way=_lines(fields.get("in_the_way", "")),
        goals={name.removeprefix(_GOAL): text for name, text in fields.items() if name.startswith(_GOAL)},
        # A version that no answers have, so that a form without one never overwrites anything.
        version=int(version) if _VERSION.fullmatch(version) else -1,
    )


def from_answers(answers: Answers, version: int) -> Typed:
    """The fields that show stored answers."""
    return Typed(
        confidence="" if answers.confidence is None else str(answers.confidence),
        against=answers.against.value if answers.against else "",
        went_well=answers.went_well,
        in_the_way=answers.in_the_way,
        goals={key: judged.value for key, judged in answers.goals},
        version=version,
    )


def elsewhere(here: Typed, there: Answers, goals: Sequence[tuple[str, str]]) -> tuple[Elsewhere, ...]:
    """Every question that reads differently here and there, with what is stored."""
    stored = from_answers(there, 0)
    pairs = [
        ("Confidence", here.confidence, stored.confidence, CONFIDENCE.get(there.confidence or 0, _NOTHING)),
        ("Against the evidence", here.against, stored.against, _said(there.against)),
        *(
            (
                one_line(first_line(text)),
                here.goals.get(key, ""),
                stored.goals.get(key, ""),
                _said(there.goal(key)),
            )
            for key, text in goals
        ),
        ("What went well", here.went_well.strip(), stored.went_well, stored.went_well or _NOTHING),
        ("What is in the way", here.in_the_way.strip(), stored.in_the_way, stored.in_the_way or _NOTHING),
    ]
    return tuple(Elsewhere(question, words) for question, mine, kept, words in pairs if mine != kept)


def _goal(key: str, text: str, here: Typed, stored: Typed) -> tuple[str, str, str, str]:
    kept = stored.goals.get(key, "")
    return one_line(first_line(text)), here.goals.get(key, ""), kept, _said(Against(kept) if kept else None)


def _said(judged: Against | None) -> str:
    return judged.words if judged else _NOTHING


def _lines(text: str) -> str:
    # Browsers send a line end as two characters; scripts send one.
    return text.replace("\r\n", "\n").replace("\r", "\n")
