"""One goal as its page shows it: its evidence, its history, and what the reader can do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.onboarding.goal import EvidenceKind, GoalAct, GoalState, acts_from
from app.domain.permission import Permission, allow
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_facts import goal_facts
from app.queries.plan_page import GoalLine, Who, goal_line, goal_rows

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A piece of evidence."""

    evidence_id: UUID
    kind: EvidenceKind
    title: str
    body: str
    size: int
    about_on: date
    added_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class GoalEventLine:
    """One line of a goal's history."""

    act: GoalAct
    state: GoalState
    note: str
    waits_for: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class GoalPage:
    """A goal with its evidence and history; ``acts`` are the moves that the reader can make now.

    ``signer`` accepts or returns it: the manager, or the hire where the goal is the manager's own.
    """

    plan_id: UUID
    plan: str
    hire: Who
    signer: Who
    milestone: str
    due_on: date
    zone: str
    proof: tuple[str, ...]
    goal: GoalLine
    evidence: tuple[EvidenceLine, ...]
    history: tuple[GoalEventLine, ...]
    acts: frozenset[GoalAct]
    granted: frozenset[Permission]


_OFFERED = (Permission.PLAN_OPEN, Permission.PLAN_EDIT, Permission.GOAL_WORK, Permission.GOAL_UNBLOCK)


def page(session: Session, actor: ActorFacts, goal_id: UUID, allowed: Mapping[GoalAct, Permission]) -> GoalPage:
    """A goal's page, in four queries; ``allowed`` says which permission each move needs."""
    facts = found(goal_facts(session, actor, goal_id))
    require(actor, Permission.GOAL_SEE, facts)
    row = session.execute(_row(goal_id)).one()
    line = goal_line(row)
    hire, manager = Who(row.hire_id, row.hire), Who(row.manager_id, row.manager)
    open_now = row.settled is None
    return GoalPage(
        plan_id=facts.plan_id,
        plan=row.plan,
        hire=hire,
        signer=hire if line.owner.person_id == manager.person_id else manager,
        milestone=row.title,
        due_on=row.due_on,
        zone=row.zone,
        proof=tuple(row.evidence.splitlines()),
        goal=line,
        evidence=_evidence(session, goal_id),
        history=_goal_history(session, goal_id),
        acts=frozenset(act for act in acts_from(line.state) if open_now and allow(actor, allowed[act], facts).granted),
        granted=frozenset(one for one in _OFFERED if allow(actor, one, facts).granted),
    )


def _row(goal_id: UUID) -> Select[*tuple[Any, ...]]:
    hire, manager = aliased(Person), aliased(Person)
    of_goal = select(Goal.milestone_id).where(Goal.id == goal_id).scalar_subquery()
    return (
        goal_rows(PlanMilestone.id == of_goal, Goal.id == goal_id)
        .add_columns(
            Plan.title.label("plan"), Plan.zone, Plan.hire_id, hire.name.label("hire"), Plan.manager_id,
            manager.name.label("manager"),
        )
        .join(Plan, Plan.id == PlanMilestone.plan_id)
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
    )  # fmt: skip


def _evidence(session: Session, goal_id: UUID) -> tuple[EvidenceLine, ...]:
    piece = GoalEvidence
    rows = session.execute(
        select(piece.id, piece.kind, piece.title, piece.body, piece.size, piece.about_on, piece.added_at, Person.name)
        .join(Person, Person.id == piece.added_by_id)
        .where(piece.goal_id == goal_id)
        .order_by(piece.added_at, piece.id)
    )
    return tuple(EvidenceLine(*row) for row in rows)


def _goal_history(session: Session, goal_id: UUID) -> tuple[GoalEventLine, ...]:
    by, waited, event = aliased(Person), aliased(Person), GoalEventRow
    rows = session.execute(
        select(event.act, event.state, event.note, func.coalesce(waited.name, ""), event.at, by.name)
        .join(by, by.id == event.by_id)
        .outerjoin(waited, waited.id == event.waits_for_id)
        .where(event.goal_id == goal_id)
        .order_by(event.number.desc())
    )
    return tuple(GoalEventLine(*row) for row in rows)
