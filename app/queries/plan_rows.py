"""The statements behind lists of plans: one row a plan, and one a milestone with how many of its goals stand where.

They are asked apart, because a plan's own columns would otherwise be read once for each of its milestones. The key
that ties them is left as the driver gives it: thousands of identifiers need not become objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, case, cast, exists, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from app.domain.facts import Role
from app.domain.onboarding.goal import GoalState
from app.models.onboarding import Goal, Plan, PlanMilestone, Signature
from app.models.person import Person
from app.models.plan_facts import plans_visible_to

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from app.domain.facts import ActorFacts
    from app.queries.plans import PlanFilter

SETTLED = tuple(state for state in GoalState if state.settled)


def plan_rows(actor: ActorFacts, wanted: PlanFilter) -> Select[*tuple[Any, ...]]:
    """A row for each plan that the reader may open and the filter lets pass."""
    hire, manager = aliased(Person), aliased(Person)
    statement = (
        select(
            type_coerce(Plan.id, NullType()).label("key"), Plan.id, Plan.title, Plan.starts_on, Plan.state,
            Plan.manager_id, hire.name.label("hire"), manager.name.label("manager"),
            (Plan.hire_id == actor.person_id).label("is_hire"), (Plan.manager_id == actor.person_id).label("leads"),
        )
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .where(plans_visible_to(actor), Plan.state.in_(sorted(wanted.states)))
    )  # fmt: skip
    if wanted.manager_id is not None:
        statement = statement.where(Plan.manager_id == wanted.manager_id)
    if wanted.first is not None:
        statement = statement.where(Plan.starts_on >= wanted.first)
    if wanted.last is not None:
        statement = statement.where(Plan.starts_on <= wanted.last)
    for word in wanted.words.split():
        like = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        statement = statement.where(or_(hire.name.ilike(like, escape="!"), Plan.title.ilike(like, escape="!")))
    return statement


def milestone_rows(actor: ActorFacts, wanted: PlanFilter, plans: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A row for each milestone of these plans; only goals that the reader may see count."""
    part = PlanMilestone
    statement = (
        select(
            type_coerce(part.plan_id, NullType()), part.key, part.title, part.due_on,
            part.settled.is_not(None), part.sign_off, func.count(Goal.id), _count(Goal.state == GoalState.NOT_STARTED),
            _count(Goal.state == GoalState.SUBMITTED), _count(Goal.state == GoalState.BLOCKED),
            _count(Goal.state.in_(SETTLED)), _to_sign(actor), _signed(actor),
        )
        .select_from(Plan)
        .join(part, part.plan_id == Plan.id)
        .outerjoin(Goal, and_(Goal.milestone_id == part.id, *_countable(actor)))
        .group_by(part.id, Plan.id)
        .order_by(part.plan_id, part.position)
    )  # fmt: skip
    if wanted.words:
        return statement.where(Plan.id.in_(plans.with_only_columns(Plan.id)))
    criteria = plans.whereclause
    return statement if criteria is None else statement.where(criteria)


def _countable(actor: ActorFacts) -> list[ColumnElement[bool]]:
    """The goals that the reader may see: a buddy's list is made of the buddy's own goals."""
    if Role.HR_PARTNER in actor.roles:
        return []
    person = actor.person_id
    return [or_(Plan.hire_id == person, Plan.manager_id == person, Goal.owner_id == person)]


def _to_sign(actor: ActorFacts) -> ColumnElement[int]:
    signer = case((Goal.owner_id == Plan.manager_id, Plan.hire_id), else_=Plan.manager_id)
    return _count(and_(Goal.state == GoalState.SUBMITTED, signer == actor.person_id))


def _signed(actor: ActorFacts) -> ColumnElement[bool]:
    own = and_(Signature.milestone_id == PlanMilestone.id, Signature.person_id == actor.person_id)
    return exists(select(literal(1)).where(own).correlate(PlanMilestone))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(cast(case((condition, 1), else_=0), Integer))
