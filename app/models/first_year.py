"""What running plans ask of somebody, as the inbox, its count and the reminders all read it.

Each select has the columns of the inbox's one query, so that it is a branch of it: ``target`` is the goal or milestone
that the duty is about, ``interview`` its plan, ``candidate`` the hire, and ``requisition`` the milestone.
Nothing here tells whether the other side of a check-in has answered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.domain.onboarding.duty import Asked
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import SOON, PartyName, PlanState
from app.domain.permission import Role
from app.models import plan_day
from app.models.base import Instant
from app.models.check_in import CheckIn
from app.models.measuring import OutcomeRow
from app.models.onboarding import Goal, Plan, PlanMilestone, Signature
from app.models.outlook import PlanOutlook, final
from app.models.person import Person, RoleGrant
from app.models.plan_day import reached, soon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

Whose = SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]
Ask = Select[*tuple[Any, ...]]
_SETTLED = (GoalState.SIGNED_OFF, GoalState.WAIVED)
_TO_SHOW = (GoalState.NOT_STARTED, GoalState.IN_PROGRESS, GoalState.RETURNED)
_LATE: BindParameter[date] = bindparam("asking_late", type_=Date())


def on(now: datetime) -> Mapping[str, object]:
    """The parameters of these selects at an instant; each plan's dates count by the day that it is there."""
    return plan_day.on(now)


def on_day(today: date, now: datetime, *, late: date) -> Mapping[str, object]:
    """The same for somebody to whom it is ``today``: what is soon counts by that; check-ins open by the plan's day."""
    return {**plan_day.on(now), **plan_day.soon_by(today + SOON), "asking_late": late}


def asks(person: Whose) -> tuple[Ask, ...]:
    """Everything that running plans ask of a person, as branches of one union."""
    return (
        _goals(person),
        _waiting_goals(person),
        _goal_signatures(person),
        _milestone_signatures(person),
        _check_ins(person),
        _outcomes(person),
    )


def number(person: Whose) -> tuple[Select[int], ...]:
    """How many rows :func:`asks` has, in numbers to be added up, without reading what a page shows of them."""
    every = (
        _goals(person), _waiting_goals(person), _milestone_signatures(person), _check_ins(person), _outcomes(person),
    )  # fmt: skip
    counts = tuple(ask.with_only_columns(func.count(), maintain_column_froms=True) for ask in every)
    return (*counts, _goals_to_sign(person))


def asks_of_others(manager: SQLColumnExpression[UUID]) -> tuple[Ask, ...]:
    """What is asked of others in the plans that somebody manages; check-ins are left out, whose sides are apart."""
    return tuple(
        ask.where(Plan.manager_id == manager, doer != manager).add_columns(_name_of(doer).label("doer"))
        for ask, doer in (
            (_goals(Goal.owner_id), Goal.owner_id),
            (_waiting_goals(Goal.waits_for_id), Goal.waits_for_id),
        )
    )


def asks_of_managers(partner: SQLColumnExpression[UUID]) -> tuple[Ask, ...]:
    """What is asked of managers in the plans that an HR partner looks after; a check-in names no side.

    A plan is looked after by the HR partner who began it, and by all of them where nobody such did.
    """
    doer = Plan.manager_id
    ours = and_(Plan.manager_id != partner, or_(Plan.created_by_id == partner, ~_begun_by_partner()))
    of_managers = (
        _goals(doer), _waiting_goals(doer), _goal_signatures(doer), _milestone_signatures(doer), _outcomes(doer)
    )  # fmt: skip
    named = tuple(ask.where(ours).add_columns(_name_of(doer).label("doer")) for ask in of_managers)
    unfinished = ~and_(_sealed(PartyName.HIRE), _sealed(PartyName.MANAGER))
    check_ins = _milestones(Asked.CHECK_IN).where(
        PlanMilestone.due_on < _LATE, reached(PlanMilestone.opens_on), PlanMilestone.settled.is_(None), unfinished, ours
    )
    return (*named, check_ins.add_columns(literal("", String).label("doer")))


def _goals(person: Whose) -> Ask:
    kind = case((Goal.state == GoalState.RETURNED, Asked.RETURNED.value), else_=Asked.GOAL.value)
    asked = or_(Goal.state == GoalState.RETURNED, soon(PlanMilestone.due_on))
    return _of_goals(cast(kind, String)).where(Goal.owner_id == person, Goal.state.in_(_TO_SHOW), asked)


def _waiting_goals(person: Whose) -> Ask:
    of_goals = _of_goals(literal(Asked.UNBLOCK.value, String))
    return of_goals.where(Goal.waits_for_id == person, Goal.state == GoalState.BLOCKED)


def _goal_signatures(person: Whose) -> Ask:
    signs = or_(
        and_(Plan.manager_id == person, Goal.owner_id != Plan.manager_id),
        and_(Plan.hire_id == person, Goal.owner_id == Plan.manager_id),
    )
    return _of_goals(literal(Asked.SIGN_GOAL.value, String)).where(Goal.state == GoalState.SUBMITTED, signs)


def _goals_to_sign(person: Whose) -> Select[int]:
    """How many rows :func:`_goal_signatures` has, from what is kept of each plan."""
    kept = case((Plan.hire_id == person, PlanOutlook.goals_for_hire), else_=PlanOutlook.goals_for_manager)
    return (
        select(func.coalesce(func.sum(kept), 0))
        .select_from(Plan)
        .join(PlanOutlook, PlanOutlook.plan_id == Plan.id)
        .where(Plan.state == PlanState.ACTIVE, or_(Plan.hire_id == person, Plan.manager_id == person))
    )


def _milestone_signatures(person: Whose) -> Ask:
    """Milestones of which only signatures miss; one without goals is asked for when it is due, not from the start."""
    newest = _newest_goal()
    asked = _milestones(Asked.SIGN_MILESTONE, since=func.coalesce(newest, Plan.created_at))
    return asked.join(PlanOutlook, PlanOutlook.plan_id == Plan.id).where(
        # What is kept of the plan says whether there is any, which is much cheaper than to look at each milestone.
        or_(Plan.hire_id == person, Plan.manager_id == person),
        case((Plan.hire_id == person, PlanOutlook.milestones_for_hire), else_=PlanOutlook.milestones_for_manager) > 0,
        case((Plan.hire_id == person, _unsigned(PartyName.HIRE)), else_=_unsigned(PartyName.MANAGER)),
        PlanMilestone.settled.is_(None),
        ~exists(select(literal(1)).where(Goal.milestone_id == PlanMilestone.id, Goal.state.not_in(_SETTLED))),
        or_(newest.is_not(None), soon(PlanMilestone.due_on)),
    )


def _check_ins(person: Whose) -> Ask:
    """Check-ins that are open and not sealed by this side; with the last signature the milestone asks for none."""
    mine = and_(CheckIn.milestone_id == PlanMilestone.id, CheckIn.party == _party(person))
    saved = select(CheckIn.saved_at).where(mine).correlate(PlanMilestone, Plan).scalar_subquery()
    sealed = exists(select(literal(1)).where(mine, CheckIn.sealed_at.is_not(None)))
    return _milestones(Asked.CHECK_IN, saved=saved).where(
        or_(Plan.hire_id == person, Plan.manager_id == person),
        reached(PlanMilestone.opens_on),
        PlanMilestone.settled.is_(None),
        ~sealed,
    )


def _outcomes(person: Whose) -> Ask:
    """Plans whose final milestone the manager has signed without an outcome; a role without scorecard asks for none."""
    signed = and_(Signature.milestone_id == PlanMilestone.id, Signature.party == PartyName.MANAGER)
    return (
        _milestones(Asked.OUTCOME, since=Signature.signed_at)
        .join(Signature, signed)
        .join(PlanOutlook, PlanOutlook.plan_id == Plan.id)
        .where(
            Plan.manager_id == person,
            PlanOutlook.outcome_asked,
            final(),
            ~exists(select(literal(1)).where(OutcomeRow.plan_id == Plan.id)),
        )
    )


def _of_goals(kind: ColumnElement[str]) -> Ask:
    return (
        select(*_columns(kind, Goal.id, Goal.text, since=Goal.since))
        .select_from(Goal)
        .join(PlanMilestone, PlanMilestone.id == Goal.milestone_id)
        .join(Plan, Plan.id == Goal.plan_id)
        .where(Plan.state == PlanState.ACTIVE)
    )


def _milestones(
    kind: Asked, *, since: SQLColumnExpression[Any] | None = None, saved: SQLColumnExpression[Any] | None = None
) -> Ask:
    nothing = cast(null(), Instant)
    return (
        select(
            *_columns(
                literal(kind.value, String),
                PlanMilestone.id,
                PlanMilestone.title,
                since=nothing if since is None else since,
                saved=saved,
            )
        )
        .select_from(PlanMilestone)
        .join(Plan, Plan.id == PlanMilestone.plan_id)
        .where(Plan.state == PlanState.ACTIVE)
    )


def _columns(
    kind: ColumnElement[str],
    target: SQLColumnExpression[UUID],
    what: SQLColumnExpression[str],
    *,
    since: SQLColumnExpression[Any],
    saved: SQLColumnExpression[Any] | None = None,
) -> tuple[ColumnElement[Any], ...]:
    return (
        kind.label("kind"),
        target.label("target"),
        Plan.id.label("interview"),
        _name_of(Plan.hire_id).label("candidate"),
        what.label("what"),
        PlanMilestone.title.label("requisition"),
        since.label("since"),
        cast(null(), Instant).label("starts_at"),
        cast(literal(0), Integer).label("minutes"),
        cast(literal(0), Integer).label("size"),
        (cast(null(), Instant) if saved is None else saved).label("saved_at"),
        PlanMilestone.due_on.label("due_on"),
        PlanMilestone.opens_on.label("opens_on"),
        Plan.zone.label("zone"),
    )


def _newest_goal() -> SQLColumnExpression[Any]:
    newest = select(func.max(Goal.since)).where(Goal.milestone_id == PlanMilestone.id)
    return newest.correlate(PlanMilestone).scalar_subquery()


def _party(person: Whose) -> ColumnElement[str]:
    return case((Plan.hire_id == person, PartyName.HIRE.value), else_=PartyName.MANAGER.value)


def _unsigned(party: PartyName) -> ColumnElement[bool]:
    signed = exists(select(literal(1)).where(Signature.milestone_id == PlanMilestone.id, Signature.party == party))
    return and_(PlanMilestone.sign_off.contains(party.value), ~signed)


def _sealed(party: PartyName) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(
            CheckIn.milestone_id == PlanMilestone.id, CheckIn.party == party, CheckIn.sealed_at.is_not(None)
        )
    )


def _begun_by_partner() -> ColumnElement[bool]:
    creator = aliased(Person)
    return exists(
        select(literal(1))
        .select_from(RoleGrant)
        .join(creator, creator.id == RoleGrant.person_id)
        .where(RoleGrant.person_id == Plan.created_by_id, RoleGrant.role == Role.HR_PARTNER, creator.active.is_(True))
        .correlate(Plan)
    )


def _name_of(person: SQLColumnExpression[Any]) -> SQLColumnExpression[str]:
    named = aliased(Person)
    return select(named.name).where(named.id == person).correlate(Plan, Goal).scalar_subquery()
