"""When a plan's milestones are due: a new start, leave, holidays and pinned dates, always previewed before applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.access import found, require
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.milestone import Calendar, Offset
from app.domain.onboarding.due import DAYS_A_WEEK, Leave, WorkingDays
from app.domain.onboarding.plan import (
    EARLIEST_START,
    LATEST_START,
    Counting,
    Dated,
    HolidaySource,
    RollRule,
    Schedule,
    Shift,
    review_opens,
    shifts,
)
from app.domain.permission import Permission
from app.domain.text import in_words
from app.models.onboarding import Plan, PlanHoliday, PlanLeave, PlanMilestone
from app.models.plan_facts import plan_facts
from app.services import audit, outbox, plan_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

MOST_LEAVE, MOST_HOLIDAYS = 50, 400


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which nobody works."""

    day: date
    name: str
    source: HolidaySource


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """What somebody wants the schedule to be; everything is given, so nothing changes unseen."""

    starts_on: date
    week: frozenset[int]
    counting: Counting
    roll: RollRule
    extend_for_leave: bool
    leave: tuple[Leave, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    country: str = ""


def schedule_of(plan: Plan) -> Schedule:
    """What the plan's dates depend on now."""
    calendar = Calendar(days=plan.counting.value, roll=plan.roll.value, extend_for_leave=plan.extend_for_leave)
    days = WorkingDays(
        week=frozenset(map(int, plan.week)),
        holidays=frozenset(holiday.day for holiday in plan.holidays),
        leave=tuple(Leave(one.first_day, one.last_day) for one in plan.leave),
    )
    return Schedule(plan.starts_on, calendar, days)


def dated(milestone: PlanMilestone) -> Dated:
    """A milestone as the arithmetic takes it."""
    offset = Offset(milestone.offset_months, milestone.offset_days)
    return Dated(milestone.key, milestone.title, offset, pinned=milestone.pinned, settled=milestone.settled)


def derive(milestone: PlanMilestone, schedule: Schedule) -> None:
    """Write a milestone's dates as the schedule has them; call it for each whenever a schedule has changed."""
    milestone.due_on = dated(milestone).due(schedule.start, schedule.calendar, schedule.days)
    milestone.opens_on = review_opens(milestone.due_on, Offset(milestone.opens_months, milestone.opens_days))


def draft_of(plan: Plan) -> ScheduleDraft:
    """The plan's schedule as a draft to change."""
    schedule = schedule_of(plan)
    return ScheduleDraft(
        starts_on=plan.starts_on, week=schedule.days.week, counting=plan.counting, roll=plan.roll,
        extend_for_leave=plan.extend_for_leave, leave=schedule.days.leave, country=plan.country,
        holidays=tuple(Holiday(one.day, one.name, one.source) for one in plan.holidays),
    )  # fmt: skip


def preview(
    session: Session, actor: ActorFacts, plan_id: UUID, wanted: ScheduleDraft, *, today: date
) -> tuple[Shift, ...]:
    """What a schedule would move and what stays; nothing is changed by asking."""
    require(actor, Permission.PLAN_EDIT, found(plan_facts(session, actor, plan_id)))
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFoundError
    _refuse(_faults(wanted, today))
    return shifts(map(dated, plan.milestones), schedule_of(plan), _schedule(wanted))


def reschedule(
    session: Session,
    actor: ActorFacts,
    plan_id: UUID,
    wanted: ScheduleDraft,
    *,
    today: date,
    version: int,
    now: datetime,
) -> tuple[Shift, ...]:
    """Apply a schedule and return what moved. Nothing is completed or made anew by it; the hire is told."""
    plan = plan_record.locked(session, actor, plan_id, Permission.PLAN_EDIT, version)
    _refuse(_faults(wanted, today))
    moved = shifts(map(dated, plan.milestones), schedule_of(plan), _schedule(wanted))
    _apply(plan, wanted)
    for milestone in plan.milestones:
        derive(milestone, schedule_of(plan))
    words = [f"{one.title}: {in_words(one.before)} to {in_words(one.after)}" for one in moved if one.days]
    what = f"Dates changed. {'; '.join(words)}" if words else "Dates looked at again: nothing moves"
    plan_record.note(session, actor, plan, what, now=now)
    payload = {"start": wanted.starts_on.isoformat(), "moved": "; ".join(words)}
    audit.record(session, actor, "plan.reschedule", f"plan/{plan_id}", now=now, payload=payload)
    if words and plan.hire_id != actor.person_id:
        body = f"{len(words)} of your milestones have new dates."
        path = f"/onboarding/{plan_id}"
        outbox.notify(session, plan.hire_id, subject="Your plan's dates changed", body=body, path=path, now=now)
    return moved


def pin(
    session: Session, actor: ActorFacts, milestone_id: UUID, day: date | None, *, version: int, now: datetime
) -> None:
    """Hold a milestone to a date whatever the start, or let it follow its distance again with ``None``."""
    milestone = session.get(PlanMilestone, milestone_id)
    if milestone is None:
        raise NotFoundError
    plan = plan_record.locked(session, actor, milestone.plan_id, Permission.PLAN_EDIT, version)
    if milestone.settled is not None:
        _refuse([Fault("pinned", "This milestone is signed off, so its date stays.")])
    if day is not None and not plan.starts_on <= day <= plan.starts_on + LATEST_START:
        _refuse([Fault("pinned", "Choose a day from the start on, within two years of it.")])
    milestone.pinned = day
    derive(milestone, schedule_of(plan))
    what = f"{milestone.title} is pinned to {in_words(day)}" if day else f"{milestone.title} follows its distance again"
    plan_record.note(session, actor, plan, what, now=now)
    payload = {"milestone": milestone.key, "pinned": day.isoformat() if day else ""}
    audit.record(session, actor, "plan.pin", f"plan/{plan.id}", now=now, payload=payload)


def _schedule(wanted: ScheduleDraft) -> Schedule:
    calendar = Calendar(wanted.counting.value, wanted.roll.value, wanted.extend_for_leave)
    days = WorkingDays(wanted.week, frozenset(one.day for one in wanted.holidays), wanted.leave)
    return Schedule(wanted.starts_on, calendar, days)


def _apply(plan: Plan, wanted: ScheduleDraft) -> None:
    plan.starts_on, plan.week = wanted.starts_on, "".join(map(str, sorted(wanted.week)))
    plan.counting, plan.roll, plan.extend_for_leave = wanted.counting, wanted.roll, wanted.extend_for_leave
    plan.country = wanted.country
    held = {(one.first_day, one.last_day): one for one in plan.leave}
    plan.leave = [
        held.get((one.first, one.last)) or PlanLeave(first_day=one.first, last_day=one.last) for one in wanted.leave
    ]
    known = {one.day: one for one in plan.holidays}
    plan.holidays = [
        known.get(one.day) or PlanHoliday(day=one.day, name=one.name, source=one.source) for one in wanted.holidays
    ]


def _faults(wanted: ScheduleDraft, today: date) -> list[Fault]:
    faults = []
    if not today - EARLIEST_START <= wanted.starts_on <= today + LATEST_START:
        faults.append(Fault("starts_on", "Choose a start within the last three years or the next two."))
    if not wanted.week or not wanted.week <= frozenset(range(DAYS_A_WEEK)):
        faults.append(Fault("week", "Choose at least one working day."))
    if len(wanted.leave) > MOST_LEAVE:
        faults.append(Fault("leave", f"At most {MOST_LEAVE} periods of leave."))
    if any(one.last - one.first > LATEST_START for one in wanted.leave):
        faults.append(Fault("leave", "A period of leave has at most two years. Close the plan instead."))
    if len(wanted.holidays) > MOST_HOLIDAYS or len({one.day for one in wanted.holidays}) < len(wanted.holidays):
        faults.append(Fault("holidays", f"At most {MOST_HOLIDAYS} holidays, each day once."))
    return faults


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
