"""How marks move from one cycle to the next; what was sealed then stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
