"""Assessment cycles: opened for many people at once on a version that stays, extended with a reason, and closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, insert, or_, select

from app.domain.access import require
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.permission import Permission
from app.domain.text import in_words, one_line, text_faults
from app.models.assessment import Assessment, AssessmentEvent, Cycle, Sheet
from app.models.base import new_id
from app.models.blueprint import BlueprintVersion
from app.models.cycle_facts import in_cycle, other_partners
from app.models.ladder import Reporting
from app.models.person import Person
from app.services import audit, cycle_people, outbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.services.cycle_people import Member

TITLE_LIMIT, REASON_LIMIT = 200, 2000
LONGEST = timedelta(days=366)
"""How far ahead a date may lie."""


@dataclass(frozen=True, slots=True)
class CycleDraft:
    """What a cycle is opened with. ``people`` maps each person to a manager, or to ``None`` for whom they report to."""

    title: str
    blueprint_version_id: UUID
    due_on: date
    people: Mapping[UUID, UUID | None]
    with_peers: bool = False


def open_cycle(session: Session, actor: ActorFacts, wanted: CycleDraft, *, today: date, now: datetime) -> UUID:
    """Open a cycle for all of these people or for none; return its id. Everybody is told once.

    Each gets an assessment with two empty sheets, their own and their manager's.
    """
    require(actor, Permission.CYCLE_KEEP)
    version = session.get(BlueprintVersion, wanted.blueprint_version_id)
    members = cycle_people.members(session, wanted.people, wanted.blueprint_version_id, today=today)
    refuse([*_faults(wanted, version, members, today), *_own_faults(session, actor, wanted.people)])
    cycle = Cycle(
        title=one_line(wanted.title), blueprint_version_id=wanted.blueprint_version_id, state=CycleState.OPEN,
        due_on=wanted.due_on, with_peers=wanted.with_peers, opened_at=now, opened_by_id=actor.person_id,
    )  # fmt: skip
    session.add(cycle)
    session.flush()
    _enter(session, actor, cycle, members, now)
    payload = {"title": cycle.title, "people": [str(one.person_id) for one in members]}
    audit.record(session, actor, "cycle.open", f"cycle/{cycle.id}", now=now, payload=payload)
    return cycle.id


def join(
    session: Session,
    actor: ActorFacts,
    cycle_id: UUID,
    people: Mapping[UUID, UUID | None],
    *,
    today: date,
    now: datetime,
) -> None:
    """Take more people into an open cycle, with its own date."""
    cycle = opened(session, actor, cycle_id)
    members = cycle_people.members(session, people, cycle.blueprint_version_id, today=today)
    there = cycle_people.taken_out(session, cycle_id, people)
    refuse([*there, *_people_faults(members), *_own_faults(session, actor, people)])
    _enter(session, actor, cycle, members, now)
    payload = {"people": [str(one.person_id) for one in members]}
    audit.record(session, actor, "cycle.join", f"cycle/{cycle_id}", now=now, payload=payload)


def close(
    session: Session, actor: ActorFacts, cycle_id: UUID, *, version: int, now: datetime, reason: str = ""
) -> None:
    """Close a cycle: nobody answers in it any more, and what it holds stays readable to those who could read it.

    Everybody in it and their managers are told. A partner who is in it says why, where nobody else can close it.
    """
    cycle = opened(session, actor, cycle_id)
    own = _hands(session, actor, cycle_id)
    if own:
        refuse(reason_faults(reason))
    if cycle.version != version:
        message = "Somebody changed this cycle meanwhile. Look at it again before you close it."
        raise ConflictError(message, current_version=cycle.version)
    cycle.state, cycle.closed_at = CycleState.CLOSED, now
    said = {"reason": reason.strip()} if reason.strip() else {}
    audit.record(session, actor, "cycle.close", f"cycle/{cycle_id}", now=now, payload={**said, **own})
    _tell_closed(session, cycle, now)


def postpone(
    session: Session, actor: ActorFacts, cycle_id: UUID, due_on: date, *, reason: str, today: date, now: datetime
) -> None:
    """Give everybody in a cycle until a later day, and say why; whoever already has until later keeps that."""
    cycle = opened(session, actor, cycle_id)
    own = _hands(session, actor, cycle_id)
    refuse([*later_faults(cycle.due_on, due_on, today), *reason_faults(reason)])
    moved = session.scalars(
        select(Assessment)
        .where(Assessment.cycle_id == cycle_id, Assessment.due_on < due_on, Assessment.left_at.is_(None))
        .order_by(Assessment.id)
    ).all()
    numbers = _next_numbers(session, cycle_id)
    rows = [
        _event(
            one.id, numbers.get(one.id, 1), f"Date moved from {in_words(one.due_on)} to {in_words(due_on)}", actor, now
        )
        for one in moved
    ]
    for one in moved:
        one.due_on = due_on
    cycle.due_on = due_on
    session.flush()
    if rows:
        session.execute(insert(AssessmentEvent), [{**row, "reason": reason.strip()} for row in rows])
    _tell_open(session, cycle, now)
    payload = {"due_on": due_on.isoformat(), "reason": reason.strip(), **own}
    audit.record(session, actor, "cycle.postpone", f"cycle/{cycle_id}", now=now, payload=payload)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise :class:`InvalidError` when there is any fault."""
    if faults:
        raise InvalidError(tuple(faults))


def later_faults(before: date, due_on: date, today: date) -> tuple[Fault, ...]:
    """What is wrong with a new date: it is not later, it is over, or it is more than a year ahead."""
    if due_on <= before:
        return (Fault("due_on", f"Choose a day after {in_words(before)}, which is the date now."),)
    return date_faults(due_on, today)


def date_faults(due_on: date, today: date) -> tuple[Fault, ...]:
    """What is wrong with a date by which people are to answer."""
    if due_on <= today:
        return (Fault("due_on", "Choose a day that is still to come."),)
    if due_on > today + LONGEST:
        return (Fault("due_on", "Choose a day within a year."),)
    return ()


def reason_faults(reason: str) -> tuple[Fault, ...]:
    """What is wrong with a reason."""
    return text_faults("reason", "why", reason, limit=REASON_LIMIT, required=True)


def opened(session: Session, actor: ActorFacts, cycle_id: UUID) -> Cycle:
    """An open cycle for whoever keeps cycles, locked; :class:`AlreadyDoneError` once it is closed."""
    require(actor, Permission.CYCLE_KEEP)
    cycle = session.get(Cycle, cycle_id, with_for_update=True)
    if cycle is None:
        raise NotFoundError
    if cycle.state is not CycleState.OPEN:
        message = "This cycle is closed: what it holds stays as it is."
        raise AlreadyDoneError(message)
    return cycle


def _hands(session: Session, actor: ActorFacts, cycle_id: UUID) -> dict[str, object]:
    """Refuse a partner who is in the cycle where another could act; what the audit says where none could."""
    if not in_cycle(session, actor, cycle_id):
        return {}
    others = other_partners(session, cycle_id)
    if others:
        message = f"You are assessed in this cycle, so this is for somebody else to do: {', '.join(others)}."
        raise InvalidError((Fault("", message),))
    return {"about_themselves": True}


def _faults(
    wanted: CycleDraft, version: BlueprintVersion | None, members: Sequence[Member], today: date
) -> list[Fault]:
    faults = [*text_faults("title", "a title", wanted.title, limit=TITLE_LIMIT, required=True)]
    if not cycle_people.has_ladder(version):
        faults.append(Fault("blueprint_version_id", "Choose a blueprint that has a ladder."))
    return [*faults, *date_faults(wanted.due_on, today), *_people_faults(members)]


def _people_faults(members: Sequence[Member]) -> list[Fault]:
    if not members:
        return [Fault("people", "Choose at least one person.")]
    return [Fault("people", f"{one.name}: {one.obstacle}") for one in members if one.obstacle]


def _own_faults(session: Session, actor: ActorFacts, people: Mapping[UUID, UUID | None]) -> list[Fault]:
    """Nobody chooses who assesses them: that is whom they report to."""
    given = people.get(actor.person_id)
    line = session.get(Reporting, actor.person_id) if given else None
    if given is None or (line is not None and line.manager_id == given):
        return []
    return [Fault("people", "Who assesses you is whom you report to. Leave your own manager empty.")]


def _enter(session: Session, actor: ActorFacts, cycle: Cycle, members: Sequence[Member], now: datetime) -> None:
    """Write the assessments of many people in three statements of many rows, and tell everybody."""
    keys = {one.person_id: new_id() for one in members}
    session.execute(
        insert(Assessment),
        [
            {
                "id": keys[one.person_id], "cycle_id": cycle.id, "person_id": one.person_id,
                "manager_id": one.manager_id, "team": one.team, "current_level": one.level, "target_level": "",
                "due_on": cycle.due_on, "version": 1,
            }
            for one in members
        ],
    )  # fmt: skip
    session.execute(
        insert(Sheet),
        [
            {
                "id": new_id(), "assessment_id": keys[one.person_id], "answerer": answerer, "author_id": author_id,
                "words": "", "asked_at": now, "version": 1,
            }
            for one in members
            for answerer, author_id in ((Answerer.SELF, one.person_id), (Answerer.MANAGER, one.manager_id))
        ],
    )  # fmt: skip
    opened = [{**_event(key, 1, "Opened", actor, now), "reason": ""} for key in keys.values()]
    session.execute(insert(AssessmentEvent), opened)
    _tell(session, cycle, members, keys, now)


def _event(assessment_id: UUID, number: int, what: str, actor: ActorFacts, now: datetime) -> dict[str, object]:
    return {
        "id": new_id(), "assessment_id": assessment_id, "number": number, "what": what, "at": now,
        "by_id": actor.person_id,
    }  # fmt: skip


def _next_numbers(session: Session, cycle_id: UUID) -> dict[UUID, int]:
    rows = session.execute(
        select(AssessmentEvent.assessment_id, func.max(AssessmentEvent.number))
        .join(Assessment, Assessment.id == AssessmentEvent.assessment_id)
        .where(Assessment.cycle_id == cycle_id)
        .group_by(AssessmentEvent.assessment_id)
    )
    return {key: last + 1 for key, last in rows}


def _tell(session: Session, cycle: Cycle, members: Iterable[Member], keys: Mapping[UUID, UUID], now: datetime) -> None:
    reports: dict[UUID, list[str]] = {}
    until = f"until {in_words(cycle.due_on)}"
    for one in members:
        reports.setdefault(one.manager_id or one.person_id, []).append(one.name)
        body = (
            f"You are asked to assess yourself on the ladder {until}. Your manager answers apart; both open together."
        )
        path = f"/ladder/assessments/{keys[one.person_id]}"
        outbox.notify(session, one.person_id, subject=f"Assess yourself: {cycle.title}", body=body, path=path, now=now)
    for manager_id, names in reports.items():
        lines = "\n".join(f"- {name}" for name in sorted(names))
        body = f"You are asked to assess these people on the ladder {until}, each on your own:\n{lines}"
        outbox.notify(
            session, manager_id, subject=f"Assess your reports: {cycle.title}", body=body, path="/ladder", now=now
        )


def _tell_open(session: Session, cycle: Cycle, now: datetime) -> None:
    """Tell everybody who still has to answer that there is more time; what somebody else did plays no part in it."""
    waiting = session.scalars(
        select(Person.id)
        .distinct()
        .join(Sheet, Sheet.author_id == Person.id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(
            Assessment.cycle_id == cycle.id,
            Assessment.left_at.is_(None),
            Sheet.sealed_at.is_(None),
            Sheet.declined_at.is_(None),
            Person.active.is_(True),
        )
        .order_by(Person.id)
    )
    subject, body = f"More time: {cycle.title}", f"There is time until {in_words(cycle.due_on)}."
    for person_id in waiting.all():
        outbox.notify(session, person_id, subject=subject, body=body, path="/ladder", now=now)


def _tell_closed(session: Session, cycle: Cycle, now: datetime) -> None:
    """Tell everybody in it and their managers, once each; whose answers are in plays no part in it."""
    told = session.scalars(
        select(Person.id)
        .distinct()
        .join(Assessment, or_(Assessment.person_id == Person.id, Assessment.manager_id == Person.id))
        .where(Assessment.cycle_id == cycle.id, Assessment.left_at.is_(None), Person.active.is_(True))
        .order_by(Person.id)
    )
    body = (
        f"{cycle.title} is closed, so nobody answers in it any more. What both of you had sealed stays open to both; "
        "what only one had sealed stays sealed."
    )
    for person_id in told.all():
        outbox.notify(session, person_id, subject=f"Closed: {cycle.title}", body=body, path="/ladder", now=now)
