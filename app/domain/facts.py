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
from app.domain.privacy.facts import PrivacyFacts


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


class FactorState(StrEnum):
    """Whether a session has got beyond the password."""

    SETTLED = "settled"
    """A second proof was given, or none is asked of this person."""
    OWED = "owed"
    """The person has a second factor and has not given it yet."""
    LACKING = "lacking"
    """One is asked of the person, and none is set up."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A role that holds in one requisition, or in one team: exactly one of the two is given."""

    role: Role
    requisition_id: UUID | None = None
    team: str = ""

    def fits(self, requisition_id: UUID | None, team: str) -> bool:
        """Whether an object of this requisition and team lies within."""
        if self.requisition_id is not None:
            return self.requisition_id == requisition_id
        return bool(self.team) and self.team == team


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """Who acts; ``owes`` says whether any scorecard at all is due from them.

    ``roles`` hold in the whole company, ``scopes`` in one requisition or team. ``looked_through``: an administrator
    looks at the program through this person's eyes, and is not this person. ``factor``: how the session stands to the
    second factor. ``proof_fresh``: they proved who they are within the last minutes, which acts on accounts and roles
    ask for. Whoever acts outside a browser has both behind them.
    """

    person_id: UUID
    email: str
    roles: frozenset[Role]
    active: bool = True
    owes: bool = False
    scopes: frozenset[Scope] = frozenset()
    looked_through: bool = False
    factor: FactorState = FactorState.SETTLED
    proof_fresh: bool = True

    @property
    def scoped_roles(self) -> frozenset[Role]:
        """Roles that hold somewhere and not everywhere."""
        return frozenset(scope.role for scope in self.scopes) - self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class RequisitionFacts:
    """How the actor stands to a requisition. ``has_seat``: interviews somebody there.

    ``team`` is that of its hiring manager, an empty text when there is none.
    ``is_grading``: owes a grade on a candidate's case there, whose name must not reach them by any way.
    """

    requisition_id: UUID
    state: RequisitionState
    is_hiring_manager: bool
    is_committee: bool
    is_chair: bool
    has_seat: bool
    is_grading: bool = False
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts(RequisitionFacts):
    """How the actor stands to an application; ``has_seat`` now means: interviews this candidate.

    ``has_conflict``: the actor stands too near to the candidate, as declared or as the records say.
    ``owes`` counts cards that the actor still owes on the candidate, in any requisition; ``sealed_own`` counts
    the actor's sealed cards with at least one rating on this application. ``blinded``: owes a card on the candidate in
    a blind requisition, so who the candidate is stays hidden from the actor everywhere. ``withdrawn``: the candidate
    takes no further part in it. ``read_early``: the actor read others' scorecards on the candidate before their time.
    """

    application_id: UUID
    is_the_candidate: bool
    has_conflict: bool
    owes: int
    sealed_own: int
    reveals_after_own: bool
    debrief_open: bool
    decided: bool
    blinded: bool = False
    put_away: bool = False
    erased: bool = False
    withdrawn: bool = False
    read_early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts(ApplicationFacts):
    """How the actor stands to a scorecard."""

    card_id: UUID
    is_author: bool
    card_state: CardState


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassFacts(ApplicationFacts):
    """How the actor stands to a request to read sealed scorecards of an application before their time.

    ``waiting``: nobody has decided on it and it has not lapsed; ``reading``: approved, and its hour is not over.
    """

    glass_id: UUID
    is_asker: bool
    waiting: bool
    reading: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFacts:
    """A team, in which roles can be given; a team is no more than its name."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """How the actor stands to a role that waits for a second administrator; ``waiting``: open and not lapsed."""

    request_id: UUID
    is_asker: bool
    is_person: bool
    waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFacts:
    """Whom an administrator would look at the program as.

    ``is_powerful``: holds a role that takes two administrators to give. ``is_applicant``: the administrator has
    applied here, so that somebody's pages could speak of them.
    """

    person_id: UUID
    is_self: bool
    open: bool
    is_powerful: bool
    is_applicant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """How the actor stands to an onboarding plan. ``owns_goal``: a goal of it is theirs, whoever they are else.

    ``team`` is that of the person whose first year it is.
    """

    plan_id: UUID
    state: PlanState
    is_hire: bool
    is_manager: bool
    is_buddy: bool
    owns_goal: bool
    team: str = ""


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
class GradingFacts:
    """How the actor stands to a case task of a requisition. ``has_part``: decides or interviews in the requisition."""

    task_id: UUID
    is_grader: bool
    has_part: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactFacts:
    """How the actor stands to requisitions of whose groups a report tells. ``has_part``: decides or scores there."""

    has_part: bool


Facts = (
    RequisitionFacts
    | PlanFacts
    | GrowthFacts
    | GradingFacts
    | ImpactFacts
    | TeamFacts
    | GrantFacts
    | LookFacts
    | PrivacyFacts
)
"""Facts of any object."""
