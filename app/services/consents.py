"""What candidates are told and agree to: notices by version, when each was shown, and a yes that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, func, insert, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.canonical import sha256
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.privacy.purposes import TEXT_LIMIT, TITLE_LIMIT, Purpose
from app.domain.text import one_line
from app.models.base import new_id
from app.models.privacy import Consent, PrivacyNotice
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.candidate_link import CandidateFacts
    from app.domain.permission import ActorFacts


def publish(session: Session, actor: ActorFacts, purpose: Purpose, *, title: str, text: str, now: datetime) -> UUID:
    """Tell candidates this from now on; earlier versions stay with whoever was shown them."""
    require(actor, Permission.NOTICE_PUBLISH)
    heading, body = one_line(title), text.strip()
    faults = []
    if not heading or len(heading) > TITLE_LIMIT:
        faults.append(Fault("title", f"Write a title of at most {TITLE_LIMIT} characters."))
    if not body or len(body) > TEXT_LIMIT:
        faults.append(Fault("text", f"Write a text of at most {TEXT_LIMIT} characters."))
    if faults:
        raise InvalidError(tuple(faults))
    last = session.scalar(select(func.max(PrivacyNotice.number)).where(PrivacyNotice.purpose == purpose)) or 0
    notice = PrivacyNotice(
        purpose=purpose, number=last + 1, title=heading, text=body, sha256=sha256(body), published_at=now,
        published_by_id=actor.person_id,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    said = {"purpose": purpose.value, "number": notice.number, "sha256": notice.sha256}
    audit.record(session, actor, "notice.publish", f"notice/{notice.id}", now=now, payload=said)
    return notice.id


def show(session: Session, application_id: UUID, *, now: datetime) -> int:
    """Note that the candidate of an application was shown the notices that hold now; return how many were new."""
    seen = exists(
        select(literal(1)).where(Consent.application_id == application_id, Consent.notice_id == PrivacyNotice.id)
    )
    fresh = session.scalars(current().with_only_columns(PrivacyNotice.id).where(~seen)).all()
    if fresh:
        rows = [{"id": new_id(), "application_id": application_id, "notice_id": one, "shown_at": now} for one in fresh]
        session.execute(insert(Consent), rows)
    return len(fresh)


def answer(session: Session, candidate: CandidateFacts, notice_id: UUID, *, agrees: bool, now: datetime) -> None:
    """The candidate says yes, or takes a yes back; each is recorded with the version that they were shown."""
    consent = session.scalar(
        select(Consent)
        .join(PrivacyNotice, PrivacyNotice.id == Consent.notice_id)
        .where(Consent.application_id == candidate.application_id, Consent.notice_id == notice_id)
        .with_for_update(of=Consent)
    )
    notice = session.get(PrivacyNotice, notice_id)
    if consent is None or notice is None or not notice.purpose.needs_consent:
        raise NotFoundError
    stands = consent.given_at is not None and consent.withdrawn_at is None
    if agrees == stands:
        return
    if agrees:
        consent.given_at, consent.withdrawn_at = now, None
    else:
        consent.withdrawn_at = now
    session.flush()
    act = "consent.give" if agrees else "consent.withdraw"
    said = {"notice": str(notice_id), "purpose": notice.purpose.value, "number": notice.number}
    audit.record(session, None, act, f"application/{candidate.application_id}", now=now, payload=said)


def current() -> Select[PrivacyNotice]:
    """The newest version of each notice."""
    later = aliased(PrivacyNotice)
    replaced = exists(
        select(literal(1)).where(later.purpose == PrivacyNotice.purpose, later.number > PrivacyNotice.number)
    )
    return select(PrivacyNotice).where(~replaced.correlate(PrivacyNotice)).order_by(PrivacyNotice.purpose)
