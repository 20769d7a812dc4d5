"""Reminders of first years and of the ladder: one digest a day at most, in the recipient's own working hours.

Each person is looked at once a day, in one transaction that also claims the day and keeps what is told, so that neither
a second worker nor a restart tells anything twice. The digest leaves through the outbox like any other notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, exists, literal, or_, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from app.domain import digest
from app.domain.access import require
from app.domain.errors import UnavailableError
from app.domain.growth.duty import GrowthDuty
from app.domain.onboarding.due import Leave, WorkingDays
from app.domain.onboarding.duty import Asked
from app.domain.onboarding.plan import PlanState
from app.domain.permission import Permission, Role
from app.domain.reminding import GRACE, WEEK, Cause, Reminder, in_hours, occasion
from app.models import assessment_asks, first_year, growth_asks
from app.models.asking import ASKING
from app.models.engine import reading, writing
from app.models.onboarding import Goal, Plan, PlanHoliday, PlanLeave
from app.models.person import Person, RoleGrant
from app.models.reminder import Look, ReminderRow, SoonOff
from app.services import audit, outbox

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Engine, Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PEOPLE_A_ROUND = 200
"""So many are looked at before mail goes out: a round stays short, and the next one is seconds away."""
_KEPT = timedelta(days=30)
_WEEKDAYS = WorkingDays(frozenset(range(5)), frozenset())
"""For what belongs to no plan, and so to no calendar of its own."""
_GROWTH = frozenset(duty.value for duty in GrowthDuty)


@dataclass(frozen=True, slots=True)
class _Recipient:
    """Somebody who is at work now, and the day that it is for them."""

    person_id: UUID
    zone: ZoneInfo
    today: date


def remind(engine: Engine, *, now: datetime) -> int:
    """Write the digests that are due, and return how many; :class:`UnavailableError` when the database is away."""
    try:
        with reading(engine) as session:
            people = list(_to_look_at(session, now))
        written = 0
        for person in people:
            with writing(engine) as session:
                written += _look(session, person, now)
    except OperationalError as error:
        message = f"the database did not answer ({type(error.orig).__name__}); reminders wait for the next round"
        raise UnavailableError(message) from error
    return written


def wants_soon(session: Session, person_id: UUID) -> bool:
    """Whether a person is reminded of what is only due soon."""
    return session.get(SoonOff, person_id) is None


def want_soon(session: Session, actor: ActorFacts, *, wanted: bool, now: datetime) -> None:
    """Switch one's own reminders of what is only due soon; what is late or waits for one is told in any case."""
    require(actor, Permission.ACCOUNT_KEEP)
    if wanted == wants_soon(session, actor.person_id):
        return
    if wanted:
        session.execute(delete(SoonOff).where(SoonOff.person_id == actor.person_id))
    else:
        session.add(SoonOff(person_id=actor.person_id, since=now))
    audit.record(session, actor, "person.reminders", f"user/{actor.person_id}", now=now)


def _to_look_at(session: Session, now: datetime) -> Iterator[_Recipient]:
    """Up to ``PEOPLE_A_ROUND`` people with a part in a plan or on the ladder, at work and not looked at today."""
    left = PEOPLE_A_ROUND
    for name in session.scalars(select(Person.zone).where(Person.active.is_(True)).distinct().order_by(Person.zone)):
        zone = ZoneInfo(name)
        local = now.astimezone(zone)
        if left <= 0 or not in_hours(local):
            continue
        looked = exists(select(literal(1)).where(Look.person_id == Person.id, Look.day == local.date()))
        found = session.scalars(
            select(Person.id)
            .where(Person.active.is_(True), Person.zone == name, ~looked, _takes_part())
            .order_by(Person.id)
            .limit(left)
        ).all()
        left -= len(found)
        yield from (_Recipient(person_id, zone, local.date()) for person_id in found)


@cache
def _takes_part() -> Any:  # noqa: ANN401  a criterion on Person
    running = Plan.state == PlanState.ACTIVE
    party = or_(Plan.hire_id == Person.id, Plan.manager_id == Person.id)
    goals = select(literal(1)).select_from(Goal).join(Plan, Plan.id == Goal.plan_id)
    return or_(
        exists(select(literal(1)).where(running, party)),
        exists(goals.where(running, Goal.owner_id == Person.id)),
        exists(goals.where(running, Goal.waits_for_id == Person.id)),
        growth_asks.takes_part(),
        exists(select(literal(1)).where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.HR_PARTNER)),
    )


def _look(session: Session, person: _Recipient, now: datetime) -> bool:
    """Look at one person's duties; return whether a digest was written. False when another worker was first."""
    if not _claim(session, person):
        return False
    session.execute(delete(Look).where(Look.person_id == person.person_id, Look.day < person.today - _KEPT))
    told: list[tuple[Cause, Reminder]] = []
    for target, why, asked in _news(session, person, now):
        session.add(ReminderRow(person_id=person.person_id, target=target, occasion=why.key, told_at=now))
        told.append((why.cause, asked))
    if told:
        subject, body = digest.subject(told), digest.body(told)
        outbox.notify(session, person.person_id, subject=subject, body=body, path="/", now=now)
    return bool(told)


def _claim(session: Session, person: _Recipient) -> bool:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    claimed = session.execute(
        insert(Look).values(person_id=person.person_id, day=person.today).on_conflict_do_nothing().returning(Look.day)
    )
    return claimed.scalar_one_or_none() is not None


def _news(session: Session, person: _Recipient, now: datetime) -> Iterator[tuple[UUID, Any, Reminder]]:
    """What is to be told today and was not told before: what it is about, why, and the thing itself."""
    # A check-in is open by the plan's own day, as its page has it: an invitation must not lead to a closed door.
    on = first_year.on_day(person.today, now, late=person.today - GRACE)
    rows = session.execute(_asked(), {"asking_person": person.person_id, **on}).all()
    days = _calendars(session, person, {row.interview for row in rows})
    kept = select(ReminderRow.target, ReminderRow.occasion).where(ReminderRow.person_id == person.person_id)
    told = {(target, key) for target, key in session.execute(kept)}
    soon = wants_soon(session, person.person_id)
    for row in rows:
        asked = _reminder(row, person.zone)
        why = occasion(asked, person.today, days.get(row.interview, _WEEKDAYS))
        if why is None or (row.target, why.key) in told or (why.cause is Cause.SOON and not soon):
            continue
        told.add((row.target, why.key))
        yield row.target, why, asked


@cache
def _asked() -> CompoundSelect[*tuple[Any, ...]]:
    person = ASKING.person_id
    partner = exists(select(literal(1)).where(RoleGrant.person_id == person, RoleGrant.role == Role.HR_PARTNER))
    asks = (*first_year.asks(person), *growth_asks.asks(person))
    own = [ask.add_columns(literal("").label("doer"), literal(0).label("escalated")) for ask in asks]
    late = [
        *first_year.asks_of_others(person),
        *(ask.where(partner) for ask in first_year.asks_of_managers(person)),
        assessment_asks.late_for(person).where(partner).add_columns(literal("").label("doer")),
    ]
    return union_all(*own, *(ask.add_columns(literal(1).label("escalated")) for ask in late))


def _reminder(row: Row[Any], zone: ZoneInfo) -> Reminder:
    since = row.since.astimezone(zone).date() if row.since else row.opens_on
    if row.kind in _GROWTH:
        return Reminder(
            asked=GrowthDuty(row.kind), what=row.what, milestone=row.requisition, hire=row.candidate,
            due_on=row.due_on or since, opens_on=since, since=since, escalated=bool(row.escalated),
        )  # fmt: skip
    return Reminder(
        asked=Asked(row.kind), what=row.what, milestone=row.requisition, hire=row.candidate, due_on=row.due_on,
        opens_on=row.opens_on, since=since, escalated=bool(row.escalated), doer=row.doer or "",
    )  # fmt: skip


def _calendars(session: Session, person: _Recipient, plan_ids: Iterable[UUID]) -> dict[UUID, WorkingDays]:
    """Each plan's working days around today; its leave counts for the hire only, the others are at work."""
    first, last = person.today, person.today + WEEK
    plans = session.execute(select(Plan.id, Plan.week).where(Plan.id.in_(plan_ids))).all()
    holidays: dict[UUID, set[date]] = {}
    for plan_id, day in session.execute(
        select(PlanHoliday.plan_id, PlanHoliday.day).where(
            PlanHoliday.plan_id.in_(plan_ids), PlanHoliday.day.between(first, last)
        )
    ):
        holidays.setdefault(plan_id, set()).add(day)
    leave: dict[UUID, list[Leave]] = {}
    for plan_id, begins, ends in session.execute(
        select(PlanLeave.plan_id, PlanLeave.first_day, PlanLeave.last_day)
        .join(Plan, and_(Plan.id == PlanLeave.plan_id, Plan.hire_id == person.person_id))
        .where(PlanLeave.plan_id.in_(plan_ids), PlanLeave.last_day >= first, PlanLeave.first_day <= last)
    ):
        leave.setdefault(plan_id, []).append(Leave(begins, ends))
    return {
        plan_id: WorkingDays(
            frozenset(map(int, week)), frozenset(holidays.get(plan_id, ())), tuple(leave.get(plan_id, ()))
        )
        for plan_id, week in plans
    }
