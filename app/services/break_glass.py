"""Reading sealed scorecards before their time: with a reason, by two people, for an hour, and in the open.

Nothing is opened by this but one page of one application. A veto stays a veto: whoever owes a scorecard on the
candidate, is the candidate or stands too near to them neither asks, nor decides, nor reads. Whoever judges the
candidate does not read early, and whoever has read early does not judge them any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select

from app.domain.access import found, require
from app.domain.errors import ConflictError, NotFoundError
from app.domain.facts import ActorFacts, Role
from app.domain.granting import GLASS_LASTS, GLASS_WAITS, Ruling
from app.domain.permission import Permission, allow
from app.models.facts import actor_facts, application_facts, glass_facts
from app.models.granting import BrokenGlass, ScopedGrant
from app.models.person import Person, RoleGrant
from app.services import applications, audit, outbox
from app.services.acting_as import reason_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_READS = "You may read the scorecards of this application already."
NOBODY = (
    "Nobody else could approve this: it takes an administrator or an HR partner who owes no scorecard on the candidate "
    "and stands apart from them."
)


def ask(session: Session, actor: ActorFacts, application_id: UUID, *, reason: str, now: datetime) -> UUID | None:
    """Ask to read the sealed scorecards of an application; return the request's id.

    ``None`` where nobody else could approve: commit then as well, because that somebody tried stays in the chain.
    :class:`ConflictError` when they read them anyway or asked already. Whether anybody has sealed is no reason: the
    refusal would tell it to whoever asks, and leave no trace.
    """
    applications.locked(session, application_id)
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.GLASS_ASK, facts)
    if allow(actor, Permission.CARD_READ, facts).granted:
        raise ConflictError(_READS)
    said = reason_of(reason)
    _not_twice(session, actor, application_id, now=now)
    row = BrokenGlass(
        application_id=application_id, asked_by_id=actor.person_id, reason=said, asked_at=now,
        lapses_at=now + GLASS_WAITS,
    )  # fmt: skip
    attempt = session.begin_nested()
    session.add(row)
    session.flush()
    seconds = _seconds(session, row.id, now=now)
    if not seconds:
        attempt.rollback()
        subject, tried = f"application/{application_id}", {"reason": said}
        audit.record(session, actor, "glass.fail", subject, now=now, payload=tried)
        return None
    attempt.commit()
    audit.record(session, actor, "glass.ask", f"application/{application_id}", now=now, payload=_told(row))
    for person_id in seconds:
        _tell(session, person_id, row.id, "Somebody asks to read scorecards early", now=now)
    return row.id


def decide(session: Session, actor: ActorFacts, glass_id: UUID, *, accept: bool, now: datetime) -> None:
    """Approve or refuse another person's request; the hour begins with the approval."""
    row = _locked(session, glass_id)
    facts = found(glass_facts(session, actor, glass_id, now))
    if not facts.waiting:
        require(actor, Permission.GLASS_SEE, facts)
        message = "This request was decided, or has lapsed. It can be asked anew."
        raise ConflictError(message)
    require(actor, Permission.GLASS_DECIDE, facts)
    row.ruling = Ruling.ACCEPTED if accept else Ruling.REFUSED
    row.decided_by_id, row.decided_at = actor.person_id, now
    row.ends_at = now + GLASS_LASTS if accept else None
    act = "glass.approve" if accept else "glass.refuse"
    audit.record(session, actor, act, f"application/{row.application_id}", now=now, payload=_told(row))
    answer = "approved: you have an hour" if accept else "refused"
    _tell(session, row.asked_by_id, glass_id, f"Reading early was {answer}", now=now)


def read(session: Session, actor: ActorFacts, glass_id: UUID, *, now: datetime) -> UUID:
    """Note that the scorecards are about to be read, each time, and return whose application they are of.

    Call this in a transaction that is committed before anything is shown.
    """
    row = _locked(session, glass_id)
    # So that nobody is given a seat between the question and the reading.
    applications.locked(session, row.application_id)
    require(actor, Permission.GLASS_READ, found(glass_facts(session, actor, glass_id, now)))
    if row.first_read_at is None:
        row.first_read_at = now
    audit.record(session, actor, "glass.read", f"application/{row.application_id}", now=now, payload=_told(row))
    return row.application_id


def _not_twice(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> None:
    mine = session.scalars(
        select(BrokenGlass.id).where(
            BrokenGlass.application_id == application_id, BrokenGlass.asked_by_id == actor.person_id
        )
    )
    for glass_id in mine:
        facts = glass_facts(session, actor, glass_id, now)
        if facts and (facts.waiting or facts.reading):
            message = "You have asked for this already: the request is in the list of early readings."
            raise ConflictError(message)


def _seconds(session: Session, glass_id: UUID, *, now: datetime) -> list[UUID]:
    """Who could decide on the request, asked of the permission map one by one."""
    everywhere = select(RoleGrant.person_id).where(RoleGrant.role.in_((Role.ADMIN, Role.HR_PARTNER)))
    somewhere = select(ScopedGrant.person_id).where(ScopedGrant.role == Role.HR_PARTNER)
    holders = session.scalars(
        select(Person.id)
        .where(or_(Person.id.in_(everywhere), Person.id.in_(somewhere)), Person.active.is_(True))
        .order_by(Person.id)
    ).all()
    able = []
    for person_id in holders:
        other = actor_facts(session, person_id)
        facts = glass_facts(session, other, glass_id, now) if other else None
        if other and allow(other, Permission.GLASS_DECIDE, facts).granted:
            able.append(person_id)
    return able


def _locked(session: Session, glass_id: UUID) -> BrokenGlass:
    row = session.get(BrokenGlass, glass_id, with_for_update=True)
    if row is None:
        raise NotFoundError
    return row


def _told(row: BrokenGlass) -> dict[str, object]:
    return {"request": str(row.id), "reason": row.reason, "asked_by": str(row.asked_by_id)}


def _tell(session: Session, person_id: UUID, glass_id: UUID, subject: str, *, now: datetime) -> None:
    outbox.notify(
        session, person_id, subject=subject,
        body="Reading early is for emergencies. Who asked, why, who decided and when it was read stays in the record.",
        path=f"/early-readings/{glass_id}", now=now,
    )  # fmt: skip
