"""Calibration sessions while they are prepared: who sits in them, who chairs, and what is taken in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, exists, func, literal, or_, select

from app.domain.access import found, require
from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.cycle import Answerer
from app.domain.permission import Permission
from app.domain.text import one_line, text_faults
from app.models.assessment import Assessment
from app.models.assessment_facts import sealed
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember, Conflict
from app.models.calibration_facts import about, calibration_facts, conflicted, item_facts, items, own_report
from app.models.person import Person
from app.models.promotion import PromotionCase
from app.services import audit, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.growth.facts import CalibrationFacts, ItemFacts
    from app.domain.permission import ActorFacts

TITLE_LIMIT, SHORTEST, LONGEST, MOST_MEMBERS, MOST_ITEMS = 200, 1, 120, 30, 100
STALE = "Somebody changed this meanwhile. Load the page again and repeat your change."
_DECLARED = "A member has declared a conflict over this, which stays on record, so it stays in the session."
_OWN = "What is about you is taken in and taken out by somebody else."
OWN_JUDGES = "Something in this session is about you, so who sits in it is for the chair or another HR partner to say."


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a session is to be; the chair is a member, whether named among them or not."""

    title: str
    chair_id: UUID
    minutes_each: int
    member_ids: tuple[UUID, ...]

    @property
    def people(self) -> tuple[UUID, ...]:
        """Everybody who sits in it, the chair first, each once."""
        return tuple(dict.fromkeys((self.chair_id, *self.member_ids)))


def begin(session: Session, actor: ActorFacts, wanted: Sitting, *, now: datetime) -> UUID:
    """Make a session that is prepared next, and return its id."""
    require(actor, Permission.CALIBRATION_OPEN)
    refuse(_faults(session, wanted))
    calibration = Calibration(
        title=one_line(wanted.title), chair_id=wanted.chair_id, minutes_each=wanted.minutes_each,
        created_at=now, created_by_id=actor.person_id,
    )  # fmt: skip
    session.add(calibration)
    session.flush()
    session.add_all(CalibrationMember(calibration_id=calibration.id, person_id=one) for one in wanted.people)
    session.flush()
    _record(session, actor, calibration, wanted, "calibration.begin", now=now)
    if wanted.chair_id != actor.person_id:
        tell_chair(session, calibration, now)
    return calibration.id


def edit(
    session: Session, actor: ActorFacts, calibration_id: UUID, wanted: Sitting, *, version: int, now: datetime
) -> None:
    """Change title, time, chair and members while nobody votes yet; nobody chooses who judges what is about them."""
    calibration, _ = locked(session, actor, calibration_id, Permission.CALIBRATION_PREPARE)
    if session.scalar(
        select(exists(items(literal(1)).where(Calibration.id == calibration_id, about == actor.person_id)))
    ):
        raise NotAllowedError(OWN_JUDGES)
    if calibration.version != version:
        raise ConflictError(STALE, current_version=calibration.version)
    refuse([*_faults(session, wanted), *_chair_faults(session, calibration_id, wanted.chair_id)])
    before = calibration.chair_id
    calibration.title, calibration.minutes_each = one_line(wanted.title), wanted.minutes_each
    calibration.chair_id = wanted.chair_id
    session.execute(delete(CalibrationMember).where(CalibrationMember.calibration_id == calibration_id))
    session.add_all(CalibrationMember(calibration_id=calibration_id, person_id=one) for one in wanted.people)
    session.flush()
    _record(session, actor, calibration, wanted, "calibration.edit", now=now)
    if wanted.chair_id not in {before, actor.person_id}:
        tell_chair(session, calibration, now)


def take_in(
    session: Session,
    actor: ActorFacts,
    calibration_id: UUID,
    *,
    case_ids: Collection[UUID] = (),
    assessment_ids: Collection[UUID] = (),
    now: datetime,
) -> int:
    """Take in cases that were handed in, and assessments that both sides have sealed; return how many.

    Each is in one open session only. What is about the chair, or about somebody whom the chair manages, is refused:
    nobody could conclude it.
    """
    calibration, _ = locked(session, actor, calibration_id, Permission.CALIBRATION_PREPARE)
    # Cases and assessments are locked, so that two sessions do not both find one free.
    cases = session.scalars(select(PromotionCase).where(PromotionCase.id.in_(case_ids)).with_for_update()).all()
    rated = session.scalars(select(Assessment).where(Assessment.id.in_(assessment_ids)).with_for_update()).all()
    if not cases and not rated:
        raise InvalidError((Fault("", "Tick at least one case or assessment."),))
    if len(cases) != len(set(case_ids)) or len(rated) != len(set(assessment_ids)):
        raise NotFoundError
    if actor.person_id in {case.person_id for case in cases} | {one.person_id for one in rated}:
        raise NotAllowedError(_OWN)
    _require_free(session, cases, rated)
    added = [
        *(CalibrationItem(case_id=one.id) for one in sorted(cases, key=lambda case: str(case.id))),
        *(CalibrationItem(assessment_id=one.id) for one in sorted(rated, key=lambda one: str(one.id))),
    ]
    _add(session, calibration, added)
    refuse(_chair_faults(session, calibration_id, calibration.chair_id))
    payload = {"cases": sorted(map(str, case_ids)), "assessments": sorted(map(str, assessment_ids))}
    audit.record(session, actor, "calibration.take_in", f"calibration/{calibration_id}", now=now, payload=payload)
    return len(added)


def take_out(session: Session, actor: ActorFacts, item_id: UUID, *, now: datetime) -> UUID:
    """Take an item out again while nobody votes yet; return the session's id."""
    calibration, _, facts = locked_item(session, actor, item_id, Permission.CALIBRATION_PREPARE)
    if facts.is_person:
        raise NotAllowedError(_OWN)
    if session.scalar(select(exists().where(Conflict.item_id == item_id))):
        raise ConflictError(_DECLARED)
    item = session.get_one(CalibrationItem, item_id)
    payload = {"case": str(item.case_id or ""), "assessment": str(item.assessment_id or "")}
    session.delete(item)
    session.flush()
    audit.record(session, actor, "calibration.take_out", f"calibration/{calibration.id}", now=now, payload=payload)
    return calibration.id


def hand_over(session: Session, actor: ActorFacts, calibration_id: UUID, member_id: UUID, *, now: datetime) -> None:
    """Let another member chair, who may be in conflict over nothing that is taken in."""
    calibration, _ = locked(session, actor, calibration_id, Permission.CALIBRATION_RUN)
    if session.get(CalibrationMember, (calibration_id, member_id)) is None:
        raise InvalidError((Fault("member_id", "Choose a member of this session."),))
    refuse([Fault("member_id", one.message) for one in _chair_faults(session, calibration_id, member_id, noted=True)])
    calibration.chair_id = member_id
    session.flush()
    payload = {"chair": str(member_id)}
    audit.record(session, actor, "calibration.hand_over", f"calibration/{calibration_id}", now=now, payload=payload)
    tell_chair(session, calibration, now)


def locked(
    session: Session, actor: ActorFacts, calibration_id: UUID, permission: Permission
) -> tuple[Calibration, CalibrationFacts]:
    """The session with its row locked, for somebody who holds the permission on it."""
    calibration = session.get(Calibration, calibration_id, with_for_update=True, populate_existing=True)
    facts = found(calibration_facts(session, actor, calibration_id))
    require(actor, permission, facts)
    if calibration is None:
        raise NotFoundError
    return calibration, facts


def locked_item(
    session: Session, actor: ActorFacts, item_id: UUID, permission: Permission
) -> tuple[Calibration, CalibrationItem, ItemFacts]:
    """An item with its session's row locked, for somebody who holds the permission on it."""
    calibration_id = session.scalar(select(CalibrationItem.calibration_id).where(CalibrationItem.id == item_id))
    calibration = (
        session.get(Calibration, calibration_id, with_for_update=True, populate_existing=True)
        if calibration_id
        else None
    )
    facts = found(item_facts(session, actor, item_id))
    require(actor, permission, facts)
    item = session.get(CalibrationItem, item_id, populate_existing=True)
    if calibration is None or item is None:
        raise NotFoundError
    return calibration, item, facts


def refuse(faults: Sequence[Fault]) -> None:
    """Raise when there is anything wrong."""
    if faults:
        raise InvalidError(tuple(faults))


def tell_chair(session: Session, calibration: Calibration, now: datetime) -> None:
    """Tell the chair that the session is theirs."""
    outbox.notify(
        session, calibration.chair_id, subject=f"You chair a calibration: {calibration.title}",
        body="Look at who sits in it and at what is taken in, then ask for the votes.",
        path=f"/calibrations/{calibration.id}", now=now,
    )  # fmt: skip


def _faults(session: Session, wanted: Sitting) -> list[Fault]:
    faults = list(text_faults("title", "a title", wanted.title, limit=TITLE_LIMIT, required=True))
    if not SHORTEST <= wanted.minutes_each <= LONGEST:
        faults.append(Fault("minutes_each", f"Give each item {SHORTEST} to {LONGEST} minutes."))
    if len(wanted.people) > MOST_MEMBERS:
        faults.append(Fault("member_ids", f"At most {MOST_MEMBERS} people sit in a session; these are more."))
    known = select(func.count()).select_from(Person).where(Person.id.in_(wanted.people), Person.active.is_(True))
    if session.scalar(known) != len(wanted.people):
        faults.append(Fault("member_ids", "Somebody chosen here has no open account. Load the page again."))
    return faults


def _chair_faults(session: Session, calibration_id: UUID, chair_id: UUID, *, noted: bool = False) -> list[Fault]:
    """Items that this chair could not conclude: about themselves, about a report of theirs, or declared."""
    chair = literal(chair_id)
    bound: ColumnElement[bool] = conflicted(chair) if noted else or_(about == chair, own_report(chair))
    rows = session.execute(
        items(Person.name).join(Person, Person.id == about).where(Calibration.id == calibration_id, bound)
    )
    names = ", ".join(sorted(row.name for row in rows))
    message = f"Whoever chairs has to be free of conflicts, and is not over: {names}. Choose another chair."
    return [Fault("chair_id", message)] if names else []


def _require_free(session: Session, cases: Sequence[PromotionCase], rated: Sequence[Assessment]) -> None:
    if any(case.state is not CaseState.SUBMITTED for case in cases):
        raise InvalidError((Fault("case_ids", "A case here is not handed in, or is decided. Load the page again."),))
    ids = [one.id for one in rated]
    both = select(func.count()).select_from(Assessment).where(
        Assessment.id.in_(ids), Assessment.left_at.is_(None), sealed(Answerer.SELF), sealed(Answerer.MANAGER)
    )  # fmt: skip
    if ids and session.scalar(both) != len(ids):
        message = "An assessment here still waits for an answer of the person or the manager, or was taken out."
        raise InvalidError((Fault("assessment_ids", message),))
    taken = items(literal(1)).where(
        Calibration.state != CalibrationState.LOCKED,
        or_(CalibrationItem.case_id.in_([one.id for one in cases]), CalibrationItem.assessment_id.in_(ids)),
    )
    if session.scalar(select(exists(taken))):
        raise InvalidError((Fault("", "One of these is in a session already. Load the page again."),))


def _add(session: Session, calibration: Calibration, added: Sequence[CalibrationItem]) -> None:
    of_session = CalibrationItem.calibration_id == calibration.id
    number, last = session.execute(
        select(func.count(), func.coalesce(func.max(CalibrationItem.position), -1)).where(of_session)
    ).one()
    if number + len(added) > MOST_ITEMS:
        message = f"A session holds at most {MOST_ITEMS} items; with these it would be {number + len(added)}."
        raise InvalidError((Fault("", message),))
    for place, item in enumerate(added, last + 1):
        item.calibration_id, item.position = calibration.id, place
    session.add_all(added)
    session.flush()


def _record(
    session: Session, actor: ActorFacts, calibration: Calibration, wanted: Sitting, act: str, *, now: datetime
) -> None:
    payload = {
        "title": calibration.title,
        "chair": str(wanted.chair_id),
        "minutes_each": wanted.minutes_each,
        "members": sorted(map(str, wanted.people)),
    }
    audit.record(session, actor, act, f"calibration/{calibration.id}", now=now, payload=payload)
