"""Candidates as lists and pages show them, cut to what the reader may know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, literal, or_, select, tuple_

from app.domain.access import require, require_any
from app.domain.candidate import Arrival, CandidateDetails, ImportRow, arrivals
from app.domain.errors import NotFoundError
from app.domain.hiring import Stage
from app.domain.permission import Permission, Role, allow
from app.domain.visibility import shown_stage
from app.models.asking import Asking, asked_by, asking_as
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.facts import candidate_facts
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to
from app.queries.applications import StoredDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PAGE_SIZE = 50
READS_ALL = frozenset({Role.COORDINATOR, Role.HR_PARTNER})
"""Roles that may know of candidates who have not applied for anything yet."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One application of a candidate that the reader may know of, at the stage that they may know."""

    application_id: UUID
    requisition_id: UUID
    requisition: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate in the list."""

    candidate_id: UUID
    name: str
    headline: str
    applications: tuple[Applied, ...]


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """The candidate's page; ``contact`` says whether the reader may see how to reach them."""

    candidate_id: UUID
    details: CandidateDetails
    version: int
    contact: bool
    may_edit: bool
    applications: tuple[Applied, ...]
    files: tuple[StoredDocument, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A candidate who has an address already, as a merge needs them."""

    candidate_id: UUID
    details: CandidateDetails


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do: the people it names, and how many of them apply for the requisition already."""

    arriving: tuple[Arrival, ...]
    already: int

    @property
    def new(self) -> tuple[Arrival, ...]:
        """People who are not known yet."""
        return tuple(one for one in self.arriving if not one.known)

    @property
    def overlapping(self) -> tuple[Arrival, ...]:
        """People who are known or named more than once."""
        return tuple(one for one in self.arriving if one.overlaps)


def listed(
    session: Session, actor: ActorFacts, *, text: str = "", after: UUID | None = None, limit: int = PAGE_SIZE
) -> tuple[CandidateRow, ...]:
    """Candidates that the actor may know of, by name, in two queries; ``after`` is the last one of the page before."""
    require(actor, Permission.CANDIDATE_LIST)
    statement = _known_of(asking_as(actor))
    if text.strip():
        statement = statement.where(_matches(actor, text.strip()))
    if after is not None:
        key = select(Candidate.name, Candidate.id).where(Candidate.id == after).subquery()
        place = select(key.c.name, key.c.id).scalar_subquery()
        statement = statement.where(tuple_(Candidate.name, Candidate.id) > place)
    people = session.execute(statement.limit(limit), asked_by(actor)).all()
    applied = _applied(session, actor, [person.id for person in people])
    return tuple(CandidateRow(each.id, each.name, each.headline, applied.get(each.id, ())) for each in people)


def page(session: Session, actor: ActorFacts, candidate_id: UUID) -> CandidatePage:
    """The candidate's page, in three queries; :class:`NotFoundError` when it is not theirs to know."""
    facts = candidate_facts(session, actor, candidate_id)
    require_any(actor, Permission.CANDIDATE_SEE, facts)
    rows = session.execute(_with_files(), {"candidate_id": candidate_id}).all()
    if not rows or rows[0].email == actor.email:
        raise NotFoundError
    first = rows[0]
    plans = any(allow(actor, Permission.PANEL_PLAN, one).granted for one in facts)
    return CandidatePage(
        candidate_id,
        CandidateDetails(first.name, first.email, first.phone, first.headline, first.source),
        first.version,
        plans or bool(actor.roles & READS_ALL),
        allow(actor, Permission.CANDIDATE_ADD).granted,
        _applied(session, actor, [candidate_id]).get(candidate_id, ()),
        tuple(StoredDocument(row.file_id, row.file, row.size, row.added_at) for row in rows if row.file_id),
    )


def known(session: Session, actor: ActorFacts, email: str) -> Known | None:
    """The candidate with this address, for somebody who adds candidates, in one query."""
    require(actor, Permission.CANDIDATE_ADD)
    found = session.scalar(select(Candidate).where(Candidate.email == email.strip().lower()))
    return Known(found.id, details_of(found)) if found else None


def import_preview(
    session: Session, actor: ActorFacts, rows: Sequence[ImportRow], requisition_id: UUID | None
) -> ImportPreview:
    """What importing these rows would do, in at most two queries."""
    require(actor, Permission.CANDIDATE_ADD)
    emails = [row.details.email for row in rows]
    candidates = session.scalars(select(Candidate).where(Candidate.email.in_(emails))).all()
    arriving = arrivals(rows, {one.email: details_of(one) for one in candidates})
    if requisition_id is None:
        return ImportPreview(arriving, 0)
    already = session.scalar(
        select(func.count(Application.id))
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.requisition_id == requisition_id, Candidate.email.in_(emails))
    )
    return ImportPreview(arriving, already or 0)


def details_of(candidate: Candidate) -> CandidateDetails:
    """What is kept of a candidate."""
    return CandidateDetails(candidate.name, candidate.email, candidate.phone, candidate.headline, candidate.source)


@lru_cache(maxsize=64)
def _known_of(actor: Asking) -> Select[UUID, str, str]:
    return (
        select(Candidate.id, Candidate.name, Candidate.headline)
        .where(_knows_of(actor))
        .order_by(Candidate.name, Candidate.id)
    )


def _knows_of(actor: Asking) -> ColumnElement[bool]:
    applied = exists(
        select(literal(1))
        .select_from(Application)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.candidate_id == Candidate.id, applications_visible_to(actor))
        .correlate(Candidate)
    )
    if not actor.active or not actor.roles & READS_ALL:
        return applied
    none_yet = ~exists(select(literal(1)).where(Application.candidate_id == Candidate.id).correlate(Candidate))
    return or_(applied, and_(none_yet, Candidate.email != actor.email))


def _matches(actor: ActorFacts, text: str) -> ColumnElement[bool]:
    """The name holds the text, or the address for those who may see how to reach everybody."""
    name = Candidate.name.icontains(text, autoescape=True)
    if not actor.roles & READS_ALL:
        return name
    return or_(name, Candidate.email.icontains(text, autoescape=True))


def _applied(session: Session, actor: ActorFacts, candidate_ids: list[UUID]) -> dict[UUID, tuple[Applied, ...]]:
    rows = session.execute(_applications_of(asking_as(actor)), asked_by(actor, candidate_ids=candidate_ids))
    found: dict[UUID, tuple[Applied, ...]] = {}
    for row in rows:
        one = Applied(row.id, row.requisition_id, row.title, shown_stage(row.stage, owes=bool(row.owes)))
        found[row.candidate_id] = (*found.get(row.candidate_id, ()), one)
    return found


@lru_cache(maxsize=64)
def _applications_of(actor: Asking) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Application.id,
            Application.candidate_id,
            Application.requisition_id,
            Requisition.title,
            Application.stage,
            owes_on_candidate(actor).label("owes"),
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Candidate.id.in_(bindparam("candidate_ids", expanding=True)), applications_visible_to(actor))
        .order_by(Application.created_at.desc(), Requisition.title, Application.id)
    )


@cache
def _with_files() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Candidate.name,
            Candidate.email,
            Candidate.phone,
            Candidate.headline,
            Candidate.source,
            Candidate.version,
            CandidateFile.id.label("file_id"),
            CandidateFile.name.label("file"),
            CandidateFile.size,
            CandidateFile.added_at,
        )
        .outerjoin(CandidateFile, CandidateFile.candidate_id == Candidate.id)
        .where(Candidate.id == bindparam("candidate_id"))
        .order_by(CandidateFile.added_at, CandidateFile.name)
    )
