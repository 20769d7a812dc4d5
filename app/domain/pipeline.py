"""How many applications reach each stage, and how long they take: counts over a role's openings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.decision import Outcome
from app.domain.hiring import Stage

if TYPE_CHECKING:
    from datetime import datetime

WAY = (Stage.APPLIED, Stage.SCREENING, Stage.INTERVIEWING, Stage.DEBRIEF, Stage.DECIDED)
HIRED = "Hired"
LEAST_TIMED = 5
"""So few moves on at least before a middle time is said."""


@dataclass(frozen=True, slots=True)
class StageStep:
    """That an application came to a stage."""

    application_id: UUID
    to_stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """One stage: how many applications came so far, how many were withdrawn from there, and the middle wait in days.

    ``days`` is from this stage to the next that was reached; None where fewer than five moved on.
    """

    stage: str
    reached: int
    withdrawn: int
    days: int | None

    @property
    def waited(self) -> str:
        """The middle wait in words."""
        if self.days is None:
            return f"Fewer than {LEAST_TIMED} moved on"
        return "1 day" if self.days == 1 else f"{self.days} days"


@dataclass(frozen=True, slots=True)
class _Way:
    """The first moment at which one application came to each stage, and the last stage before it was withdrawn."""

    came: dict[Stage, datetime]
    withdrawn_from: Stage | None


def funnel(steps: Iterable[StageStep], outcomes: Iterable[Outcome]) -> tuple[FunnelLine, ...]:
    """Each stage from the first, and the hires; whoever came to a later stage counts as having passed the earlier."""
    of_one: dict[UUID, list[StageStep]] = defaultdict(list)
    for step in steps:
        of_one[step.application_id].append(step)
    ways = [_way(sorted(one, key=lambda step: step.at)) for one in of_one.values()]
    lines = [_line(place, ways) for place in range(len(WAY))]
    hired = sum(outcome is Outcome.HIRE for outcome in outcomes)
    return (*lines, FunnelLine(HIRED, hired, 0, None))


def _way(steps: Sequence[StageStep]) -> _Way:
    came: dict[Stage, datetime] = {}
    last, left = Stage.APPLIED, None
    for step in steps:
        if step.to_stage is Stage.WITHDRAWN:
            left = last
            continue
        came.setdefault(step.to_stage, step.at)
        last, left = step.to_stage, None
    return _Way(came, left)


def _line(place: int, ways: Sequence[_Way]) -> FunnelLine:
    stage, later = WAY[place], WAY[place + 1 :]
    reached = sum(any(one in way.came for one in WAY[place:]) for way in ways)
    waits = [
        (following - way.came[stage]).days
        for way in ways
        if stage in way.came
        for following in [min((way.came[one] for one in later if one in way.came), default=None)]
        if following is not None and following >= way.came[stage]
    ]
    withdrawn = sum(way.withdrawn_from is stage for way in ways)
    return FunnelLine(stage.words, reached, withdrawn, round(median(waits)) if len(waits) >= LEAST_TIMED else None)
