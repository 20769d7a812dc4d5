"""What the permission map knows of a person, and of how they stand to a thing: small frozen facts, one query each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain.card import CardState
from app.domain.growth.facts import GrowthFacts
from app.domain.hiring import RequisitionState
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PlanState


class Role(StrEnum):
    """What a person does in the company; a person may hold several, and grants add up."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    HIRING_MANAGER = "hiring_manager"
    INTERVIEWER = "interviewer"
    COMMITTEE = "committee"
    PEOPLE_MANAGER = "people_manager"
    EMPLOYEE = "employee"
    HR_PARTNER = "hr_partner"
    AUDITOR = "auditor"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"hr_partner": "HR partner", "committee": "Committee member"}.get(
            self.value, self.value.replace("_", " ").capitalize()
        )


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """Who acts; ``owes`` says whether any scorecard at all is due from them."""

    person_id: UUID
    email: str
    roles: frozenset[Role]
    active: bool = True
    owes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequisitionFacts:
    """How the actor stands to a requisition. ``has_seat``: interviews somebody there."""

    requisition_id: UUID
    state: RequisitionState
    is_hiring_manager: bool
    is_committee: bool
    is_chair: bool
    has_seat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts(RequisitionFacts):
    """How the actor stands to an application; ``has_seat`` now means: interviews this candidate.

    ``owes`` counts cards that the actor still owes on the candidate, in any requisition; ``sealed_own`` counts
    the actor's sealed cards with at least one rating on this application.
    """

    application_id: UUID
    is_the_candidate: bool
    owes: int
    sealed_own: int
    reveals_after_own: bool
    debrief_open: bool
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts(ApplicationFacts):
    """How the actor stands to a scorecard."""

    card_id: UUID
    is_author: bool
    card_state: CardState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """How the actor stands to an onboarding plan. ``owns_goal``: a goal of it is theirs, whoever they are else."""

    plan_id: UUID
    state: PlanState
    is_hire: bool
    is_manager: bool
    is_buddy: bool
    owns_goal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalFacts(PlanFacts):
    """How the actor stands to one goal.

    ``is_signer``: the manager, or the hire where the goal is the manager's own, since nobody signs off their own work.
    ``waited_for``: the goal is blocked and waits for them.
    """

    goal_id: UUID
    goal_state: GoalState
    is_owner: bool
    is_signer: bool
    waited_for: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInFacts(PlanFacts):
    """How the actor stands to the check-in of one milestone; the two seals say which party has answered."""

    milestone_id: UUID
    hire_sealed: bool
    manager_sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactFacts:
    """How the actor stands to requisitions of whose groups a report tells. ``has_part``: decides or scores there."""

    has_part: bool


Facts = RequisitionFacts | PlanFacts | GrowthFacts | ImpactFacts
"""Facts of any object."""
