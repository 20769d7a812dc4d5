"""Candidates as lists and pages show them, cut to what the reader may know."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, literal, not_, or_, select, tuple_

from app.domain.access import holds_whole, require, require_any
from app.domain.blind import code_of
from app.domain.candidate import Arrival, CandidateDetails, ImportRow, arrivals
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.hiring import Stage
from app.domain.permission import Permission, Role, allow
from app.domain.resume import Section, sections
from app.domain.visibility import shown_stage
from app.models.asking import Asking, asked_by, asking_as
from app.models.blind import is_blinded, shown_headline, shown_name
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.facts import candidate_facts
from app.models.interest import has_conflict
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition
from app.models.resume import ResumeRow
from app.models.visibility import applications_visible_to
from app.queries.applications import StoredDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

PAGE_SIZE = 50
_ELSEWHERE = (
    "Somebody with this address is reviewed blind, and you still owe a scorecard on them. Ask another coordinator, or "
    "seal your scorecard first."
)
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
    """The candidate's page; ``contact`` says whether the reader may see how to reach them.

    ``may_edit``: may change what belongs to the candidate as a whole; ``may_apply``: may add an application.
    ``blinded``: the reader may not learn who it is, so the name is the code and nothing else of them is here.
    """

    candidate_id: UUID
    details: CandidateDetails
    version: int
    contact: bool
    may_edit: bool
    may_apply: bool
    applications: tuple[Applied, ...]
    files: tuple[StoredDocument, ...]
    blinded: bool
    resume: tuple[Section, ...] = ()


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
    shown = _Shown.to(asking_as(actor), owes=actor.owes)
    statement = _known_of(asking_as(actor), owes=actor.owes)
    if text.strip():
        statement = statement.where(_matches(actor, text.strip()))
    if after is not None:
        key = select(shown.name.label("name"), Candidate.id).where(Candidate.id == after).subquery()
        place = select(key.c.name, key.c.id).scalar_subquery()
        statement = statement.where(tuple_(shown.name, Candidate.id) > place)
    people = session.execute(statement.limit(limit), asked_by(actor)).all()
    applied = applications_of(session, actor, [person.id for person in people])
    return tuple(CandidateRow(each.id, each.name, each.headline, applied.get(each.id, ())) for each in people)


def page(session: Session, actor: ActorFacts, candidate_id: UUID) -> CandidatePage:
    """The candidate's page, in three queries; :class:`NotFoundError` when it is not theirs to know."""
    facts = candidate_facts(session, actor, candidate_id)
    require_any(actor, Permission.CANDIDATE_SEE, facts)
    blinded = any(one.blinded for one in facts)
    rows = session.execute(_with_files(), {"candidate_id": candidate_id}).all()
    if not rows or rows[0].email == actor.email:
        raise NotFoundError
    first = rows[0]
    plans = any(allow(actor, Permission.PANEL_PLAN, one).granted for one in facts)
    return CandidatePage(
        candidate_id,
        CandidateDetails(code_of(candidate_id), "") if blinded else _details(first),
        first.version,
        not blinded and (plans or bool(actor.roles & READS_ALL)),
        not blinded and holds_whole(actor, Permission.CANDIDATE_EDIT, facts),
        not blinded and allow(actor, Permission.CANDIDATE_ADD).granted,
        applications_of(session, actor, [candidate_id]).get(candidate_id, ()),
        ()
        if blinded
        else tuple(StoredDocument(row.file_id, row.file, row.size, row.added_at) for row in rows if row.file_id),
        blinded,
        () if blinded or first.body is None else sections(json.loads(first.body)),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a list says of candidates; who owes no card at all is blinded to nobody, and their list needs no look-up."""

    name: ColumnElement[str]
    headline: ColumnElement[str]

    @classmethod
    def to(cls, actor: Asking, *, owes: bool) -> _Shown:
        if not owes:
            return cls(Candidate.name.expression, Candidate.headline.expression)
        return cls(shown_name(actor), shown_headline(actor))


def known(session: Session, actor: ActorFacts, email: str) -> Known | None:
    """The candidate with this address, for somebody who adds candidates, in one query, or two while they owe a card."""
    require(actor, Permission.CANDIDATE_ADD)
    _refuse_hidden(session, actor, [email.strip().lower()])
    found = session.scalar(select(Candidate).where(Candidate.email == email.strip().lower()))
    return Known(found.id, details_of(found)) if found else None


def _refuse_hidden(session: Session, actor: ActorFacts, emails: Sequence[str]) -> None:
    """Somebody known whom the actor may not know by name: an address would tell whose code it is."""
    if actor.owes and session.scalar(
        select(func.count()).select_from(Candidate).where(Candidate.email.in_(emails), is_blinded(actor))
    ):
        raise NotAllowedError(_ELSEWHERE)


def import_preview(
    session: Session, actor: ActorFacts, rows: Sequence[ImportRow], requisition_id: UUID | None
) -> ImportPreview:
    """What importing these rows would do, in at most two queries, or three while the actor owes a card."""
    require(actor, Permission.CANDIDATE_ADD)
    emails = [row.details.email for row in rows]
    _refuse_hidden(session, actor, emails)
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


def _details(row: Row[*tuple[Any, ...]]) -> CandidateDetails:
    return CandidateDetails(row.name, row.email, row.phone, row.headline, row.source)


def details_of(candidate: Candidate) -> CandidateDetails:
    """What is kept of a candidate."""
    return CandidateDetails(candidate.name, candidate.email, candidate.phone, candidate.headline, candidate.source)


@lru_cache(maxsize=64)
def _known_of(actor: Asking, *, owes: bool) -> Select[UUID, str, str]:
    shown = _Shown.to(actor, owes=owes)
    return (
        select(Candidate.id, shown.name.label("name"), shown.headline.label("headline"))
        .where(knows_of(actor))
        .order_by(shown.name, Candidate.id)
    )


def knows_of(actor: Asking) -> ColumnElement[bool]:
    """A criterion on :class:`Candidate`: the actor may know of them, by an application or as one who reads all."""
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
    return or_(applied, and_(none_yet, _still_kept(actor), Candidate.email != actor.email, ~has_conflict(actor)))


def _still_kept(actor: Asking) -> ColumnElement[bool]:
    """Not erased, and shown to the actor: what is only kept because the law asks for it is shown to HR partners."""
    hr = Role.HR_PARTNER in actor.roles
    return Candidate.erased_at.is_(None) if hr else and_(Candidate.erased_at.is_(None), Candidate.hidden_at.is_(None))


def _matches(actor: ActorFacts, text: str) -> ColumnElement[bool]:
    """The name holds the text, or the address for those who may see how to reach everybody.

    Of somebody to whom the actor is blinded only the code does: a name that finds nothing but one code is known.
    """
    shown = _Shown.to(asking_as(actor), owes=actor.owes)
    name = shown.name.icontains(text, autoescape=True)
    if not actor.roles & READS_ALL:
        return name
    address = Candidate.email.icontains(text, autoescape=True)
    return or_(name, and_(address, not_(is_blinded(actor))) if actor.owes else address)


def applications_of(
    session: Session, actor: ActorFacts, candidate_ids: Sequence[UUID]
) -> dict[UUID, tuple[Applied, ...]]:
    """Those applications of some candidates that the actor may know of, newest first, in one query."""
    rows = session.execute(_applications_of(asking_as(actor)), asked_by(actor, candidate_ids=list(candidate_ids)))
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
            ResumeRow.body,
        )
        .outerjoin(ResumeRow, ResumeRow.candidate_id == Candidate.id)
        .outerjoin(CandidateFile, CandidateFile.candidate_id == Candidate.id)
        .where(Candidate.id == bindparam("candidate_id"))
        .order_by(CandidateFile.added_at, CandidateFile.name)
    )
