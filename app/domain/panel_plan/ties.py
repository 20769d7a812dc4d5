"""Which interviewers can be compared: those who are linked by candidates that they met in common.

Somebody who shares no candidate with anybody may be strict, or may have met weaker people: nothing tells which.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Ties:
    """Each interviewer with everybody they are linked to, directly or over others, themselves included."""

    circles: Mapping[UUID, frozenset[UUID]]

    def circle(self, person_id: UUID) -> frozenset[UUID]:
        """Everybody that the person can be compared with, and the person."""
        return self.circles.get(person_id, frozenset((person_id,)))

    def gain(self, person_id: UUID, panel: Iterable[UUID]) -> int:
        """How many could be compared with the panel's people only because this person joins them."""
        reached = frozenset[UUID]().union(*(self.circle(other) for other in panel))
        return len(self.circle(person_id) - reached) if reached else 0


def ties_of(met: Iterable[tuple[UUID, UUID]]) -> Ties:
    """The ties that (interviewer, application) pairs make."""
    panels: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, application_id in met:
        panels[application_id].add(person_id)
    circles: dict[UUID, set[UUID]] = {}
    for panel in panels.values():
        joined = set(panel).union(*(circles.get(person_id, ()) for person_id in panel))
        for person_id in joined:
            circles[person_id] = joined
    return Ties({person_id: frozenset(circle) for person_id, circle in circles.items()})
