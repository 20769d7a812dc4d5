"""What the forms around goals need: the goal or its milestone, and the people who can be named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.onboarding.goal import GoalState
from app.domain.permission import Permission, allow
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_facts import goal_facts, milestone_facts
from app.queries.plan_page import Who

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Nameable:
    """Somebody with an open account; ``part`` says what they are in this plan, empty for everybody else."""

    person_id: UUID
    name: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneDesk:
    """A milestone to which a goal is added; ``version`` is the plan's."""

    plan_id: UUID
    hire: Who
    title: str
    due_on: date
    settled: bool
    version: int
    people: tuple[Nameable, ...]


@dataclass(frozen=True, slots=True)
class GoalDesk:
    """A goal that is blocked, reworded or given to somebody; ``opens`` says whether its plan may be opened."""

    goal_id: UUID
    plan_id: UUID
    hire: Who
    milestone: str
    text: str
    asked: str
    owner_id: UUID
    state: GoalState
    settled: bool
    version: int
    opens: bool
    people: tuple[Nameable, ...]


def of_milestone(session: Session, actor: ActorFacts, milestone_id: UUID) -> MilestoneDesk:
    """What adding a goal to a milestone needs, in three queries."""
    require(actor, Permission.PLAN_EDIT, found(milestone_facts(session, actor, milestone_id)))
    row = session.execute(_head().where(PlanMilestone.id == milestone_id)).one()
    return MilestoneDesk(
        plan_id=row.plan_id,
        hire=Who(row.hire_id, row.hire),
        title=row.milestone,
        due_on=row.due_on,
        settled=row.settled is not None,
        version=row.version,
        people=_people(session, row),
    )


def of_goal(session: Session, actor: ActorFacts, goal_id: UUID, permission: Permission) -> GoalDesk:
    """What a form about one goal needs, in three queries; ``permission`` is the one that sending it needs."""
    facts = found(goal_facts(session, actor, goal_id))
    require(actor, permission, facts)
    row = session.execute(
        _head()
        .add_columns(Goal.text, Goal.asked, Goal.owner_id, Goal.state, Goal.version.label("goal_version"))
        .join(Goal, Goal.milestone_id == PlanMilestone.id)
        .where(Goal.id == goal_id)
    ).one()
    return GoalDesk(
        goal_id=goal_id,
        plan_id=row.plan_id,
        hire=Who(row.hire_id, row.hire),
        milestone=row.milestone,
        text=row.text,
        asked=row.asked,
        owner_id=row.owner_id,
        state=row.state,
        settled=row.settled is not None,
        version=row.goal_version,
        opens=allow(actor, Permission.PLAN_OPEN, facts).granted,
        people=_people(session, row),
    )


def plan_of(session: Session, actor: ActorFacts, milestone_id: UUID) -> UUID:
    """The plan of a milestone, for somebody who may open it."""
    facts = found(milestone_facts(session, actor, milestone_id))
    require(actor, Permission.PLAN_OPEN, facts)
    return facts.plan_id


def still_seen(session: Session, actor: ActorFacts, goal_id: UUID) -> bool:
    """Whether the reader may see the goal now: who cleared what a goal waited for may not any more."""
    return allow(actor, Permission.GOAL_SEE, goal_facts(session, actor, goal_id)).granted


def _head() -> Select[*tuple[Any, ...]]:
    hire = aliased(Person)
    return (
        select(
            Plan.id.label("plan_id"), Plan.hire_id, Plan.manager_id, Plan.buddy_id, Plan.version,
            hire.name.label("hire"), PlanMilestone.title.label("milestone"), PlanMilestone.due_on,
            PlanMilestone.settled,
        )
        .select_from(PlanMilestone)
        .join(Plan, Plan.id == PlanMilestone.plan_id)
        .join(hire, hire.id == Plan.hire_id)
    )  # fmt: skip


def _people(session: Session, row: Row[*tuple[Any, ...]]) -> tuple[Nameable, ...]:
    """Everybody with an open account, those of the plan first."""
    parts = {row.buddy_id: "buddy", row.manager_id: "manager", row.hire_id: "new hire"}
    active = select(Person.id, Person.name).where(Person.active.is_(True)).order_by(Person.name, Person.id)
    everybody = [Nameable(person.id, person.name, parts.get(person.id, "")) for person in session.execute(active)]
    return tuple(sorted(everybody, key=lambda one: not one.part))
