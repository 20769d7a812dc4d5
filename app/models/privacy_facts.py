"""What the permission map needs to know about somebody whose data is kept, held, exported or erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select

from app.domain.permission import ActorFacts, Role
from app.domain.privacy.erasing import ErasureState, SubjectKind
from app.domain.privacy.facts import PrivacyFacts
from app.models.blind import is_blinded
from app.models.candidate import Application, Candidate
from app.models.interest import has_conflict
from app.models.person import Person, RoleGrant
from app.models.privacy import Erasure, LegalHold

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def subject_facts(
    session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID, *, alone: bool = False
) -> PrivacyFacts | None:
    """How the actor stands to a candidate or a person, or ``None`` when there is none of that id.

    ``alone``: the company lets the only HR partner it has answer their own requests.
    """
    if kind is SubjectKind.CANDIDATE:
        row = session.execute(_candidate(actor).where(Candidate.id == subject_id)).one_or_none()
    else:
        row = session.execute(_colleague().where(Person.id == subject_id)).one_or_none()
    if row is None:
        return None
    own = subject_id == actor.person_id or row.email == actor.email
    return PrivacyFacts(
        subject_id=subject_id, is_own=own, held=bool(row.held), gone=row.erased_at is not None,
        has_left=not row.active, blinded=bool(row.blinded), near=bool(row.near),
        **_wish(session, actor, kind, subject_id, alone=alone),
    )  # fmt: skip


def _candidate(actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    return select(
        Candidate.email, Candidate.erased_at, literal(0).label("active"), candidate_held().label("held"),
        is_blinded(actor).label("blinded"), has_conflict(actor).label("near"),
    )  # fmt: skip


def _colleague() -> Select[*tuple[Any, ...]]:
    return select(
        Person.email, Person.erased_at, Person.active, person_held().label("held"), literal(0).label("blinded"),
        literal(0).label("near"),
    )  # fmt: skip


def candidate_held() -> ColumnElement[bool]:
    """A column beside :class:`Candidate`: a hold is on them, or on a requisition that they applied to."""
    applied = select(Application.requisition_id).where(Application.candidate_id == Candidate.id)
    return exists(
        select(literal(1))
        .select_from(LegalHold)
        .where(
            LegalHold.lifted_at.is_(None),
            or_(LegalHold.candidate_id == Candidate.id, LegalHold.requisition_id.in_(applied)),
        )
        .correlate(Candidate)
    )


def person_held() -> ColumnElement[bool]:
    """A column beside :class:`Person`: a hold is on them."""
    return exists(
        select(literal(1)).where(LegalHold.lifted_at.is_(None), LegalHold.person_id == Person.id).correlate(Person)
    )


def subject_of(kind: SubjectKind, subject_id: UUID) -> ColumnElement[bool]:
    """A criterion on :class:`Erasure`: it is about this candidate or person."""
    return (Erasure.candidate_id if kind is SubjectKind.CANDIDATE else Erasure.person_id) == subject_id


def another_partner(session: Session, actor: ActorFacts) -> bool:
    """Whether another HR partner is there, who could answer what this one asks."""
    return bool(session.scalar(select(_another(actor))))


def _another(actor: ActorFacts) -> ColumnElement[bool]:
    return exists(
        select(literal(1))
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.active, RoleGrant.role == Role.HR_PARTNER, RoleGrant.person_id != actor.person_id)
    )


def _wish(session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID, *, alone: bool) -> dict[str, bool]:
    row = session.execute(
        select(Erasure.asked_by_id, _another(actor).label("another")).where(
            and_(subject_of(kind, subject_id), Erasure.state == ErasureState.ASKED)
        )
    ).one_or_none()
    if row is None:
        return {}
    return {"waiting": True, "is_asker": row.asked_by_id == actor.person_id and not (alone and not row.another)}
