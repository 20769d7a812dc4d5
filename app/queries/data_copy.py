"""Everything that is kept about a candidate or a colleague, for themselves to take away.

Whoever gives it out sees no more by it than they may read anyway: scorecards come along only where the permission map
lets this actor read them. Other people are letters. Keys, hashes and counters of the program are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Label, ScalarSelect, or_, select

from app.domain.access import found, require
from app.domain.permission import Permission, allow
from app.domain.privacy.data_copy import CopySection, DataCopy, Letters, told
from app.domain.privacy.data_map import DATA_MAP
from app.domain.privacy.erasing import SubjectKind
from app.models.assessment import Assessment, Sheet
from app.models.base import Base
from app.models.candidate import Application, Candidate, CandidateFile, StageChange
from app.models.case_work import CaseAllowance, CaseAnswer, CaseAssignment, CaseFile
from app.models.check_in import CheckIn, TalkNote
from app.models.decision import Decision, DecisionVote
from app.models.evidence import LogEntry
from app.models.facts import candidate_facts
from app.models.identity import Identity
from app.models.interest import ConflictOfInterest
from app.models.interview import Interview
from app.models.ladder import Placement, Reporting
from app.models.link import CandidateFeedback
from app.models.measuring import PlanMetric, ReadingRow
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, Plan, PlanEvent
from app.models.outbox import Message
from app.models.person import Installation, Person, RoleGrant, SignIn
from app.models.privacy import Consent, PrivacyNotice
from app.models.privacy_facts import subject_facts
from app.models.promotion import Appeal, CaseEvidence, PromotionCase
from app.models.requisition import Requisition
from app.models.resume import ResumeRow
from app.models.schedule import BusyCalendar, Invitation, TimeRequest
from app.models.scorecard import RatingRow, Revision, ScorecardRow

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from app.domain.permission import ActorFacts


def _title_of(title: InstrumentedAttribute[str], there: ColumnElement[bool]) -> ScalarSelect[str]:
    return select(title).where(there).scalar_subquery()


Part = tuple[type[Base], ColumnElement[bool]]
_LEFT_OUT = frozenset(
    {
        "version", "sha256", "draft", "private_note", "token_hash", "password_hash", "serial", "writer", "hidden_at",
        "try_after", "last_error", "attempts", "address", "provider_sid", "calendar", "referrer_id",
    }
)  # fmt: skip
"""Columns that say nothing about the person, are secrets, or are somebody else's own."""

_SEALED = "Scorecards and decisions of applications that are still going on: they open once the decision is made."
_NOTES = "Private notes of interviewers, which only their authors read."
_OTHERS = "What others wrote of you in assessments: it opens on the assessment's own page once both sides are in."
_THEIRS = (
    "Check-ins, notes of talks, the evidence log and answers in assessments, which only who wrote them reads: opened "
    "for a day, the account itself gives them out."
)
TOLD_TOO: Mapping[type[Base], tuple[Label[str], ...]] = {
    Application: (_title_of(Requisition.title, Application.requisition_id == Requisition.id).label("opening"),),
    Consent: (_title_of(PrivacyNotice.title, Consent.notice_id == PrivacyNotice.id).label("notice"),),
}
"""What a number of the program's own stands for, where nobody understands the row without it."""
_CONFIDED: frozenset[type[Base]] = frozenset({CheckIn, TalkNote, LogEntry, Sheet, CaseEvidence})
"""What somebody wrote for themselves or for one other person, so that nobody else gives it out."""
_SPOKEN = "Voluntary answers about yourself: nobody can tell which are yours. Their own link shows and deletes them."


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A stored file that comes along: under which id it lies, what it is called, and its digest."""

    file_id: UUID
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Copied:
    """The copy and the documents that belong to it."""

    copy: DataCopy
    documents: tuple[StoredDocument, ...]


def data_copy(
    session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID, *, zone: str, now: datetime
) -> Copied:
    """The copy for a candidate or a person; one query for each kind of thing."""
    require(actor, Permission.DATA_EXPORT, found(subject_facts(session, actor, kind, subject_id)))
    if kind is SubjectKind.CANDIDATE:
        candidate, (parts, left_out) = session.get_one(Candidate, subject_id), _of_candidate(session, actor, subject_id)
        subject, zone = candidate.name, candidate.zone or zone
        documents = _candidate_documents(session, subject_id)
    else:
        own = actor.person_id == subject_id
        subject, (parts, left_out) = session.get_one(Person, subject_id).name, _of_person(subject_id, own=own)
        documents = _person_documents(session, subject_id) if own else ()
    letters = Letters(subject_id)
    sections = tuple(_section(session, letters, *part) for part in parts)
    company = session.scalar(select(Installation.company)) or ""
    return Copied(DataCopy(kind, company, zone, subject, now, sections, left_out), documents)


def _section(session: Session, letters: Letters, model: type[Base], which: ColumnElement[bool]) -> CopySection:
    table = model.__table__
    asked = select(*table.columns, *TOLD_TOO.get(model, ())).where(which).order_by(*table.primary_key)
    people = {
        column.name for column in table.columns if any(k.column.table.name == "person" for k in column.foreign_keys)
    }
    shown = [*(one.name for one in TOLD_TOO.get(model, ())), *shown_columns(model)]
    rows = tuple(_row(row, shown, people, letters) for row in session.execute(asked).mappings())
    return CopySection(model.__tablename__, DATA_MAP[model.__tablename__].purpose, rows)


def shown_columns(model: type[Base]) -> list[str]:
    """The columns of a table that come along."""
    return [one.name for one in model.__table__.columns if one.name not in _LEFT_OUT and not _is_key(one)]


def _is_key(column: Any) -> bool:  # noqa: ANN401  a column of any table
    """Numbers of the program's own, which tell nobody anything; people are told apart by letters."""
    keys = {key.column.table.name for key in column.foreign_keys}
    return (column.primary_key and column.name == "id") or bool(keys - {"person"})


def _row(row: Mapping[Any, Any], shown: Sequence[str], people: set[str], letters: Letters) -> Mapping[str, object]:
    values = {name: letters.of(row[name]) if name in people and row[name] else row[name] for name in shown}
    return {name: value for name, value in values.items() if told(value)}


def _of_candidate(session: Session, actor: ActorFacts, candidate_id: UUID) -> tuple[list[Part], tuple[str, ...]]:
    facts = candidate_facts(session, actor, candidate_id)
    opened = [one.application_id for one in facts if one.decided and allow(actor, Permission.CARD_READ, one).granted]
    mine = select(Application.id).where(Application.candidate_id == candidate_id)
    talks = select(Interview.id).where(Interview.application_id.in_(mine))
    work = select(CaseAssignment.id).where(CaseAssignment.application_id.in_(mine))
    parts: list[Part] = [
        (Candidate, Candidate.id == candidate_id),
        (ResumeRow, ResumeRow.candidate_id == candidate_id),
        (CandidateFile, CandidateFile.candidate_id == candidate_id),
        (Application, Application.candidate_id == candidate_id),
        (StageChange, StageChange.application_id.in_(mine)),
        (Interview, Interview.application_id.in_(mine)),
        (Invitation, Invitation.interview_id.in_(talks) & Invitation.person_id.is_(None)),
        (TimeRequest, TimeRequest.application_id.in_(mine)),
        (Message, Message.application_id.in_(mine)),
        (CandidateFeedback, CandidateFeedback.application_id.in_(mine) & CandidateFeedback.shared_at.is_not(None)),
        (CaseAssignment, CaseAssignment.application_id.in_(mine)),
        (CaseAnswer, CaseAnswer.assignment_id.in_(work)),
        (CaseFile, CaseFile.assignment_id.in_(work)),
        (CaseAllowance, CaseAllowance.assignment_id.in_(work)),
        (Consent, Consent.application_id.in_(mine)),
        *_evaluation(opened),
    ]
    sealed = () if len(opened) == len(facts) else (_SEALED,)
    return parts, (*sealed, _NOTES, _SPOKEN)


def _evaluation(applications: Sequence[UUID]) -> list[Part]:
    if not applications:
        return []
    cards = select(ScorecardRow.id).where(ScorecardRow.application_id.in_(applications))
    revisions = select(Revision.id).where(Revision.scorecard_id.in_(cards))
    decisions = select(Decision.id).where(Decision.application_id.in_(applications))
    return [
        (Revision, Revision.scorecard_id.in_(cards)),
        (RatingRow, RatingRow.revision_id.in_(revisions)),
        (Decision, Decision.application_id.in_(applications)),
        (DecisionVote, DecisionVote.decision_id.in_(decisions)),
    ]


def _of_person(person_id: UUID, *, own: bool) -> tuple[list[Part], tuple[str, ...]]:
    plans = select(Plan.id).where(Plan.hire_id == person_id)
    goals = select(Goal.id).where(Goal.plan_id.in_(plans))
    metrics = select(PlanMetric.id).where(PlanMetric.plan_id.in_(plans))
    cases = select(PromotionCase.id).where(PromotionCase.person_id == person_id)
    parts: list[Part] = [
        (Person, Person.id == person_id),
        (RoleGrant, RoleGrant.person_id == person_id),
        (SignIn, SignIn.person_id == person_id),
        (Identity, Identity.person_id == person_id),
        (Reporting, Reporting.person_id == person_id),
        (Placement, Placement.person_id == person_id),
        (BusyCalendar, BusyCalendar.person_id == person_id),
        (ConflictOfInterest, ConflictOfInterest.person_id == person_id),
        (Plan, Plan.hire_id == person_id),
        (PlanEvent, PlanEvent.plan_id.in_(plans)),
        (Goal, Goal.plan_id.in_(plans)),
        (GoalEventRow, GoalEventRow.goal_id.in_(goals)),
        (GoalEvidence, GoalEvidence.goal_id.in_(goals)),
        (CheckIn, CheckIn.author_id == person_id),
        (TalkNote, TalkNote.plan_id.in_(plans) & or_(TalkNote.author_id == person_id, TalkNote.shared)),
        (PlanMetric, PlanMetric.plan_id.in_(plans)),
        (ReadingRow, ReadingRow.plan_metric_id.in_(metrics)),
        (LogEntry, LogEntry.person_id == person_id),
        (Assessment, Assessment.person_id == person_id),
        (Sheet, Sheet.author_id == person_id),
        (PromotionCase, PromotionCase.requested_by_id.is_not(None) & (PromotionCase.person_id == person_id)),
        (CaseEvidence, CaseEvidence.case_id.in_(cases)),
        (Appeal, Appeal.by_id == person_id),
    ]
    if own:
        return parts, (_OTHERS,)
    return [part for part in parts if part[0] not in _CONFIDED], (_OTHERS, _THEIRS)


def _candidate_documents(session: Session, candidate_id: UUID) -> tuple[StoredDocument, ...]:
    work = (
        select(CaseAssignment.id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .where(Application.candidate_id == candidate_id)
    )
    statements = (
        select(CandidateFile.id, CandidateFile.name, CandidateFile.sha256).where(
            CandidateFile.candidate_id == candidate_id
        ),
        select(CaseFile.id, CaseFile.name, CaseFile.sha256).where(CaseFile.assignment_id.in_(work)),
    )
    return tuple(StoredDocument(*row) for one in statements for row in session.execute(one))


def _person_documents(session: Session, person_id: UUID) -> tuple[StoredDocument, ...]:
    rows = session.execute(
        select(LogEntry.id, LogEntry.title, LogEntry.sha256).where(LogEntry.person_id == person_id, LogEntry.size > 0)
    )
    return tuple(StoredDocument(*row) for row in rows)
