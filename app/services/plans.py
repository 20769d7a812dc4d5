"""Onboarding plans: begun from a pinned blueprint version, given to another manager or buddy, and ended.

What a plan holds is copied from the version when it begins, so nothing published later moves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, func, select

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.decision import Outcome
from app.domain.errors import AlreadyDoneError, Fault, InvalidError, NotFoundError
from app.domain.milestone import Calendar
from app.domain.onboarding.due import DAYS_A_WEEK, WorkingDays
from app.domain.onboarding.goal import GoalAct, GoalState
from app.domain.onboarding.plan import EARLIEST_START, LATEST_START, Counting, PartyName, PlanState, RollRule, Schedule
from app.domain.permission import Permission, Role
from app.domain.text import in_words, one_line, text_faults
from app.models.base import new_id
from app.models.blueprint import BlueprintVersion
from app.models.check_in import CheckIn
from app.models.decision import Decision
from app.models.facts import application_facts
from app.models.onboarding import Goal, GoalEventRow, Plan, PlanHoliday, PlanMilestone
from app.models.person import Person, RoleGrant
from app.services import audit, outbox, plan_dates, plan_record, time_zones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.domain.entry import Entry
    from app.domain.milestone import Milestone, Onboarding
    from app.domain.permission import ActorFacts

REASON_LIMIT, TITLE_LIMIT = 2000, 200


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a plan is begun with. ``week`` holds working days, Monday being 0; ``holidays`` are copied into it."""

    hire_id: UUID
    manager_id: UUID
    blueprint_version_id: UUID
    starts_on: date
    zone: str
    buddy_id: UUID | None = None
    application_id: UUID | None = None
    week: frozenset[int] = frozenset(range(5))
    country: str = ""
    roll: RollRule = RollRule.FORWARD
    counting: Counting = Counting.CALENDAR
    extend_for_leave: bool = True
    holidays: tuple[PlanHoliday, ...] = ()

    @property
    def schedule(self) -> Schedule:
        """What its dates would depend on."""
        calendar = Calendar(self.counting.value, self.roll.value, self.extend_for_leave)
        return Schedule(self.starts_on, calendar, WorkingDays(self.week, frozenset(one.day for one in self.holidays)))


def begin(session: Session, actor: ActorFacts, wanted: PlanDraft, *, today: date, now: datetime) -> UUID:
    """Begin a plan and tell the hire, the manager and the buddy; return its id.

    HR may begin anybody's; a manager begins plans of their own reports, and a hiring manager from their own decisions.
    """
    version, onboarding = check(session, actor, wanted, today=today)
    plan = _plan(actor, wanted, version.title, now)
    session.add(plan)
    session.flush()
    _copy(session, actor, plan, onboarding, now=now)
    plan_record.note(session, actor, plan, f"Begun on version {version.number} of {version.title}", now=now)
    payload = {"hire": str(plan.hire_id), "manager": str(plan.manager_id), "blueprint": version.sha256}
    audit.record(session, actor, "plan.begin", f"plan/{plan.id}", now=now, payload=payload)
    _tell(session, actor, plan, now)
    return plan.id


def check(
    session: Session, actor: ActorFacts, wanted: PlanDraft, *, today: date, newcomer: bool = False
) -> tuple[BlueprintVersion, Onboarding]:
    """Refuse what :func:`begin` would refuse, every fault at once; return what the plan would be made from.

    A ``newcomer`` has no account yet, so nothing is said of ``hire_id``.
    """
    _require_begin(session, actor, wanted)
    version = session.get(BlueprintVersion, wanted.blueprint_version_id)
    onboarding = _onboarding(version.body) if version else None
    faults = _parties_faults(session, wanted.hire_id, wanted.manager_id, wanted.buddy_id)
    faults += [] if newcomer else _hire_faults(session, wanted.hire_id)
    _refuse([*faults, *_date_faults(wanted, today), *_version_faults(version, onboarding)])
    if version is None or onboarding is None:
        raise NotFoundError
    return version, onboarding


def reassign(
    session: Session,
    actor: ActorFacts,
    plan_id: UUID,
    *,
    manager_id: UUID,
    buddy_id: UUID | None,
    version: int,
    now: datetime,
) -> None:
    """Give a plan to another manager or buddy: open goals of theirs move along, what they did keeps their name."""
    plan = plan_record.locked(session, actor, plan_id, Permission.PLAN_EDIT, version)
    _refuse(_parties_faults(session, plan.hire_id, manager_id, buddy_id))
    manager, buddy = plan.manager_id, plan.buddy_id
    heirs = {manager: manager_id}
    if buddy is not None:
        heirs[buddy] = buddy_id or plan.hire_id
    _hand_over(session, actor, plan, heirs, now=now)
    plan.manager_id, plan.buddy_id = manager_id, buddy_id
    if manager_id != manager:
        _forget_drafts(session, plan)
        plan_record.note(session, actor, plan, f"Manager is now {_name(session, manager_id)}", now=now)
    if buddy_id != buddy:
        plan_record.note(session, actor, plan, f"Buddy is now {_name(session, buddy_id)}", now=now)
    payload = {"manager": str(manager_id), "buddy": str(buddy_id or "")}
    audit.record(session, actor, "plan.reassign", f"plan/{plan_id}", now=now, payload=payload)
    if manager_id != manager:
        _notify(session, plan, manager_id, "You now manage a first year", now)
    if buddy_id and buddy_id != buddy:
        _notify(session, plan, buddy_id, "You are now a buddy", now)


def _forget_drafts(session: Session, plan: Plan) -> None:
    """Take away what the former manager began to answer and never sealed: it was for nobody's eyes but theirs."""
    of_plan = select(PlanMilestone.id).where(PlanMilestone.plan_id == plan.id)
    unsealed = (CheckIn.party == PartyName.MANAGER, CheckIn.sealed_at.is_(None), CheckIn.milestone_id.in_(of_plan))
    session.execute(delete(CheckIn).where(*unsealed).execution_options(synchronize_session=False))


def end(
    session: Session,
    actor: ActorFacts,
    plan_id: UUID,
    to: PlanState,
    *,
    reason: str,
    today: date,
    version: int,
    now: datetime,
) -> None:
    """Complete a plan whose milestones are all signed, or close it because the person left; its history stays."""
    plan = plan_record.locked(session, actor, plan_id, Permission.PLAN_CLOSE, version)
    if to is PlanState.ACTIVE:
        message = "A plan that has ended stays ended. Begin a new one."
        raise AlreadyDoneError(message)
    if to is PlanState.CLOSED:
        _refuse(text_faults("reason", "why it ends", reason, limit=REASON_LIMIT, required=True))
    if to is PlanState.COMPLETED:
        _refuse(_unsettled_faults(plan))
    plan.state, plan.ended_on, plan.end_reason = to, today, reason.strip()
    plan_record.note(session, actor, plan, to.words, reason=reason, now=now)
    audit.record(session, actor, f"plan.{to.value}", f"plan/{plan_id}", now=now, payload={"reason": reason.strip()})


@lru_cache(maxsize=16)
def _onboarding(body: str) -> Onboarding | None:
    return from_canonical(body).onboarding


def _require_begin(session: Session, actor: ActorFacts, wanted: PlanDraft) -> None:
    facts = found(application_facts(session, actor, wanted.application_id)) if wanted.application_id else None
    if facts is not None:
        # What becomes of an application is told to nobody who may not read its decision.
        require(actor, Permission.DECISION_SEE, facts)
    require(actor, Permission.ONBOARDING_START, facts)
    _refuse(_origin_faults(session, wanted))
    names_anybody = Role.HR_PARTNER in actor.roles or (facts is not None and facts.is_hiring_manager)
    if not names_anybody and wanted.manager_id != actor.person_id:
        _refuse([Fault("manager_id", "You can begin plans of your own reports. Ask an HR partner for another.")])


def _origin_faults(session: Session, wanted: PlanDraft) -> list[Fault]:
    if wanted.application_id is None:
        return []
    last = session.scalar(
        select(Decision.outcome)
        .where(Decision.application_id == wanted.application_id)
        .order_by(Decision.number.desc())
        .limit(1)
    )
    if last is not Outcome.HIRE:
        return [Fault("application_id", "The decision on this application is not to hire.")]
    if session.scalar(select(Plan.id).where(Plan.application_id == wanted.application_id)):
        return [Fault("application_id", "A plan was begun from this decision already.")]
    return []


def _hire_faults(session: Session, hire_id: UUID) -> list[Fault]:
    faults = []
    hire = session.get(Person, hire_id)
    if hire is None or not hire.active:
        faults.append(Fault("hire_id", "Choose somebody with an open account."))
    running = select(Plan.id).where(Plan.hire_id == hire_id, Plan.state == PlanState.ACTIVE)
    if session.scalar(running):
        faults.append(Fault("hire_id", "This person has a running plan. Complete or close that one first."))
    return faults


def _parties_faults(session: Session, hire_id: UUID, manager_id: UUID, buddy_id: UUID | None) -> list[Fault]:
    rows = session.execute(
        select(Person.id, RoleGrant.role)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.id.in_([manager_id, *([buddy_id] if buddy_id else [])]), Person.active.is_(True))
    )
    held = {(row.id, row.role) for row in rows}
    faults = []
    if (manager_id, Role.PEOPLE_MANAGER) not in held:
        faults.append(Fault("manager_id", "Choose somebody who holds the role of people manager."))
    if manager_id == hire_id:
        faults.append(Fault("manager_id", "Nobody manages their own first year. Choose somebody else."))
    if buddy_id is not None and buddy_id not in {person for person, _ in held}:
        faults.append(Fault("buddy_id", "Choose somebody with an open account."))
    if buddy_id is not None and buddy_id in {hire_id, manager_id}:
        faults.append(Fault("buddy_id", "A buddy is neither the new hire nor the manager. Choose somebody else."))
    return faults


def _date_faults(wanted: PlanDraft, today: date) -> list[Fault]:
    faults = []
    if not today - EARLIEST_START <= wanted.starts_on <= today + LATEST_START:
        faults.append(Fault("starts_on", "Choose a start within the last three years or the next two."))
    if not wanted.week or not wanted.week <= frozenset(range(DAYS_A_WEEK)):
        faults.append(Fault("week", "Choose at least one working day."))
    return faults + time_zones.faults(wanted.zone)


def _version_faults(version: BlueprintVersion | None, onboarding: Onboarding | None) -> list[Fault]:
    if version is None:
        return [Fault("blueprint_version_id", "Choose a published blueprint version.")]
    if onboarding is None:
        return [Fault("blueprint_version_id", "This blueprint has no onboarding plan. Choose another version.")]
    return []


def _plan(actor: ActorFacts, wanted: PlanDraft, title: str, now: datetime) -> Plan:
    return Plan(
        id=new_id(), hire_id=wanted.hire_id, manager_id=wanted.manager_id, buddy_id=wanted.buddy_id,
        blueprint_version_id=wanted.blueprint_version_id, application_id=wanted.application_id,
        title=one_line(title)[:TITLE_LIMIT], starts_on=wanted.starts_on, zone=wanted.zone, counting=wanted.counting,
        roll=wanted.roll, extend_for_leave=wanted.extend_for_leave, week="".join(map(str, sorted(wanted.week))),
        country=wanted.country, state=PlanState.ACTIVE, holidays=list(wanted.holidays), created_at=now,
        created_by_id=actor.person_id,
    )  # fmt: skip


def _copy(session: Session, actor: ActorFacts, plan: Plan, onboarding: Onboarding, *, now: datetime) -> None:
    rows = [_milestone(plan, *one) for one in enumerate(onboarding.milestones)]
    goals = [
        _goal(plan, row, milestone, number, now=now)
        for row, milestone in zip(rows, onboarding.milestones, strict=True)
        for number in range(len(milestone.goals))
    ]
    added = [
        GoalEventRow(
            goal_id=goal.id, number=1, act=GoalAct.ADD, state=GoalState.NOT_STARTED, at=now, by_id=actor.person_id
        )
        for goal in goals
    ]  # fmt: skip
    # Nothing in the models says that events follow goals and goals milestones, so each kind is written by itself.
    for kind in (rows, goals, added):
        session.add_all(kind)
        session.flush()


def _milestone(plan: Plan, position: int, milestone: Milestone) -> PlanMilestone:
    row = PlanMilestone(
        id=new_id(), plan_id=plan.id, position=position, key=milestone.id, title=milestone.title,
        offset_months=milestone.offset.months, offset_days=milestone.offset.days,
        opens_months=milestone.review_opens.months, opens_days=milestone.review_opens.days,
        evidence="\n".join(entry.text for entry in milestone.evidence), sign_off=",".join(milestone.sign_off),
    )  # fmt: skip
    plan_dates.derive(row, plan_dates.schedule_of(plan))
    return row


def _goal(plan: Plan, row: PlanMilestone, milestone: Milestone, number: int, *, now: datetime) -> Goal:
    entry = milestone.goals[number]
    return Goal(
        id=new_id(), plan_id=plan.id, milestone_id=row.id, position=number, key=entry.id or f"goal-{number + 1}",
        text=goal_text(entry), asked=goal_text(entry), state=GoalState.NOT_STARTED, since=now,
        owner_id=plan.hire_id if milestone.owner == "hire" else plan.manager_id,
    )  # fmt: skip


def goal_text(entry: Entry) -> str:
    """A goal's text with its items below, a line each, as the plan keeps it."""
    return "\n".join([entry.text, *(f"- {item.text}" for item in entry.items)])


def _hand_over(session: Session, actor: ActorFacts, plan: Plan, heirs: Mapping[UUID, UUID], *, now: datetime) -> None:
    """Give the open goals of each to their heir, all at once: two may change places."""
    open_goals = select(Goal).where(Goal.plan_id == plan.id, Goal.owner_id.in_(heirs)).with_for_update()
    for goal in session.scalars(open_goals).all():
        new = heirs[goal.owner_id]
        if goal.state.settled or new == goal.owner_id:
            continue
        goal.owner_id = new
        number = session.scalar(select(func.max(GoalEventRow.number)).where(GoalEventRow.goal_id == goal.id)) or 0
        session.add(
            GoalEventRow(
                goal_id=goal.id, number=number + 1, act=GoalAct.REASSIGN, state=goal.state, at=now,
                note=f"To {_name(session, new)}", by_id=actor.person_id,
            )
        )  # fmt: skip


def _unsettled_faults(plan: Plan) -> list[Fault]:
    waiting = [milestone.title for milestone in plan.milestones if milestone.settled is None]
    if not waiting:
        return []
    return [Fault("state", f"Not every milestone is signed yet: {', '.join(waiting)}.")]


def _tell(session: Session, actor: ActorFacts, plan: Plan, now: datetime) -> None:
    subjects = {
        plan.hire_id: "Your first year has a plan",
        plan.manager_id: "You manage a new first year",
        **({plan.buddy_id: "You are a buddy"} if plan.buddy_id else {}),
    }
    for person_id, subject in subjects.items():
        if person_id != actor.person_id:
            _notify(session, plan, person_id, subject, now)


def _notify(session: Session, plan: Plan, person_id: UUID, subject: str, now: datetime) -> None:
    body = f"{_name(session, plan.hire_id)}, {plan.title}. The first day is {in_words(plan.starts_on)}."
    outbox.notify(session, person_id, subject=subject, body=body, path=f"/onboarding/{plan.id}", now=now)


def _name(session: Session, person_id: UUID | None) -> str:
    return session.scalar(select(Person.name).where(Person.id == person_id)) or "nobody"


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
