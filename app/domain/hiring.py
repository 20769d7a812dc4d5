"""The states of a requisition and of an application, and which moves between them exist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RATERS_WANTED = 2
"""How many interviewers should look at each dimension; below that the coverage matrix warns."""


class RequisitionState(StrEnum):
    """A requisition is drafted, open for interviews, deciding, and closed."""

    DRAFT = "draft"
    OPEN = "open"
    DECIDING = "deciding"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """The word on the page."""
        return self.value.capitalize()


REQUISITION_MOVES: Mapping[RequisitionState, frozenset[RequisitionState]] = {
    RequisitionState.DRAFT: frozenset({RequisitionState.OPEN, RequisitionState.CLOSED}),
    RequisitionState.OPEN: frozenset({RequisitionState.DECIDING, RequisitionState.CLOSED}),
    RequisitionState.DECIDING: frozenset({RequisitionState.OPEN, RequisitionState.CLOSED}),
    RequisitionState.CLOSED: frozenset(),
}


class Part(StrEnum):
    """What a person is to a requisition."""

    HIRING_MANAGER = "hiring_manager"
    MEMBER = "member"
    CHAIR = "chair"


COMMITTEE = frozenset({Part.MEMBER, Part.CHAIR})


class RevealRule(StrEnum):
    """When an interviewer who has sealed sees the others' cards: at once, or when the debrief opens."""

    AFTER_OWN = "after_own"
    AT_DEBRIEF = "at_debrief"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"after_own": "After sealing their own", "at_debrief": "When the debrief opens"}[self.value]


class Stage(StrEnum):
    """Where an application stands; it may move backwards, and its history is kept."""

    APPLIED = "applied"
    SCREENING = "screening"
    INTERVIEWING = "interviewing"
    DEBRIEF = "debrief"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The word on the page."""
        return self.value.capitalize()


STAGE_MOVES = (Stage.APPLIED, Stage.SCREENING, Stage.INTERVIEWING, Stage.WITHDRAWN)
"""Stages that a person moves an application to; a debrief and a decision bring the others about themselves."""

RUNNING = (RequisitionState.OPEN, RequisitionState.DECIDING)
"""States of a requisition in which somebody is judged."""
ENDED = (Stage.DECIDED, Stage.WITHDRAWN)
"""Stages after which nothing more is asked of anybody."""

_STAGE_ORDER = tuple(Stage)


def moves_back(before: Stage, after: Stage) -> bool:
    """Whether a move goes against the usual order, so that it needs a written reason."""
    return _STAGE_ORDER.index(after) < _STAGE_ORDER.index(before)


def reopens(before: RequisitionState, after: RequisitionState) -> bool:
    """Whether a move of a requisition goes back, so that it needs a written reason."""
    return before is RequisitionState.DECIDING and after is RequisitionState.OPEN


class InterviewKind(StrEnum):
    """The form that an interview takes."""

    SCREEN = "screen"
    CONVERSATION = "conversation"
    CASE_STUDY = "case_study"
    PRESENTATION = "presentation"
    REFERENCE = "reference"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many interviewers a plan puts on a dimension, and whether that is enough to compare judgements."""

    dimension: str
    interviewers: int

    @property
    def thin(self) -> bool:
        """Whether fewer than :data:`RATERS_WANTED` people look at the dimension."""
        return self.interviewers < RATERS_WANTED


def coverage(dimensions: Sequence[str], plan: Sequence[tuple[Sequence[str], Sequence[str]]]) -> tuple[Coverage, ...]:
    """Count distinct interviewers a dimension; ``plan`` holds (focus dimensions, interviewers) of each interview."""
    seen: dict[str, set[str]] = {dimension: set() for dimension in dimensions}
    for focus, interviewers in plan:
        for dimension in focus:
            seen.setdefault(dimension, set()).update(interviewers)
    return tuple(Coverage(dimension, len(people)) for dimension, people in seen.items())
