"""The interview kit: what an interviewer prepares with. Nothing in it depends on anybody's scorecard.

Notes of other interviewers are passed on by them on purpose and are shown whatever became of their cards, so that a
kit tells nothing about who has scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from app.domain import redaction
from app.domain.access import found, require
from app.domain.blueprint import CaseStudy, Dimension, Role, Scorecard
from app.domain.card import CardState
from app.domain.debrief import BlueprintStamp
from app.domain.errors import NotFoundError
from app.domain.hiring import InterviewKind
from app.domain.permission import Permission
from app.models.asking import ASKING, asked_by
from app.models.blind import is_blinded, shown_headline, shown_name
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.facts import application_facts
from app.models.interview import Interview, InterviewFocus
from app.models.person import Person
from app.models.requisition import MustHave, Requisition
from app.models.resume import Redaction
from app.models.scorecard import ScorecardRow
from app.queries import blueprints
from app.queries.versions import newest_number

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class KitFile:
    """A document of the candidate; ``size`` in bytes."""

    file_id: UUID
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class HandoverNote:
    """What another interviewer of the candidate passed on."""

    interviewer: str
    interview: str
    text: str


@dataclass(frozen=True, slots=True)
class Seat:
    """One interview of a candidate and the blueprint it rests on. ``card_id`` is the reader's own card on it."""

    interview_id: UUID
    application_id: UUID
    requisition_id: UUID
    candidate: str
    headline: str
    requisition: str
    interview: str
    kind: InterviewKind
    starts_at: datetime | None
    minutes: int
    place: str
    cancelled: bool
    blueprint_version_id: UUID
    newest_number: int
    stamp: BlueprintStamp
    role: Role
    scorecard: Scorecard
    focus: tuple[str, ...]
    musts: tuple[str, ...]
    case: CaseStudy | None
    card_id: UUID | None
    card_state: CardState | None

    @property
    def focus_dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions that this interview has to assess, in the scorecard's order."""
        return tuple(d for d in self.scorecard.dimensions if d.id in self.focus)


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything that an interviewer is given.

    ``blinded``: the reader may not learn who the candidate is. Then there are no files, but ``resume``, the redacted
    text of the résumé as far as it was released.
    """

    seat: Seat
    files: tuple[KitFile, ...]
    notes: tuple[HandoverNote, ...]
    blinded: bool = False
    resume: str = ""


def kit(session: Session, actor: ActorFacts, interview_id: UUID) -> Kit:
    """The kit of an interview, for its panel and for who plans it."""
    row = session.execute(_of_interview(), asked_by(actor, interview_id=interview_id)).one_or_none()
    if row is None:
        raise NotFoundError
    require(actor, Permission.KIT_SEE, found(application_facts(session, actor, row.application_id)))
    return with_enclosures(session, actor, seat_of(session, row))


def with_enclosures(session: Session, actor: ActorFacts, seat: Seat) -> Kit:
    """The seat with the candidate's documents and the notes of other interviewers, in one query."""
    rows = session.execute(_enclosures(), asked_by(actor, application_id=seat.application_id)).all()
    own = next(row for row in rows if row.part == _BLIND)
    hidden = own.name if own.size else ""
    files = [KitFile(row.file_id, row.name, row.detail, row.size) for row in rows if row.part == _FILE and not hidden]
    notes = [HandoverNote(row.name, row.detail, _unnamed(row.text, hidden)) for row in rows if row.part == _NOTE]
    files.sort(key=lambda file: file.name)
    notes.sort(key=lambda note: (note.interviewer, note.interview))
    return Kit(seat, tuple(files), tuple(notes), bool(hidden), own.text if hidden else "")


def _unnamed(text: str, name: str) -> str:
    """A note without what tells who the candidate is, where the reader may not know."""
    return redaction.proposed(text, redaction.Known(name)) if name else text


def seat_rows() -> Select[*tuple[Any, ...]]:
    """Interviews with the own card of whoever asks; add a criterion and read each row with :func:`seat_of`."""
    own = and_(ScorecardRow.interview_id == Interview.id, ScorecardRow.interviewer_id == ASKING.person_id)
    return _seats().outerjoin(ScorecardRow, own)


def card_rows() -> Select[*tuple[Any, ...]]:
    """Interviews with anybody's card; the caller has asked whether the actor may read it."""
    return _seats().join(ScorecardRow, ScorecardRow.interview_id == Interview.id)


def seat_of(session: Session, row: Row[Any]) -> Seat:
    """A row of :func:`seat_rows` or :func:`card_rows` with its blueprint, which is read once a process."""
    blueprint = blueprints.of_digest(session, row.sha256)
    chosen = frozenset((row.focus or "").split(","))
    dimensions = blueprint.scorecard.dimensions
    return Seat(
        interview_id=row.interview_id,
        application_id=row.application_id,
        requisition_id=row.requisition_id,
        candidate=row.candidate,
        headline=row.headline,
        requisition=row.requisition,
        interview=row.interview,
        kind=row.kind,
        starts_at=row.starts_at,
        minutes=row.minutes,
        place=row.place,
        cancelled=row.cancelled_at is not None,
        blueprint_version_id=row.blueprint_version_id,
        newest_number=row.newest_number,
        stamp=BlueprintStamp(row.role, row.blueprint_title, row.number, row.sha256),
        role=blueprint.role,
        scorecard=blueprint.scorecard,
        focus=tuple(d.id for d in dimensions if d.id in chosen),
        musts=tuple((row.musts or "").split(",")),
        case=next((c for c in blueprint.case_studies if c.id == row.case_study), None),
        card_id=row.card_id,
        card_state=row.card_state,
    )


@cache
def _of_interview() -> Select[*tuple[Any, ...]]:
    return seat_rows().where(Interview.id == bindparam("interview_id"))


def _seats() -> Select[*tuple[Any, ...]]:
    focus = select(func.aggregate_strings(InterviewFocus.dimension, ",")).where(
        InterviewFocus.interview_id == Interview.id
    )
    musts = select(func.aggregate_strings(MustHave.dimension, ",")).where(MustHave.requisition_id == Requisition.id)
    return (
        select(
            Interview.id.label("interview_id"),
            Interview.application_id,
            Application.requisition_id,
            shown_name(ASKING).label("candidate"),
            shown_headline(ASKING).label("headline"),
            Requisition.title.label("requisition"),
            Interview.title.label("interview"),
            Interview.kind,
            Interview.starts_at,
            Interview.minutes,
            Interview.place,
            Interview.case_study,
            Interview.cancelled_at,
            BlueprintVersion.id.label("blueprint_version_id"),
            BlueprintVersion.role,
            BlueprintVersion.title.label("blueprint_title"),
            BlueprintVersion.number,
            BlueprintVersion.sha256,
            newest_number().label("newest_number"),
            focus.correlate(Interview).scalar_subquery().label("focus"),
            musts.correlate(Requisition).scalar_subquery().label("musts"),
            ScorecardRow.id.label("card_id"),
            ScorecardRow.state.label("card_state"),
        )
        .select_from(Interview)
        .join(Application, Application.id == Interview.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
    )


_FILE, _NOTE, _BLIND = "file", "note", "blind"
"""Rows of :func:`_enclosures`: documents, what others passed on, and one that says whether the reader is blinded."""


@cache
def _enclosures() -> Any:  # noqa: ANN401  a compound select of mixed rows
    files = (
        select(
            literal(_FILE, String).label("part"),
            CandidateFile.id.label("file_id"),
            CandidateFile.name.label("name"),
            CandidateFile.media_type.label("detail"),
            literal("", String).label("text"),
            CandidateFile.size.label("size"),
        )
        .join(Application, Application.candidate_id == CandidateFile.candidate_id)
        .where(Application.id == bindparam("application_id"))
    )
    notes = (
        select(
            literal(_NOTE, String).label("part"),
            cast(null(), Uuid).label("file_id"),
            Person.name.label("name"),
            Interview.title.label("detail"),
            ScorecardRow.handover.label("text"),
            cast(literal(0), Integer).label("size"),
        )
        .select_from(ScorecardRow)
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .where(_passed_on())
    )
    blind = (
        select(
            literal(_BLIND, String).label("part"),
            cast(null(), Uuid).label("file_id"),
            Candidate.name.label("name"),
            literal("", String).label("detail"),
            case((Redaction.released_at.is_not(None), Redaction.redacted), else_="").label("text"),
            case((is_blinded(ASKING), 1), else_=0).label("size"),
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(Redaction, Redaction.candidate_id == Candidate.id)
        .where(Application.id == bindparam("application_id"))
    )
    return union_all(files, notes, blind)


def _passed_on() -> ColumnElement[bool]:
    return and_(
        ScorecardRow.application_id == bindparam("application_id"),
        ScorecardRow.interviewer_id != ASKING.person_id,
        ScorecardRow.handover != "",
    )
