"""How marks move from one cycle to the next; what was sealed then stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from app.domain.growth.alignment import height
from app.domain.growth.gap import said

if TYPE_CHECKING:
    from app.domain.competency import Competency
    from app.domain.growth.mark import Mark


@dataclass(frozen=True, slots=True)
class Moved:
    """A competency on which one answerer's mark changed; ``up`` is None where one of the two placed nothing."""

    competency: str
    before: str
    after: str
    up: bool | None


class Past(Protocol):
    """One cycle of a person: both sides' marks."""

    @property
    def assessment_id(self) -> UUID:
        """The assessment that it was."""

    @property
    def cycle(self) -> str:
        """What the cycle is called."""

    @property
    def own(self) -> tuple[Mark, ...]:
        """The person's marks."""

    @property
    def manager(self) -> tuple[Mark, ...]:
        """The manager's marks."""


def since(
    competencies: Sequence[Competency], assessment_id: UUID, past: Sequence[Past]
) -> tuple[str, tuple[Moved, ...], tuple[Moved, ...]] | None:
    """What person and manager mark otherwise than in the cycle before, by its name; None without one before.

    ``past`` has the person's cycles, the oldest first.
    """
    places = [index for index, one in enumerate(past) if one.assessment_id == assessment_id]
    if not places or places[0] == 0:
        return None
    before, here = past[places[0] - 1], past[places[0]]
    return (
        before.cycle,
        moved(competencies, before.own, here.own),
        moved(competencies, before.manager, here.manager),
    )


def moved(competencies: Sequence[Competency], before: Sequence[Mark], after: Sequence[Mark]) -> tuple[Moved, ...]:
    """What one answerer marks otherwise than the time before, in the blueprint's order.

    A rung that the earlier ladder had and this one has not is named as it was, and has no direction.
    """
    old, new = {mark.competency: mark for mark in before}, {mark.competency: mark for mark in after}
    found = []
    for one in competencies:
        then, now = old.get(one.id), new.get(one.id)
        if (then is None and now is None) or said(then) == said(now):
            continue
        low, high = height(one, then), height(one, now)
        found.append(Moved(one.title, said(then), said(now), None if low is None or high is None else high > low))
    return tuple(found)
