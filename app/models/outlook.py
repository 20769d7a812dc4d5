"""How each plan stands whatever the day, kept beside what it derives from.

Lists and the inbox of somebody with hundreds of first years ask for this on every page. It is derived anew within
each flush that writes a plan, a milestone, a goal, its evidence or a signature, so no act can forget it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    event,
    exists,
    false,
    func,
    join,
    literal,
    null,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased

from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import FINAL, PartyName
from app.models.base import Base, Title, refers
from app.models.blueprint import BlueprintVersion
from app.models.onboarding import EVER, Goal, GoalEvidence, Plan, PlanMilestone, Signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import (
        BindParameter,
        ColumnElement,
        Connection,
        Insert,
        Select,
        SQLColumnExpression,
        Subquery,
        Update,
    )

SETTLED = tuple(state for state in GoalState if state.settled)


class PlanOutlook(Base):
    """What is derived of one plan. Everything but the counts of all and of signed milestones is of unsigned ones.

    ``next_*`` is the first of them in the plan's order, ``first_due`` the earliest date, ``first_unshown`` the earliest
    date of one with something still to be shown. ``begun`` counts those that are not wholly untouched.
    ``goals_for_*`` and ``milestones_for_*`` count what waits for that party's signature.
    """

    __tablename__ = "plan_outlook"

    plan_id: Mapped[UUID] = refers("plan.id", primary_key=True)
    milestones: Mapped[int]
    signed: Mapped[int]
    blocked: Mapped[int]
    begun: Mapped[int]
    next_title: Mapped[Title | None]
    next_on: Mapped[date | None]
    first_due: Mapped[date | None]
    first_unshown: Mapped[date | None]
    submitted: Mapped[int]
    goals_for_hire: Mapped[int]
    goals_for_manager: Mapped[int]
    milestones_for_hire: Mapped[int]
    milestones_for_manager: Mapped[int]
    outcome_asked: Mapped[bool]


COLUMNS = tuple(column.name for column in PlanOutlook.__table__.columns)


def outlooks(plans: ColumnElement[bool], owner: SQLColumnExpression[UUID] | None = None) -> Select[*tuple[Any, ...]]:
    """A row of :data:`COLUMNS` a plan; with an ``owner`` made of that person's goals only, as a buddy sees it."""
    goals = _tallies(plans, owner)
    sums = _sums(plans, goals, owned=owner is not None)
    following = aliased(PlanMilestone)
    given = {
        **{name: column for name, column in sums.c.items() if name != "place"},
        "next_title": following.title,
        "next_on": following.due_on,
    }
    return (
        select(*(given[name].label(name) for name in COLUMNS))
        .select_from(sums)
        .outerjoin(following, and_(following.plan_id == sums.c.plan_id, following.position == sums.c.place))
    )


def final() -> ColumnElement[bool]:
    """A criterion on :class:`PlanMilestone` and its plan: the ninetieth day's, else the third, else the last.

    Its signatures open the outcome.
    """
    other = aliased(PlanMilestone)
    named = exists(select(literal(1)).where(other.plan_id == Plan.id, other.key == FINAL))
    later = exists(select(literal(1)).where(other.plan_id == Plan.id, other.position > PlanMilestone.position))
    third = or_(PlanMilestone.position == 2, and_(PlanMilestone.position < 2, ~later))  # noqa: PLR2004  counted from 0
    return or_(PlanMilestone.key == FINAL, and_(~named, third))


def _tallies(plans: ColumnElement[bool], owner: SQLColumnExpression[UUID] | None) -> Subquery:
    """How many goals of each milestone stand where."""
    submitted = Goal.state == GoalState.SUBMITTED
    by_manager = Goal.owner_id == Plan.manager_id
    statement = (
        select(
            Goal.milestone_id,
            func.count(Goal.id).label("goals"),
            _count(Goal.state == GoalState.NOT_STARTED).label("untouched"),
            _count(submitted).label("submitted"),
            _count(Goal.state == GoalState.BLOCKED).label("blocked"),
            _count(Goal.state.in_(SETTLED)).label("settled"),
            _count(and_(submitted, by_manager)).label("for_hire"),
            _count(and_(submitted, ~by_manager)).label("for_manager"),
        )
        .join(Plan, Plan.id == Goal.plan_id)
        .where(plans)
        .group_by(Goal.milestone_id)
    )
    return (statement if owner is None else statement.where(Goal.owner_id == owner)).subquery()


def _sums(plans: ColumnElement[bool], goals: Subquery, *, owned: bool) -> Subquery:
    """The milestones of each plan, counted; ``place`` is that of the first unsigned one."""
    part, tally = PlanMilestone, goals.c
    total = func.coalesce(tally.goals, 0)
    unsigned = and_(part.id.is_not(None), part.settled.is_(None))
    untouched = and_(total > 0, tally.untouched == total)
    unshown = total - func.coalesce(tally.submitted, 0) - func.coalesce(tally.settled, 0)
    ready = and_(unsigned, total == func.coalesce(tally.settled, 0))
    parts = join(part, goals, tally.milestone_id == part.id, isouter=not owned)
    return (
        select(
            Plan.id.label("plan_id"),
            func.count(part.id).label("milestones"),
            _count(part.settled.is_not(None)).label("signed"),
            _count(and_(unsigned, tally.blocked > 0)).label("blocked"),
            _count(and_(unsigned, ~untouched)).label("begun"),
            func.min(case((unsigned, part.position))).label("place"),
            func.min(case((unsigned, part.due_on))).label("first_due"),
            func.min(case((and_(unsigned, unshown > 0), part.due_on))).label("first_unshown"),
            _sum(tally.submitted).label("submitted"),
            _sum(tally.for_hire).label("goals_for_hire"),
            _sum(tally.for_manager).label("goals_for_manager"),
            _count(and_(ready, _lacks(PartyName.HIRE))).label("milestones_for_hire"),
            _count(and_(ready, _lacks(PartyName.MANAGER))).label("milestones_for_manager"),
            (false() if owned else _outcome_asked()).label("outcome_asked"),
        )
        .select_from(Plan)
        .outerjoin(parts, part.plan_id == Plan.id)
        .where(plans)
        .group_by(Plan.id)
        .subquery()
    )


def _lacks(party: PartyName) -> ColumnElement[bool]:
    signed = exists(
        select(literal(1))
        .where(Signature.milestone_id == PlanMilestone.id, Signature.party == party)
        .correlate(PlanMilestone)
    )
    return and_(PlanMilestone.sign_off.contains(party.value), ~signed)


def _outcome_asked() -> ColumnElement[bool]:
    """The manager has signed the final milestone, and the role has a scorecard to record an outcome on."""
    return exists(
        select(literal(1))
        .select_from(Signature)
        .join(PlanMilestone, PlanMilestone.id == Signature.milestone_id)
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .where(
            PlanMilestone.plan_id == Plan.id,
            Signature.party == PartyName.MANAGER,
            final(),
            BlueprintVersion.body.contains('"scorecard":{'),
        )
        .correlate(Plan)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(cast(case((condition, 1), else_=0), Integer)), 0)


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), Integer)


@event.listens_for(Session, "after_flush")
def _derive(session: Session, _context: object) -> None:
    """Derive anew what was touched; the services hold the plan's lock, so no two writers derive from half a change."""
    touched: dict[str, set[UUID]] = {"plans": set(), "milestones": set(), "goals": set()}
    for row in (*session.new, *session.dirty):
        for kind, name in _BY.get(type(row), ()):
            touched[kind].add(getattr(row, name))
    if not any(touched.values()):
        return
    connection = session.connection()
    plans = _plans_of(connection, touched) if touched["milestones"] or touched["goals"] else touched["plans"]
    for statement in _derivation(connection.dialect.name):
        connection.execute(statement, {"touched": list(plans)})


_BY: Mapping[type, tuple[tuple[str, str], ...]] = {
    Plan: (("plans", "id"),),
    PlanMilestone: (("plans", "plan_id"),),
    Goal: (("plans", "plan_id"),),
    GoalEvidence: (("goals", "goal_id"),),
    Signature: (("milestones", "milestone_id"),),
}
"""By which of its columns a row leads to the plan that it belongs to."""


def _plans_of(connection: Connection, touched: Mapping[str, set[UUID]]) -> set[UUID]:
    of_milestones = select(PlanMilestone.plan_id).where(PlanMilestone.id.in_(touched["milestones"]))
    of_goals = select(Goal.plan_id).where(Goal.id.in_(touched["goals"]))
    return touched["plans"].union(connection.scalars(union(of_milestones, of_goals)))


@cache
def _derivation(dialect: str) -> tuple[Insert, Update, Update]:
    """The statements that derive everything of the plans in ``touched``; built once, because each act runs them."""
    touched: BindParameter[UUID] = bindparam("touched", type_=Uuid(), expanding=True)
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # SQLite takes ON CONFLICT behind a select only where the select has a WHERE.
    insert = make(PlanOutlook).from_select(COLUMNS, outlooks(Plan.id.in_(touched)).where(literal(value=True)))
    fresh = {name: insert.excluded[name] for name in COLUMNS if name != "plan_id"}
    return (
        insert.on_conflict_do_update(index_elements=["plan_id"], set_=fresh),
        update(PlanMilestone).where(PlanMilestone.plan_id.in_(touched)).values(pieces=_pieces()),
        update(PlanMilestone).where(PlanMilestone.plan_id.in_(touched)).values(counts_from=_counts_from()),
    )


def _pieces() -> Any:  # noqa: ANN401  a scalar subquery
    """How many pieces of evidence the goals of a milestone have that are not waived; null where there are none."""
    asked = select(Goal.id).where(Goal.milestone_id == PlanMilestone.id, Goal.state != GoalState.WAIVED)
    pieces = (
        select(func.count())
        .select_from(GoalEvidence)
        .join(Goal, Goal.id == GoalEvidence.goal_id)
        .where(Goal.milestone_id == PlanMilestone.id, Goal.state != GoalState.WAIVED)
        .correlate(PlanMilestone)
        .scalar_subquery()
    )
    return case((exists(asked.correlate(PlanMilestone)), pieces))


def _counts_from() -> Any:  # noqa: ANN401  a column expression
    """The day from which a milestone counts as come; one that is signed counts, and one that a leaver saw come."""
    part = PlanMilestone
    ended_on = select(Plan.ended_on).where(Plan.id == part.plan_id).correlate(part).scalar_subquery()
    return case(
        (part.pieces.is_(None), null()),
        (part.settled.is_not(None), EVER),
        (ended_on.is_(None), part.due_on),
        (part.due_on <= ended_on, EVER),
    )
