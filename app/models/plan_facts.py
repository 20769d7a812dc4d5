"""What the permission map needs to know of an onboarding plan, its goals and its check-ins, each in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, literal, or_, select

from app.domain.facts import CheckInFacts, GoalFacts, PlanFacts, Role
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PartyName
from app.models.check_in import CheckIn
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.models.person import Person
from app.models.scopes import holds_for, team_of

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.facts import ActorFacts
    from app.models.asking import Asking


def plan_facts(session: Session, actor: ActorFacts, plan_id: UUID) -> PlanFacts | None:
    """How the actor stands to a plan, or ``None`` when there is none of that id."""
    row = session.execute(_plans(actor).where(Plan.id == plan_id)).one_or_none()
    return PlanFacts(**_fields(row)) if row else None


def milestone_facts(session: Session, actor: ActorFacts, milestone_id: UUID) -> PlanFacts | None:
    """How the actor stands to the plan of a milestone."""
    of_plan = PlanMilestone.plan_id == Plan.id
    row = session.execute(_plans(actor).join(PlanMilestone, of_plan).where(PlanMilestone.id == milestone_id))
    found = row.one_or_none()
    return PlanFacts(**_fields(found)) if found else None


def goal_facts(session: Session, actor: ActorFacts, goal_id: UUID) -> GoalFacts | None:
    """How the actor stands to a goal, or ``None`` when there is none of that id."""
    person = actor.person_id
    signer = case((Goal.owner_id == Plan.manager_id, Plan.hire_id), else_=Plan.manager_id)
    row = session.execute(
        _plans(actor)
        .add_columns(
            Goal.id.label("goal_id"),
            Goal.state.label("goal_state"),
            (Goal.owner_id == person).label("is_owner"),
            (signer == person).label("is_signer"),
            case(((Goal.state == GoalState.BLOCKED) & (Goal.waits_for_id == person), True), else_=False).label(
                "waited_for"
            ),
        )
        .join(Goal, Goal.plan_id == Plan.id)
        .where(Goal.id == goal_id)
    ).one_or_none()
    return GoalFacts(**_fields(row)) if row else None


def check_in_facts(session: Session, actor: ActorFacts, milestone_id: UUID) -> CheckInFacts | None:
    """How the actor stands to the check-in of a milestone, or ``None`` when there is none of that id."""
    row = session.execute(
        _plans(actor)
        .add_columns(
            PlanMilestone.id.label("milestone_id"),
            _sealed(PartyName.HIRE).label("hire_sealed"),
            _sealed(PartyName.MANAGER).label("manager_sealed"),
        )
        .join(PlanMilestone, PlanMilestone.plan_id == Plan.id)
        .where(PlanMilestone.id == milestone_id)
    ).one_or_none()
    return CheckInFacts(**_fields(row)) if row else None


def plans_visible_to(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion on :class:`Plan`: says the same as ``PLAN_OPEN`` of the permission map."""
    person = actor.person_id
    if not actor.active:
        return literal(value=False)
    if Role.HR_PARTNER in actor.roles:
        return literal(value=True)
    mine = or_(Plan.hire_id == person, Plan.manager_id == person, Plan.buddy_id == person, _owns_goal(actor))
    if Role.HR_PARTNER in actor.scoped_roles:
        return or_(mine, holds_for(actor, Role.HR_PARTNER, Plan.hire_id))
    return mine


def has_first_years() -> ColumnElement[bool]:
    """Whether the :class:`Person` of the statement has a part in a plan, running or not, or owns a goal of one."""
    party = or_(Plan.hire_id == Person.id, Plan.manager_id == Person.id, Plan.buddy_id == Person.id)
    return or_(
        exists(select(literal(1)).where(party).correlate(Person)),
        exists(select(literal(1)).where(Goal.owner_id == Person.id).correlate(Person)),
    )


def _plans(actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    person = actor.person_id
    return select(
        Plan.id.label("plan_id"),
        Plan.state.label("state"),
        (Plan.hire_id == person).label("is_hire"),
        (Plan.manager_id == person).label("is_manager"),
        case((Plan.buddy_id == person, True), else_=False).label("is_buddy"),
        _owns_goal(actor).label("owns_goal"),
        team_of(Plan.hire_id).label("team"),
    ).select_from(Plan)


def _owns_goal(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(Goal.plan_id == Plan.id, Goal.owner_id == actor.person_id).correlate(Plan))


def _sealed(party: PartyName) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .where(CheckIn.milestone_id == PlanMilestone.id, CheckIn.party == party, CheckIn.sealed_at.is_not(None))
        .correlate(PlanMilestone)
    )


def _fields(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    # A driver without booleans answers 0 and 1.
    kept = {"plan_id", "state", "team", "goal_id", "goal_state", "milestone_id"}
    return {name: value if name in kept else bool(value) for name, value in row._mapping.items()}  # noqa: SLF001  the documented way to a row as a mapping
