"""When a candidate's link opens, and who comes by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.hiring import RequisitionState, Stage

ENDED = frozenset({Stage.DECIDED, Stage.WITHDRAWN})
"""Stages at which an application is over for its candidate."""


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """Who comes by a link: one candidate with one application, and nothing else.

    ``ended``: it is over. ``zone`` is where the candidate said they are, UTC until they do.
    """

    application_id: UUID
    candidate_id: UUID
    link_id: UUID
    ended: bool = False
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class LinkState:
    """What decides whether a link opens. ``afterwards``: made for after the end, which it therefore outlives."""

    generation: int
    expires_at: datetime
    voided_at: datetime | None
    afterwards: bool
    ended: bool

    def opens(self, generation: int, now: datetime) -> bool:
        """Whether a token of that generation opens the link at that moment."""
        return generation == self.generation and self.alive(now)

    def alive(self, now: datetime) -> bool:
        """Whether the newest token of the link opens it at that moment."""
        return self.voided_at is None and now < self.expires_at and (self.afterwards or not self.ended)


def has_ended(stage: Stage, need: RequisitionState) -> bool:
    """Whether an application is over: decided, withdrawn, or its requisition is closed."""
    return stage in ENDED or need is RequisitionState.CLOSED
