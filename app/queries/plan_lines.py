"""Lists of plans: what one is narrowed to, what makes its statements differ, and what a line of it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from app.domain.facts import Role
from app.domain.onboarding.plan import WORST_FIRST, Health, PlanState

if TYPE_CHECKING:
    from app.domain.facts import ActorFacts


class Upcoming(NamedTuple):
    """The first milestone in the plan's order that is not signed by everybody."""

    title: str
    due_on: date


class PlanLine(NamedTuple):
    """One plan in the list, as the statement gives it; flags are 0 or 1.

    ``waiting`` counts goals and milestones that wait for the reader's own signature. ``own`` is the reader's own first
    year. ``whole`` is 0 for a buddy or a goal's owner: only milestones in which a goal is theirs count. ``signed`` of
    ``milestones`` are signed by everybody. ``late`` holds once a milestone is past its date unsigned, whatever else is
    wrong. ``rank`` is the place of its health in :data:`WORST_FIRST`, ``next_*`` what is upcoming.
    """

    plan_id: UUID
    hire: str
    title: str
    manager: str
    starts_on: date
    zone: str
    state: PlanState
    rank: int
    milestones: int
    signed: int
    next_title: str | None
    next_on: date | None
    waiting: int
    own: int
    whole: int
    late: int

    @property
    def health(self) -> Health:
        """How it does on the day that it is there."""
        return WORST_FIRST[self.rank]

    @property
    def upcoming(self) -> Upcoming | None:
        """What comes next; nothing once everything is signed."""
        return Upcoming(self.next_title, self.next_on) if self.next_title and self.next_on else None


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What a list is narrowed to; an empty field narrows nothing. ``mine`` keeps what waits for the reader.

    ``first`` and ``last`` are days between which a plan starts, both included.
    """

    states: frozenset[PlanState] = frozenset({PlanState.ACTIVE})
    healths: frozenset[Health] = frozenset()
    manager_id: UUID | None = None
    words: str = ""
    mine: bool = False
    late: bool = False
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one statement differ from another; who asks and what for are its parameters.

    ``health``, ``mine`` and ``late`` narrow the lines and what passes, not what is counted beside them.
    """

    sees_all: bool
    active: bool
    manager: bool = False
    first: bool = False
    last: bool = False
    words: int = 0
    health: bool = False
    mine: bool = False
    late: bool = False
    sees_teams: bool = False


def shape(actor: ActorFacts, wanted: PlanFilter) -> Shape:
    """The shape of the statements that somebody's list needs."""
    return Shape(
        sees_all=Role.HR_PARTNER in actor.roles,
        active=actor.active,
        manager=wanted.manager_id is not None,
        first=wanted.first is not None,
        last=wanted.last is not None,
        words=len(wanted.words.split()),
        health=bool(wanted.healths),
        mine=wanted.mine,
        late=wanted.late,
        sees_teams=Role.HR_PARTNER in actor.scoped_roles,
    )


def parameters(actor: ActorFacts, wanted: PlanFilter) -> dict[str, Any]:
    """What the statements of this shape are run with, besides the day."""
    words = {f"word_{place}": _like(word) for place, word in enumerate(wanted.words.split())}
    return {
        "asking_person": actor.person_id,
        "wanted_states": sorted(wanted.states),
        "wanted_manager": wanted.manager_id,
        "wanted_first": wanted.first,
        "wanted_last": wanted.last,
        "wanted_ranks": [WORST_FIRST.index(one) for one in wanted.healths],
        **words,
    }


def _like(word: str) -> str:
    return f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
