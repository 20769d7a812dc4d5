"""How a due date came about: what the distance counts to, what leave adds, and where a free day moves it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from app.domain.onboarding.due import due

if TYPE_CHECKING:
    from app.domain.milestone import Offset
    from app.domain.onboarding.plan import Schedule


@dataclass(frozen=True, slots=True)
class Derivation:
    """The steps to a date: the distance alone, then with leave, then off a day on which nobody works."""

    counted: date
    stretched: date
    rolled: date

    @property
    def leave(self) -> int:
        """By how many days leave moved it."""
        return (self.stretched - self.counted).days

    @property
    def roll(self) -> int:
        """By how many days a free day moved it; negative towards earlier."""
        return (self.rolled - self.stretched).days


def derivation(offset: Offset, schedule: Schedule) -> Derivation:
    """Return the steps by which `app.domain.onboarding.due.due` comes to its date; they end on the same date."""
    calendar = schedule.calendar
    plain = replace(calendar, roll="none")
    return Derivation(
        counted=due(schedule.start, offset, replace(plain, extend_for_leave=False), schedule.days),
        stretched=due(schedule.start, offset, plain, schedule.days),
        rolled=due(schedule.start, offset, calendar, schedule.days),
    )
