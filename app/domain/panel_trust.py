"""How far a composite would hold with other interviewers, and what one more would add: in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LARGEST = 8
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ASSUMED = (
    "No earlier opening on this blueprint tells how interviewers differ yet, so this rests on what is usual for "
    "interviews held apart."
)


@dataclass(frozen=True, slots=True)
class PanelTrust:
    """How often in 100 a second panel of each size, 1 first, would come out on the same side of the middle.

    ``interviewers`` is the size of this panel. ``same`` is empty where earlier cards do not tell candidates apart.
    ``tenths`` of what sets composites of such panels apart are the candidates. ``fitted_at`` is None where variances
    are assumed and not learned from ``n_cards`` of ``n_openings`` earlier openings.
    """

    interviewers: int
    same: tuple[int, ...]
    tenths: int
    n_cards: int = 0
    n_openings: int = 0
    fitted_at: datetime | None = None

    @property
    def here(self) -> str:
        """What this panel's composite is worth."""
        if not self.same:
            return "Cards of earlier openings do not tell candidates apart, so nothing can be said of this panel."
        others = "another interviewer" if self.interviewers == 1 else f"{_number(self.interviewers)} other interviewers"
        return (
            f"Had {others} met this candidate, they would come out on the same side of the middle of all candidates "
            f"about {self.same[self.interviewers - 1]} times in 100."
        )

    @property
    def parts(self) -> str:
        """How much of a difference between two composites is the candidates."""
        if not self.same:
            return ""
        return (
            f"Of what sets composites of panels like this apart, about {_number(self.tenths)} "
            f"{'part' if self.tenths == 1 else 'parts'} in ten {'is' if self.tenths == 1 else 'are'} the candidates; "
            "the rest is who met them, and chance."
        )

    @property
    def one_more(self) -> str:
        """What another interviewer would add."""
        if not self.same:
            return ""
        now, then = self.same[self.interviewers - 1], self.same[self.interviewers]
        nth = _ORDINALS[self.interviewers + 1] if self.interviewers + 1 < len(_ORDINALS) else "further"
        article = "An" if nth.startswith("e") else "A"
        if now == then:
            return f"{article} {nth} interviewer would hardly change that."
        return f"{article} {nth} interviewer raises agreement between panels from {now} to {then} in 100."

    @property
    def basis(self) -> str:
        """What the numbers rest on, but for the day on which they were worked out."""
        if self.fitted_at is None:
            return ASSUMED
        openings = f"{self.n_openings} {'opening' if self.n_openings == 1 else 'openings'}"
        return (
            f"Worked out from {self.n_cards} scorecards of {openings} on this blueprint whose candidates are decided."
        )


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
