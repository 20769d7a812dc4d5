"""The statements behind lists of plans and their figures: built once a shape, judged and put in order by the database.

A page of a hundred plans, the counts above it and a report over all of them read no more rows than they show.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from app.domain.facts import Role
from app.domain.onboarding.plan import WORST_FIRST, Health, PlanState
from app.models.asking import ASKING
from app.models.onboarding import Goal, Plan
from app.models.outlook import PlanOutlook, outlooks
from app.models.person import Person
from app.models.plan_day import over, soon
from app.models.scopes import holds_for
from app.queries.plan_lines import PlanLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import FromClause

    from app.queries.plan_lines import Shape

    Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


SORTS: Mapping[str, Callable[[Any], tuple[ColumnElement[Any], ...]]] = {
    "urgency": lambda one: (one.rank, _upcoming(one), func.lower(one.hire)),
    "name": lambda one: (func.lower(one.hire), one.starts_on),
    "start": lambda one: (one.starts_on, func.lower(one.hire)),
    "due": lambda one: (_upcoming(one), func.lower(one.hire)),
    "manager": lambda one: (func.lower(one.manager), func.lower(one.hire)),
}
"""The orders a list can have; the first is the one without a choice."""


@lru_cache(maxsize=128)
def lines(form: Shape, sort: str, *, some: bool) -> Select[*tuple[Any, ...]]:
    """A :class:`PlanLine` for each plan that the reader may open and the filter lets pass, their own first year first.

    With ``some`` only those of one page.
    """
    one = _judged(form).c
    keys = SORTS[sort.removeprefix("-")](one)
    turned = [key.desc() for key in keys] if sort.startswith("-") else keys
    statement = (
        select(*(one[name] for name in PlanLine._fields))
        .where(*_narrowed(form, one))
        .order_by(one.own.desc(), *turned, one.plan_id)
    )
    if not some:
        return statement
    return statement.limit(bindparam("most", type_=Integer())).offset(bindparam("before", type_=Integer()))


@lru_cache(maxsize=64)
def counts(form: Shape) -> Select[*tuple[Any, ...]]:
    """How many plans there are a rank, how many of them wait for the reader, are late, and pass the whole filter.

    Apart by whether the reader has a milestone there at all.
    """
    one = _judged(form, named=False).c
    has = one.milestones > 0
    return select(
        one.rank, has.label("has"), func.count().label("number"), count_of(one.waiting > 0).label("waiting"),
        func.sum(one.late).label("late"), count_of(and_(true(), *_narrowed(form, one))).label("passing"),
    ).group_by(one.rank, has)  # fmt: skip


@lru_cache(maxsize=16)
def teams(form: Shape) -> Select[*tuple[Any, ...]]:
    """The plans of each manager in each state, and how many of them are late, blocked, at risk."""
    one = _judged(form, named=False).c
    sums = (
        select(
            one.state, one.manager_id, func.count().label("number"), func.sum(one.late).label("late"),
            count_of(one.rank == WORST_FIRST.index(Health.BLOCKED)).label("blocked"),
            count_of(one.rank == WORST_FIRST.index(Health.AT_RISK)).label("at_risk"),
            func.sum(one.submitted).label("submitted"),
        )
        .group_by(one.state, one.manager_id)
        .subquery("sums")
    )  # fmt: skip
    return select(*sums.c, Person.name.label("manager")).join(Person, Person.id == sums.c.manager_id)


def count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group fulfil a condition."""
    return func.sum(_flag(condition))


@lru_cache(maxsize=64)
def _judged(form: Shape, *, named: bool = True) -> Subquery:
    """A row for each plan that the reader may open and all but health, signatures and lateness let pass.

    For a buddy or the owner of a goal only goals of theirs count. Without ``named`` nobody's name is looked up.
    """
    return _plans(form, named=named).subquery("one")


def _plans(form: Shape, *, named: bool) -> Statement:
    person = ASKING.person_id
    party = or_(Plan.hire_id == person, Plan.manager_id == person)
    passing = _passing(form)
    if not form.active:
        return _rows(form, PlanOutlook, and_(false(), *passing), named=named)
    if form.sees_all:
        return _rows(form, PlanOutlook, and_(true(), *passing), named=named)
    if form.sees_teams:
        party = or_(party, holds_for(ASKING, Role.HR_PARTNER, Plan.hire_id))
    goal = aliased(Goal)
    accompanied = or_(Plan.buddy_id == person, Plan.id.in_(select(goal.plan_id).where(goal.owner_id == person)))
    partly = and_(accompanied, ~party, *passing)
    own = outlooks(and_(accompanied, ~party), person).subquery("own")
    whole = _rows(form, PlanOutlook, and_(party, *passing), named=named)
    return whole.union_all(_rows(form, own, partly, named=named, whole=False))


def _rows(
    form: Shape,
    kept: Any,  # noqa: ANN401  the table of outlooks, or a subquery like it
    wanted: ColumnElement[bool],
    *,
    named: bool,
    whole: bool = True,
) -> Select[*tuple[Any, ...]]:
    hire, manager = aliased(Person), aliased(Person)
    columns = kept.c if hasattr(kept, "c") else kept
    source: FromClause = kept
    person = ASKING.person_id
    statement = (
        select(
            Plan.id.label("plan_id"), Plan.state, Plan.manager_id, columns.milestones, columns.submitted,
            _flag(Plan.hire_id == person).label("own"), _rank(columns).label("rank"), _late(columns).label("late"),
            (_waiting(columns) if whole else literal(0)).label("waiting"),
        )
        .select_from(Plan)
        .join(source, columns.plan_id == Plan.id)
        .where(wanted)
    )  # fmt: skip
    if named or form.words:
        statement = statement.join(hire, hire.id == Plan.hire_id)
    if named:
        statement = statement.join(manager, manager.id == Plan.manager_id).add_columns(
            Plan.title, Plan.starts_on, Plan.zone, hire.name.label("hire"), manager.name.label("manager"),
            literal(int(whole), Integer()).label("whole"), columns.signed, columns.next_title, columns.next_on,
        )  # fmt: skip
    for place in range(form.words):
        word: ColumnElement[str] = bindparam(f"word_{place}", type_=String())
        statement = statement.where(or_(hire.name.ilike(word, escape="!"), Plan.title.ilike(word, escape="!")))
    return statement


def _passing(form: Shape) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Plan.state.in_(bindparam("wanted_states", expanding=True))]
    if form.manager:
        wanted.append(Plan.manager_id == bindparam("wanted_manager", type_=Uuid()))
    if form.first:
        wanted.append(Plan.starts_on >= bindparam("wanted_first", type_=Date()))
    if form.last:
        wanted.append(Plan.starts_on <= bindparam("wanted_last", type_=Date()))
    return wanted


def _narrowed(form: Shape, one: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401  columns of `_judged`
    wanted: list[ColumnElement[bool]] = []
    if form.health:
        # Whoever has no goal there has nothing that could be done or late.
        wanted += [one.milestones > 0, one.rank.in_(bindparam("wanted_ranks", type_=Integer(), expanding=True))]
    if form.mine:
        wanted.append(one.waiting > 0)
    if form.late:
        wanted.append(one.late == 1)
    return wanted


def _rank(kept: Any) -> ColumnElement[int]:  # noqa: ANN401  as above
    """How the plan does on the day that it is there: as badly as its worst milestone, done when there is none."""
    holds: Mapping[Health, ColumnElement[bool]] = {
        Health.BLOCKED: kept.blocked > 0,
        Health.OVERDUE: over(kept.first_due),
        Health.AT_RISK: soon(kept.first_unshown),
        Health.ON_TRACK: kept.begun > 0,
        Health.AHEAD: kept.milestones > kept.signed,
    }
    return case(*((holds[one], place) for place, one in enumerate(WORST_FIRST[:-1])), else_=len(WORST_FIRST) - 1)


def _late(kept: Any) -> ColumnElement[int]:  # noqa: ANN401  as above
    return _flag(and_(Plan.state == PlanState.ACTIVE, over(kept.first_due)))


def _waiting(kept: Any) -> ColumnElement[int]:  # noqa: ANN401  as above
    """What waits for the signature of the reader as the party they are; for none when they are no party."""
    return case(
        (Plan.state != PlanState.ACTIVE, 0),
        (Plan.hire_id == ASKING.person_id, kept.goals_for_hire + kept.milestones_for_hire),
        (Plan.manager_id == ASKING.person_id, kept.goals_for_manager + kept.milestones_for_manager),
        else_=0,
    )


def _upcoming(one: Any) -> ColumnElement[date]:  # noqa: ANN401  as above
    return func.coalesce(one.next_on, literal(date.max, Date()))


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(case((condition, 1), else_=0), Integer)
