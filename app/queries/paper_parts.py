"""The facts that the printed documents of a first year share, each in one query; the callers have checked who reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import literal, select, true
from sqlalchemy.orm import aliased

from app.domain.debrief import BlueprintStamp
from app.domain.milestone import Offset
from app.domain.onboarding.documents import Happening, Piece, PrintedGoal, PrintedMilestone, Signed, YearHead
from app.domain.onboarding.goal import GoalAct, GoalState
from app.domain.onboarding.plan import PartyName
from app.models.blueprint import BlueprintVersion
from app.models.onboarding import (
    Goal,
    GoalEventRow,
    GoalEvidence,
    Plan,
    PlanEvent,
    PlanHoliday,
    PlanLeave,
    PlanMilestone,
    Signature,
)
from app.models.person import Installation, Person
from app.queries.plan_page import goal_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class GoalHappening:
    """A line of a goal's history with what the goal's own words are taken from."""

    goal_id: UUID
    act: GoalAct
    state: GoalState
    note: str
    waits_for: str
    at: datetime
    by: str
    text: str


def head(session: Session, plan_id: UUID) -> tuple[YearHead, Row[*tuple[Any, ...]]]:
    """Whose plan it is, and the row with its schedule and the company's name."""
    hire, manager, buddy = aliased(Person), aliased(Person), aliased(Person)
    company = select(Installation.company).limit(1).scalar_subquery()
    row = session.execute(
        select(
            hire.name.label("hire"), manager.name.label("manager"), buddy.name.label("buddy"), Plan.hire_id,
            Plan.manager_id, Plan.title, BlueprintVersion.role, BlueprintVersion.title.label("role_title"),
            BlueprintVersion.number, BlueprintVersion.sha256, Plan.starts_on, Plan.zone, Plan.state, Plan.created_at,
            Plan.ended_on, Plan.end_reason, Plan.counting, Plan.roll, Plan.extend_for_leave, Plan.week,
            company.label("company"),
        )
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .outerjoin(buddy, buddy.id == Plan.buddy_id)
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .where(Plan.id == plan_id)
    ).one()  # fmt: skip
    stamp = BlueprintStamp(row.role, row.role_title, row.number, row.sha256)
    whose = YearHead(
        row.hire, row.manager, row.buddy or "", row.title, stamp, row.starts_on, row.zone, row.state, row.created_at,
        row.ended_on, row.end_reason,
    )  # fmt: skip
    return whose, row


def milestones(
    session: Session, whose: Row[*tuple[Any, ...]], wanted: ColumnElement[bool], happened: Sequence[GoalHappening]
) -> tuple[PrintedMilestone, ...]:
    """Milestones with their goals, evidence and signatures, in three queries; ``happened`` is oldest first."""
    part = PlanMilestone
    rows = session.execute(
        goal_rows(wanted, true()).add_columns(part.offset_months, part.offset_days, Goal.waits_for_id)
    ).all()
    pieces, signed = _pieces(session, wanted), _signatures(session, wanted)
    last = {one.goal_id: one for one in happened if one.act in _REASONED}

    def goal(row: Row[*tuple[Any, ...]]) -> PrintedGoal:
        reasoned = last.get(row.id)
        return PrintedGoal(
            text=row.text,
            owner=row.name,
            signer=whose.hire if row.owner_id == whose.manager_id else whose.manager,
            state=row.state,
            since=row.since,
            asked=row.asked if row.asked != row.text else "",
            reason=reasoned.note if reasoned and reasoned.state is row.state else "",
            blocked_by=row.blocked_by,
            waits_for=row.waits_for or "",
            evidence=tuple(pieces.get(row.id, ())),
        )

    return tuple(
        _milestone(held := list(group), [goal(row) for row in held if row.id is not None], signed.get(key, []))
        for key, group in groupby(rows, key=lambda row: row.milestone_id)
    )


def goal_happenings(session: Session, wanted: ColumnElement[bool]) -> tuple[GoalHappening, ...]:
    """What happened to the goals of the milestones that are wanted, oldest first."""
    by, waited, event = aliased(Person), aliased(Person), GoalEventRow
    rows = session.execute(
        select(event.goal_id, event.act, event.state, event.note, waited.name, event.at, by.name, Goal.text)
        .join(Goal, Goal.id == event.goal_id)
        .join(PlanMilestone, PlanMilestone.id == Goal.milestone_id)
        .join(by, by.id == event.by_id)
        .outerjoin(waited, waited.id == event.waits_for_id)
        .where(wanted)
        .order_by(event.at, Goal.position, event.number)
    )
    return tuple(GoalHappening(*row[:4], row[4] or "", *row[5:]) for row in rows)


def told(happened: Sequence[GoalHappening], begun_at: datetime) -> list[Happening]:
    """The history of goals as it is printed; those that came with the plan need no line each."""
    return [
        Happening(one.at, one.by, one.act.words, one.text, _noted(one))
        for one in happened
        if one.act is not GoalAct.ADD or one.at != begun_at
    ]


def plan_happenings(session: Session, plan_id: UUID) -> list[Happening]:
    """What happened to the plan as a whole, oldest first; signatures are among it."""
    rows = session.execute(
        select(PlanEvent.at, Person.name, PlanEvent.what, PlanEvent.reason)
        .join(Person, Person.id == PlanEvent.by_id)
        .where(PlanEvent.plan_id == plan_id)
        .order_by(PlanEvent.number)
    )
    return [Happening(at, by, what, note=reason) for at, by, what, reason in rows]


def free_days(session: Session, plan_id: UUID) -> tuple[list[tuple[date, date]], dict[date, str]]:
    """The plan's leave, as first and last days, and its holidays by day with their names; one query."""
    leave = select(PlanLeave.first_day, PlanLeave.last_day, literal("").label("name"), literal(1).label("is_leave"))
    holidays = select(PlanHoliday.day, PlanHoliday.day, PlanHoliday.name, literal(0))
    both = leave.where(PlanLeave.plan_id == plan_id).union_all(holidays.where(PlanHoliday.plan_id == plan_id))
    off: list[tuple[date, date]] = []
    named: dict[date, str] = {}
    for first, last, name, is_leave in session.execute(both):
        if is_leave:
            off.append((first, last))
        else:
            named[first] = name
    return sorted(off), dict(sorted(named.items()))


_REASONED = {GoalAct.WAIVE, GoalAct.RETURN}


def _noted(one: GoalHappening) -> str:
    waits = f"Waits for {one.waits_for}." if one.waits_for else ""
    return "\n".join(part for part in (one.note, waits) if part)


def _milestone(
    rows: Sequence[Row[*tuple[Any, ...]]], goals: Sequence[PrintedGoal], signatures: Sequence[Signed]
) -> PrintedMilestone:
    row = rows[0]
    return PrintedMilestone(
        title=row.title,
        offset=Offset(row.offset_months, row.offset_days),
        due_on=row.due_on,
        opens_on=row.opens_on,
        proof=tuple(row.evidence.splitlines()),
        goals=tuple(goals),
        sign_off=tuple(PartyName(name) for name in row.sign_off.split(",") if name),
        signatures=tuple(signatures),
        pinned=row.pinned,
        settled=row.settled is not None,
    )


def _pieces(session: Session, wanted: ColumnElement[bool]) -> Mapping[UUID, list[Piece]]:
    piece = GoalEvidence
    rows = session.execute(
        select(
            piece.goal_id, piece.kind, piece.title, piece.body, piece.size, piece.about_on, piece.added_at, Person.name
        )
        .join(Person, Person.id == piece.added_by_id)
        .join(Goal, Goal.id == piece.goal_id)
        .join(PlanMilestone, PlanMilestone.id == Goal.milestone_id)
        .where(wanted)
        .order_by(piece.added_at, piece.id)
    )
    held: dict[UUID, list[Piece]] = {}
    for row in rows:
        held.setdefault(row.goal_id, []).append(Piece(*row[1:]))
    return held


def _signatures(session: Session, wanted: ColumnElement[bool]) -> Mapping[UUID, list[Signed]]:
    rows = session.execute(
        select(Signature.milestone_id, Signature.party, Person.name, Signature.signed_at)
        .join(Person, Person.id == Signature.person_id)
        .join(PlanMilestone, PlanMilestone.id == Signature.milestone_id)
        .where(wanted)
        .order_by(Signature.signed_at, Signature.party)
    )
    held: dict[UUID, list[Signed]] = {}
    for row in rows:
        held.setdefault(row.milestone_id, []).append(Signed(*row[1:]))
    return held
