"""The one statement behind lists of plans: a row for each, from what is kept of it; statements are built once a shape.

Identifiers are left as the driver gives them: hundreds that only count need not become objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Date, String, Uuid, and_, bindparam, case, false, literal, or_, select, true, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from app.domain.facts import Role
from app.domain.onboarding.plan import PlanState
from app.models.asking import ASKING
from app.models.onboarding import Goal, Plan
from app.models.outlook import PlanOutlook, outlooks
from app.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from sqlalchemy import ColumnElement, CompoundSelect, FromClause, Select
    from sqlalchemy.orm import Session

    from app.domain.facts import ActorFacts
    from app.queries.plans import PlanFilter

    Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one statement differ from another; who asks and what for are its parameters."""

    sees_all: bool
    active: bool
    manager: bool
    first: bool
    last: bool
    words: int


def shape(actor: ActorFacts, wanted: PlanFilter) -> Shape:
    """The shape of the statement that somebody's list needs."""
    return Shape(
        sees_all=Role.HR_PARTNER in actor.roles,
        active=actor.active,
        manager=wanted.manager_id is not None,
        first=wanted.first is not None,
        last=wanted.last is not None,
        words=len(wanted.words.split()),
    )


def parameters(actor: ActorFacts, wanted: PlanFilter) -> dict[str, Any]:
    """What the statement of this shape is run with."""
    words = {f"word_{place}": _like(word) for place, word in enumerate(wanted.words.split())}
    return {
        "asking_person": actor.person_id,
        "wanted_states": sorted(wanted.states),
        "wanted_manager": wanted.manager_id,
        "wanted_first": wanted.first,
        "wanted_last": wanted.last,
        **words,
    }


class Found(NamedTuple):
    """A row of the statement, in its order; what is kept of the plan is described at its table.

    ``waiting`` counts what waits for the reader's signature, ``own`` and ``whole`` are 0 or 1.
    """

    plan_id: UUID | str
    title: str
    starts_on: date
    state: str
    zone: str
    manager_id: UUID | str
    hire: str
    manager: str
    own: bool
    whole: bool
    milestones: int
    signed: int
    submitted: int
    next_title: str | None
    next_on: date | None
    blocked: int
    first_due: date | None
    first_unshown: date | None
    begun: int
    waiting: int


def found(session: Session, actor: ActorFacts, wanted: PlanFilter) -> Iterator[Found]:
    """The plans that the reader may open and the state, manager, words and dates of a filter let pass, in no order."""
    # Straight from the connection: hundreds of plain tuples need nothing of the session.
    rows = session.connection().execute(plan_rows(shape(actor, wanted)), parameters(actor, wanted)).all()
    return map(Found._make, rows)


@lru_cache(maxsize=64)
def plan_rows(form: Shape) -> Statement:
    """A row for each plan that the reader may open and the filter lets pass.

    For a buddy or the owner of a goal only goals of theirs count.
    """
    person = ASKING.person_id
    party = or_(Plan.hire_id == person, Plan.manager_id == person)
    passing = _passing(form)
    if not form.active:
        return _rows(form, PlanOutlook, and_(false(), *passing))
    if form.sees_all:
        return _rows(form, PlanOutlook, and_(true(), *passing))
    goal = aliased(Goal)
    accompanied = or_(Plan.buddy_id == person, Plan.id.in_(select(goal.plan_id).where(goal.owner_id == person)))
    partly = and_(accompanied, ~party, *passing)
    own = outlooks(and_(accompanied, ~party), person).subquery("own")
    return _rows(form, PlanOutlook, and_(party, *passing)).union_all(_rows(form, own, partly, whole=False))


def _rows(
    form: Shape,
    kept: Any,  # noqa: ANN401  the table of outlooks, or a subquery like it
    wanted: ColumnElement[bool],
    *,
    whole: bool = True,
) -> Select[*tuple[Any, ...]]:
    hire, manager = aliased(Person), aliased(Person)
    columns = kept.c if hasattr(kept, "c") else kept
    source: FromClause = kept
    person = ASKING.person_id
    statement = (
        select(
            type_coerce(Plan.id, NullType()).label("plan_id"), Plan.title, Plan.starts_on,
            type_coerce(Plan.state, String()).label("state"), Plan.zone,
            type_coerce(Plan.manager_id, NullType()).label("manager_id"), hire.name.label("hire"),
            manager.name.label("manager"), (Plan.hire_id == person).label("own"), literal(value=whole).label("whole"),
            columns.milestones, columns.signed, columns.submitted, columns.next_title, columns.next_on,
            columns.blocked, columns.first_due, columns.first_unshown, columns.begun,
            (_waiting(columns) if whole else literal(0)).label("waiting"),
        )
        .select_from(Plan)
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .join(source, columns.plan_id == Plan.id)
        .where(wanted)
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


def _waiting(kept: Any) -> ColumnElement[int]:  # noqa: ANN401  as above
    """What waits for the signature of the reader as the party they are; for none when they are no party."""
    return case(
        (Plan.state != PlanState.ACTIVE, 0),
        (Plan.hire_id == ASKING.person_id, kept.goals_for_hire + kept.milestones_for_hire),
        (Plan.manager_id == ASKING.person_id, kept.goals_for_manager + kept.milestones_for_manager),
        else_=0,
    )


def _like(word: str) -> str:
    return f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
