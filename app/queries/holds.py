"""Legal holds as HR partners and auditors see them: all of them, one, and those that stand on somebody or something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.errors import NotFoundError
from app.domain.permission import Permission
from app.domain.privacy.erasing import SubjectKind
from app.models.blind import shown_name
from app.models.candidate import Application, Candidate
from app.models.person import Person
from app.models.privacy import LegalHold
from app.models.requisition import Requisition

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One hold: on whom or what, why, since when and by whom; ``about`` is the part of an address that leads there."""

    hold_id: UUID
    about: str
    subject_id: UUID
    name: str
    reason: str
    set_at: datetime
    set_by: str
    lifted_at: datetime | None


def hold_lines(session: Session, actor: ActorFacts) -> tuple[HoldLine, ...]:
    """Holds, those that stand first, the newest first."""
    require(actor, Permission.PRIVACY_SEE)
    return _lines(session, actor)


def hold_line(session: Session, actor: ActorFacts, hold_id: UUID) -> HoldLine:
    """One hold."""
    require(actor, Permission.PRIVACY_SEE)
    for line in _lines(session, actor, LegalHold.id == hold_id):
        return line
    raise NotFoundError


def standing_on(session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID) -> tuple[HoldLine, ...]:
    """The holds that stand on a person, or on a candidate, by themselves or by an opening that they applied to."""
    require(actor, Permission.PRIVACY_SEE)
    if kind is SubjectKind.PERSON:
        return _lines(session, actor, LegalHold.person_id == subject_id, LegalHold.lifted_at.is_(None))
    applied = select(Application.requisition_id).where(Application.candidate_id == subject_id)
    theirs = or_(LegalHold.candidate_id == subject_id, LegalHold.requisition_id.in_(applied))
    return _lines(session, actor, theirs, LegalHold.lifted_at.is_(None))


def standing_on_opening(session: Session, actor: ActorFacts, requisition_id: UUID) -> tuple[HoldLine, ...]:
    """The holds that stand on everybody who applied to an opening."""
    require(actor, Permission.PRIVACY_SEE)
    return _lines(session, actor, LegalHold.requisition_id == requisition_id, LegalHold.lifted_at.is_(None))


def _lines(session: Session, actor: ActorFacts, *which: ColumnElement[bool]) -> tuple[HoldLine, ...]:
    setter, held = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            LegalHold, shown_name(actor).label("candidate"), Requisition.title, held.name.label("person"),
            setter.name.label("set_by"),
        )
        .outerjoin(Candidate, Candidate.id == LegalHold.candidate_id)
        .outerjoin(Requisition, Requisition.id == LegalHold.requisition_id)
        .outerjoin(held, held.id == LegalHold.person_id)
        .join(setter, setter.id == LegalHold.set_by_id)
        .where(*which)
        .order_by(LegalHold.lifted_at.is_not(None), LegalHold.set_at.desc(), LegalHold.id)
        .limit(_SHOWN)
    )  # fmt: skip
    return tuple(_line(row.LegalHold, row.candidate or row.title or row.person or "", row.set_by) for row in rows)


def _line(hold: LegalHold, name: str, set_by: str) -> HoldLine:
    about, subject = next(
        (about, subject)
        for about, subject in (
            ("candidate", hold.candidate_id), ("opening", hold.requisition_id), ("person", hold.person_id),
        )
        if subject is not None
    )  # fmt: skip
    return HoldLine(hold.id, about, subject, name, hold.reason, hold.set_at, set_by, hold.lifted_at)
