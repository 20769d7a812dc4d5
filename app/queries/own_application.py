"""What a candidate may know of their own application: an allowlist of its own, which starts from nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, true
from sqlalchemy.orm import aliased

from app.domain.errors import NotFoundError
from app.domain.hiring import Stage
from app.models.candidate import Application, Candidate
from app.models.link import CandidateFeedback, CandidateLink
from app.models.person import Installation, Person
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.candidate_link import CandidateFacts


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a candidate asks: the person who gave them the link, or else the one who opened the requisition."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """The application as its candidate knows it; ``feedback`` is empty until shared, ``ended`` once it is over."""

    company: str
    role: str
    name: str
    applied_at: datetime
    link_until: datetime
    contact: Contact | None
    feedback: str
    withdrawn: bool
    ended: bool


def own_application(session: Session, candidate: CandidateFacts) -> OwnApplication:
    """The frame of every page of a candidate, in one query."""
    maker = aliased(Person)
    made_by = select(maker.id).where(maker.id == CandidateLink.created_by_id, maker.active.is_(True))
    # Who made the link may have left since; then whoever opened the requisition is asked, if they are still here.
    asked = func.coalesce(made_by.scalar_subquery(), Requisition.created_by_id)
    row = session.execute(
        select(
            Installation.company,
            Requisition.title,
            Candidate.name,
            Application.created_at,
            Application.stage,
            CandidateLink.expires_at,
            Person.name.label("contact"),
            Person.email,
            CandidateFeedback.body,
        )
        .select_from(Application)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(CandidateLink, CandidateLink.application_id == Application.id)
        .outerjoin(Person, (Person.id == asked) & Person.active.is_(True))
        .outerjoin(
            CandidateFeedback,
            (CandidateFeedback.application_id == Application.id) & CandidateFeedback.shared_at.is_not(None),
        )
        .join(Installation, true())
        .where(Application.id == candidate.application_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    contact = Contact(row.contact, row.email) if row.contact else None
    return OwnApplication(
        company=row.company, role=row.title, name=row.name, applied_at=row.created_at, link_until=row.expires_at,
        contact=contact, feedback=row.body or "", withdrawn=row.stage is Stage.WITHDRAWN, ended=candidate.ended,
    )  # fmt: skip


def company(session: Session) -> str:
    """Whose installation this is, for pages that come before any visit."""
    return session.scalar(select(Installation.company)) or ""
