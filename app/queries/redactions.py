"""Résumés that wait to be redacted, and one of them with its original beside it, for who may know both."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, not_, select

from app.domain import redaction, resume
from app.domain.access import require, require_whole
from app.domain.blind import code_of
from app.domain.errors import NotFoundError
from app.domain.hiring import ENDED, RUNNING
from app.domain.permission import Permission
from app.formats.document_text import READABLE
from app.models.blind import is_blinded
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.facts import candidate_facts
from app.models.requisition import Requisition
from app.models.resume import Redaction, ResumeRow
from app.models.visibility import applications_visible_to, coordinates_whole

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.asking import Asking

MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate of a blind requisition. ``made_at`` is empty before anything was proposed, ``sources`` counts."""

    candidate_id: UUID
    name: str
    code: str
    requisition: str
    sources: int
    made_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Source:
    """A document whose words can be read."""

    file_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the original; ``told`` is what it tells of the candidate, or nothing."""

    text: str
    told: str


@dataclass(frozen=True, slots=True)
class RedactionPage:
    """The original with what was found in it, the text beside it, and what it can be begun from."""

    candidate_id: UUID
    name: str
    code: str
    has_resume: bool
    sources: tuple[Source, ...]
    unreadable: int
    origin: str
    pieces: tuple[Piece, ...]
    redacted: str
    released_at: datetime | None
    version: int

    @property
    def begun(self) -> bool:
        """Whether a text was proposed."""
        return self.version > 0


def queue(session: Session, actor: ActorFacts) -> tuple[Waiting, ...]:
    """Candidates of running blind requisitions, those that wait first, in one query."""
    require(actor, Permission.CANDIDATE_EDIT)
    rows = session.execute(_queue(actor)).all()
    found = {row.id: Waiting(row.id, row.name, code_of(row.id), row.title, row.files + row.resumes, row.made_at,
                             row.released_at) for row in rows}  # fmt: skip
    return tuple(sorted(found.values(), key=lambda one: (one.released_at is not None, one.made_at is None)))


def redactable(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion beside :class:`Candidate`, :class:`Application` and :class:`Requisition`: the actor may redact them.

    Candidates whom a running blind requisition still judges, and of whom the actor coordinates everything.
    """
    return and_(
        Requisition.blind.is_(True),
        Requisition.state.in_(RUNNING),
        Application.stage.not_in(ENDED),
        applications_visible_to(actor),
        coordinates_whole(actor),
        not_(is_blinded(actor)),
    )


def _queue(actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    files = select(func.count()).where(CandidateFile.candidate_id == Candidate.id).correlate(Candidate)
    resumes = exists(select(literal(1)).where(ResumeRow.candidate_id == Candidate.id).correlate(Candidate))
    return (
        select(
            Candidate.id, Candidate.name, Requisition.title, Redaction.made_at, Redaction.released_at,
            files.scalar_subquery().label("files"), resumes.label("resumes"),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(Redaction, Redaction.candidate_id == Candidate.id)
        .where(redactable(actor))
        .order_by(Candidate.name, Candidate.id, Requisition.title.desc())
        .limit(MOST)
    )  # fmt: skip


def page(session: Session, actor: ActorFacts, candidate_id: UUID) -> RedactionPage:
    """Both texts of a candidate, in two queries; :class:`NotFoundError` when it is not theirs to know."""
    require_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, candidate_id))
    rows = session.execute(_page().where(Candidate.id == candidate_id)).all()
    if not rows or rows[0].email == actor.email:
        raise NotFoundError
    first = rows[0]
    files = [row for row in rows if row.file_id is not None]
    known = resume.known(json.loads(first.body) if first.body else {}, first.name)
    return RedactionPage(
        candidate_id,
        first.name,
        code_of(candidate_id),
        first.body is not None,
        tuple(Source(row.file_id, row.file) for row in files if row.media_type in READABLE),
        sum(row.media_type not in READABLE for row in files),
        first.origin or "",
        _pieces(first.original or "", known),
        first.redacted or "",
        first.released_at,
        first.version or 0,
    )


def _pieces(text: str, known: redaction.Known) -> tuple[Piece, ...]:
    pieces, place = [], 0
    for one in redaction.find(text, known):
        pieces += [Piece(text[place : one.start], ""), Piece(text[one.start : one.end], one.told.value)]
        place = one.end
    return tuple(piece for piece in (*pieces, Piece(text[place:], "")) if piece.text)


def _page() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Candidate.name, Candidate.email, ResumeRow.body, Redaction.origin, Redaction.original, Redaction.redacted,
            Redaction.released_at, Redaction.version, CandidateFile.id.label("file_id"),
            CandidateFile.name.label("file"), CandidateFile.media_type,
        )
        .outerjoin(ResumeRow, ResumeRow.candidate_id == Candidate.id)
        .outerjoin(Redaction, Redaction.candidate_id == Candidate.id)
        .outerjoin(CandidateFile, CandidateFile.candidate_id == Candidate.id)
        .order_by(CandidateFile.added_at, CandidateFile.name)
    )  # fmt: skip
