"""A calibration session from its votes to its lock: opened, talked through item by item, settled, and told on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, or_, select

from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotYetError
from app.domain.growth.calibration import LEAST_RATERS, CalibrationState, ConflictKind
from app.domain.growth.case import CaseState
from app.domain.growth.voting import TEXT_LIMIT, Vote, settle_faults
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.ballots import standing
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember, Conflict
from app.models.calibration_choices import choices
from app.models.calibration_facts import about, conflicted, items, manager, own_report, voted
from app.models.person import Person
from app.models.promotion import PromotionCase
from app.services import audit, outbox
from app.services.calibrations import STALE, locked, locked_item, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_NOT_OPEN = "Items are talked through and settled while votes lie open, and no longer once the session is locked."


def ask_for_votes(session: Session, actor: ActorFacts, calibration_id: UUID, *, now: datetime) -> None:
    """Let members vote, each on their own; who is in conflict over what is noted before."""
    calibration, _ = locked(session, actor, calibration_id, Permission.CALIBRATION_RUN)
    _require_state(calibration, CalibrationState.PREPARING, "Votes were asked for already.")
    _note_conflicts(session, calibration_id, now)
    refuse(_too_few(session, calibration_id))
    calibration.state, calibration.voting_at = CalibrationState.VOTING, now
    session.flush()
    audit.record(session, actor, "calibration.vote", f"calibration/{calibration_id}", now=now)
    _tell_members(
        session, actor, calibration, "Your votes are asked for", "Read each item and seal your vote.", now=now
    )


def open_votes(session: Session, actor: ActorFacts, calibration_id: UUID, reason: str, *, now: datetime) -> None:
    """Lay the sealed votes open to the members. Without every vote a reason is needed, which stays in the minutes."""
    calibration, _ = locked(session, actor, calibration_id, Permission.CALIBRATION_RUN)
    _require_state(calibration, CalibrationState.VOTING, "Votes lie open already, or are not asked for yet.")
    _note_conflicts(session, calibration_id, now)
    names = _missing(session, calibration_id)
    if names and not reason.strip():
        message = f"Votes are missing of {', '.join(names)}. Wait, or say why you open without them."
        raise InvalidError((Fault("reason", message),))
    refuse(text_faults("reason", "why", reason, limit=TEXT_LIMIT))
    calibration.state, calibration.discussing_at = CalibrationState.DISCUSSING, now
    calibration.opened_without = reason.strip() if names else ""
    session.flush()
    payload = {"without": calibration.opened_without, "missing": list(names)}
    audit.record(session, actor, "calibration.open", f"calibration/{calibration_id}", now=now, payload=payload)
    _tell_members(session, actor, calibration, "Votes lie open", "Read where you differ before you meet.", now=now)


def call(session: Session, actor: ActorFacts, item_id: UUID, *, now: datetime) -> UUID:
    """Begin to talk an item through, so that its time runs; one at a time. Returns the session's id."""
    calibration, item, _ = locked_item(session, actor, item_id, Permission.CALIBRATION_RUN)
    _require_state(calibration, CalibrationState.DISCUSSING, _NOT_OPEN)
    running = session.scalar(
        items(Person.name)
        .join(Person, Person.id == about)
        .where(
            CalibrationItem.calibration_id == calibration.id,
            CalibrationItem.id != item_id,
            CalibrationItem.called_at.is_not(None),
            CalibrationItem.discussed_at.is_(None),
            or_(PromotionCase.id.is_(None), PromotionCase.state != CaseState.WITHDRAWN),
        )
        .limit(1)
    )
    if running is not None:
        message = f"You are talking about {running}. Settle that first, or set it aside."
        raise NotYetError(message)
    item.called_at, item.discussed_at = now, None
    item.agreed, item.agreed_words = "", ""
    session.flush()
    audit.record(session, actor, "calibration.call", f"calibration_item/{item_id}", now=now)
    return calibration.id


def settle(
    session: Session, actor: ActorFacts, item_id: UUID, agreed: str, words: str, *, version: int, now: datetime
) -> UUID:
    """Write down what the session settles on, or set the item aside with ``agreed`` "". Returns the session's id."""
    calibration, item, _ = locked_item(session, actor, item_id, Permission.CALIBRATION_RUN)
    _require_state(calibration, CalibrationState.DISCUSSING, _NOT_OPEN)
    if item.version != version:
        raise ConflictError(STALE, current_version=item.version)
    votes = _votes(session, [item_id]).get(item_id, [])
    refuse(settle_faults(agreed, words, votes, choices(session, item.assessment_id)))
    item.agreed, item.agreed_words, item.discussed_at = agreed, words.strip(), now
    session.flush()
    payload = {"agreed": agreed, "words": item.agreed_words}
    audit.record(session, actor, "calibration.settle", f"calibration_item/{item_id}", now=now, payload=payload)
    return calibration.id


def tell(session: Session, actor: ActorFacts, item_id: UUID, text: str, *, version: int, now: datetime) -> UUID:
    """Write what the manager is to hear; they read it once the session is locked. Returns the session's id."""
    calibration, item, _ = locked_item(session, actor, item_id, Permission.CALIBRATION_TELL)
    if item.version != version:
        raise ConflictError(STALE, current_version=item.version)
    refuse(text_faults("feedback", "what the manager is to hear", text, limit=TEXT_LIMIT, required=True))
    if text.strip() == item.feedback:
        return calibration.id
    item.feedback = text.strip()
    session.flush()
    payload = {"text": item.feedback}
    audit.record(session, actor, "calibration.tell", f"calibration_item/{item_id}", now=now, payload=payload)
    if calibration.state is CalibrationState.LOCKED:
        _tell_managers(session, calibration, [item_id], now)
    return calibration.id


def lock(session: Session, actor: ActorFacts, calibration_id: UUID, *, now: datetime) -> None:
    """Close the session for good once every item is settled; managers then read what is theirs to hear."""
    calibration, _ = locked(session, actor, calibration_id, Permission.CALIBRATION_RUN)
    _require_state(calibration, CalibrationState.DISCUSSING, _NOT_OPEN)
    rows = session.execute(_standing(calibration_id)).all()
    names = ", ".join(sorted(row.name for row in rows if row.discussed_at is None))
    if names:
        raise InvalidError((Fault("", f"Not settled yet: {names}. Settle each, or set it aside with a reason."),))
    _note_conflicts(session, calibration_id, now)
    calibration.state, calibration.locked_at = CalibrationState.LOCKED, now
    session.flush()
    votes = _votes(session, [row.id for row in rows])
    payload = {"items": [_record(row, votes.get(row.id, [])) for row in rows]}
    audit.record(session, actor, "calibration.lock", f"calibration/{calibration_id}", now=now, payload=payload)
    _tell_managers(session, calibration, [row.id for row in rows if row.feedback], now)


def _require_state(calibration: Calibration, state: CalibrationState, message: str) -> None:
    order = list(CalibrationState)
    if order.index(calibration.state) < order.index(state):
        raise NotYetError(message)
    if calibration.state is not state:
        raise AlreadyDoneError(message)


def _note_conflicts(session: Session, calibration_id: UUID, now: datetime) -> None:
    """Note members who are the person or manage them; lines of reporting may have moved since the last time."""
    member = CalibrationMember.person_id
    rows = session.execute(
        items(CalibrationItem.id, member, (about == member).label("self"))
        .join(CalibrationMember, CalibrationMember.calibration_id == Calibration.id)
        .where(Calibration.id == calibration_id, or_(about == member, own_report(member)))
    ).all()
    of_session = select(CalibrationItem.id).where(CalibrationItem.calibration_id == calibration_id)
    known = {
        (row.item_id, row.member_id)
        for row in session.execute(select(Conflict.item_id, Conflict.member_id).where(Conflict.item_id.in_(of_session)))
    }
    for item_id, member_id, is_self in rows:
        kind = ConflictKind.SELF if is_self else ConflictKind.OWN_REPORT
        if (item_id, member_id) not in known:
            session.add(Conflict(item_id=item_id, member_id=member_id, kind=kind, at=now))
    session.flush()


def _too_few(session: Session, calibration_id: UUID) -> list[Fault]:
    """Items on which so few may vote that nothing could be added up."""
    member = CalibrationMember.person_id
    rows = session.execute(
        items(Person.name, func.count(member).label("voters"))
        .join(Person, Person.id == about)
        .outerjoin(
            CalibrationMember,
            (CalibrationMember.calibration_id == Calibration.id) & ~conflicted(member),
        )
        .where(Calibration.id == calibration_id)
        .group_by(CalibrationItem.id, CalibrationItem.position, Person.name)
        .order_by(CalibrationItem.position)
    ).all()
    if not rows:
        return [Fault("", "Take in at least one case or assessment first.")]
    return [
        Fault(
            "",
            f"On {row.name} only {row.voters} may vote, and below {LEAST_RATERS} nothing is added up. Add members.",
        )
        for row in rows
        if row.voters < LEAST_RATERS
    ]


def _missing(session: Session, calibration_id: UUID) -> tuple[str, ...]:
    """The names of members of whom a vote is missing."""
    member = CalibrationMember.person_id
    rows = session.execute(
        items(Person.name)
        .join(CalibrationMember, CalibrationMember.calibration_id == Calibration.id)
        .join(Person, Person.id == member)
        .where(
            Calibration.id == calibration_id,
            or_(PromotionCase.id.is_(None), PromotionCase.state != CaseState.WITHDRAWN),
            ~conflicted(member),
            ~voted(member),
        )
        .distinct()
        .order_by(Person.name)
    )
    return tuple(row.name for row in rows)


def _standing(calibration_id: UUID) -> Any:  # noqa: ANN401  a select of several columns
    return (
        items(
            CalibrationItem.id,
            CalibrationItem.case_id,
            CalibrationItem.assessment_id,
            CalibrationItem.discussed_at,
            CalibrationItem.agreed,
            CalibrationItem.feedback,
            Person.name,
        )
        .join(Person, Person.id == about)
        .where(
            Calibration.id == calibration_id,
            or_(PromotionCase.id.is_(None), PromotionCase.state != CaseState.WITHDRAWN),
        )
        .order_by(CalibrationItem.position)
    )


def _votes(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, list[Vote]]:
    found: dict[UUID, list[Vote]] = {}
    for row in session.execute(standing().where(CalibrationItem.id.in_(item_ids)).order_by(Person.name, Person.id)):
        found.setdefault(row.item_id, []).append(Vote(row.member_id, row.name, row.before, row.now))
    return found


def _record(row: Any, votes: Sequence[Vote]) -> dict[str, object]:  # noqa: ANN401  a row of several columns
    return {
        "item": str(row.id),
        "case": str(row.case_id or ""),
        "assessment": str(row.assessment_id or ""),
        "agreed": row.agreed,
        "votes": [{"member": str(one.member_id), "before": one.before, "now": one.now} for one in votes],
    }


def _tell_members(
    session: Session, actor: ActorFacts, calibration: Calibration, subject: str, body: str, *, now: datetime
) -> None:
    members = select(CalibrationMember.person_id).where(CalibrationMember.calibration_id == calibration.id)
    for member_id in session.scalars(members.order_by(CalibrationMember.person_id)):
        if member_id != actor.person_id:
            outbox.notify(
                session, member_id, subject=f"{subject}: {calibration.title}", body=body,
                path=f"/calibrations/{calibration.id}", now=now,
            )  # fmt: skip


def _tell_managers(session: Session, calibration: Calibration, item_ids: Sequence[UUID], now: datetime) -> None:
    rows = session.execute(
        items(CalibrationItem.id, manager.label("manager_id"))
        .where(CalibrationItem.id.in_(item_ids))
        .order_by(CalibrationItem.position)
    )
    for item_id, manager_id in rows:
        outbox.notify(
            session, manager_id, subject=f"A calibration has words for you: {calibration.title}",
            body="Read them before you talk with your report.", path=f"/calibrations/items/{item_id}/words", now=now,
        )  # fmt: skip
