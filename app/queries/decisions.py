"""Recorded decisions: one with its history, and the list of those a person may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import exists, literal, select, tuple_
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.blueprint import Scorecard
from app.domain.debrief import BlueprintStamp
from app.domain.decision import DecisionRecord, Outcome, VoteRecord
from app.domain.documents import DecisionDocument
from app.domain.errors import NotFoundError
from app.domain.history import Change, decision_history
from app.domain.kept import KeptSummary, summary_of
from app.domain.permission import Permission, RequisitionFacts, allow
from app.domain.ruling import for_committee
from app.models.asking import Asking, asked_by, asking_as
from app.models.audit import AuditCheckpoint, AuditEvent
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.decision import Decision, DecisionVote, KeptAnalysis
from app.models.facts import application_facts
from app.models.onboarding import Plan
from app.models.person import Installation, Person
from app.models.planning import owes_on_candidate
from app.models.records import DECISION_ACTIONS
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to
from app.queries import applications, blueprints, early_readings

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts

PAGE = 50
_LINE_WORDS = 4


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One record with the others of its application, oldest first; ``may_correct`` for the chair, on the newest.

    ``welcomes`` holds when the newest is to hire and the reader may begin the first year, which is not begun yet.
    """

    record: DecisionRecord
    history: tuple[DecisionRecord, ...]
    scorecard: Scorecard
    may_correct: bool
    welcomes: bool

    @property
    def changes(self) -> tuple[Change, ...]:
        """What each correction changed, oldest first."""
        return decision_history((*self.history, self.record))


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One line of the list: the newest record of an application."""

    decision_id: UUID
    candidate: str
    requisition_id: UUID
    requisition: str
    outcome: Outcome
    decided_by: str
    decided_at: datetime
    corrected: bool


def decision(session: Session, actor: ActorFacts, decision_id: UUID) -> DecisionView:
    """One recorded decision, with the votes that were sealed until then."""
    return _view(session, actor, decision_id, (Permission.DECISION_SEE,))


def _view(session: Session, actor: ActorFacts, decision_id: UUID, permissions: Sequence[Permission]) -> DecisionView:
    row = session.execute(
        select(Decision.application_id, Plan.id.label("plan_id"))
        .outerjoin(Plan, Plan.application_id == Decision.application_id)
        .where(Decision.id == decision_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    application_id = row.application_id
    facts = found(application_facts(session, actor, application_id))
    for permission in permissions:
        require(actor, permission, facts)
    history = records(session, actor, application_id, analysed=_compares(actor, facts))
    chosen = next(record for record in history if record.decision_id == decision_id)
    may_correct = chosen.corrected_by is None and allow(actor, Permission.DECISION_RECORD, facts).granted
    scorecard = for_committee(blueprints.of_digest(session, chosen.blueprint.sha256))
    others = tuple(record for record in history if record is not chosen)
    arriving = chosen.corrected_by is None and chosen.outcome is Outcome.HIRE and row.plan_id is None
    return DecisionView(chosen, others, scorecard, may_correct, arriving and applications.welcomes(actor, facts))


def correctable(session: Session, actor: ActorFacts, decision_id: UUID) -> DecisionView:
    """A decision for whoever may record another in its place."""
    return _view(session, actor, decision_id, (Permission.DECISION_SEE, Permission.DECISION_RECORD))


def newest(session: Session, actor: ActorFacts, application_id: UUID) -> DecisionRecord | None:
    """The record that stands for an application, if there is one and the actor may read it."""
    facts = found(application_facts(session, actor, application_id))
    if not allow(actor, Permission.DECISION_SEE, facts).granted:
        return None
    return max(records(session, actor, application_id), key=lambda record: record.number, default=None)


def decisions(
    session: Session, actor: ActorFacts, *, requisition_id: UUID | None = None, before: UUID | None = None
) -> tuple[DecisionLine, ...]:
    """The newest record of each application that the actor may read, newest first, at most ``PAGE`` + 1 of them.

    ``before`` is the last decision of the page above. Nothing of a candidate on whom the actor owes a card is listed.
    """
    require(actor, Permission.DECISION_LIST)
    statement = _lines(asking_as(actor)).limit(PAGE + 1)
    if requisition_id is not None:
        statement = statement.where(Requisition.id == requisition_id)
    if before is not None:
        last = aliased(Decision)
        place = select(last.decided_at, last.id).where(last.id == before).scalar_subquery()
        statement = statement.where(tuple_(Decision.decided_at, Decision.id) < place)
    return tuple(DecisionLine(*row) for row in session.execute(statement, asked_by(actor)))


def document(session: Session, actor: ActorFacts, decision_id: UUID, *, zone: str) -> DecisionDocument:
    """One record on paper, with the others of its application."""
    view = decision(session, actor, decision_id)
    company = session.scalar(select(Installation.company)) or ""
    event = _event(session, decision_id) if view.record.checkpoint else ""
    signed = _signed(session, view.record.checkpoint)
    early = early_readings.of_application(session, view.record.application_id)
    return DecisionDocument(company, view.record, view.scorecard, view.history, zone, event, signed, early)


def _event(session: Session, decision_id: UUID) -> str:
    """Number and hash of the event that recorded a decision: the hash holds it and everything before."""
    own = select(AuditEvent.seq, AuditEvent.hash).where(
        AuditEvent.object == f"decision/{decision_id}", AuditEvent.action.in_(DECISION_ACTIONS)
    )
    row = session.execute(own.order_by(AuditEvent.seq).limit(1)).one_or_none()
    return f"{row.seq} {row.hash}" if row else ""


def _signed(session: Session, line: str) -> str:
    """Which key signed this checkpoint, and the first digits of the signature."""
    _, _, size, root = line.split() if len(line.split()) == _LINE_WORDS else ("", "", "0", "")
    kept = select(AuditCheckpoint.key_id, AuditCheckpoint.signature)
    row = session.execute(kept.where(AuditCheckpoint.size == int(size), AuditCheckpoint.root == root)).first()
    return f"key {row.key_id}, signature {row.signature[:16]}" if row else ""


def records(
    session: Session, actor: ActorFacts, application_id: UUID, *, analysed: bool = False
) -> tuple[DecisionRecord, ...]:
    """Every record of an application, oldest first; the caller has asked the permission map.

    A checkpoint is made from every event there is, also from cards on other candidates, so it is left out for a
    reader who still owes a card on anybody. The same goes for the analysis, which only who compares may read.
    """
    rows = session.execute(_records().where(Decision.application_id == application_id).order_by(Decision.number)).all()
    votes = _votes(session, [row.id for row in rows]) if rows else {}
    numbers = {row.id: row.number for row in rows}
    corrected = {row.corrects_id: row.number for row in rows if row.corrects_id}
    made = (_record(row, votes.get(row.id, ()), numbers, corrected) for row in rows)
    if actor.owes:
        return tuple(replace(record, checkpoint="", analysis=None) for record in made)
    return tuple(record if analysed else replace(record, analysis=None) for record in made)


def _compares(actor: ActorFacts, facts: ApplicationFacts) -> bool:
    """Whether the reader may compare the candidates now: that this one is decided opens no other."""
    whole = RequisitionFacts(**{field.name: getattr(facts, field.name) for field in fields(RequisitionFacts)})
    return allow(actor, Permission.COMPARISON_SEE, whole).granted


@lru_cache(maxsize=64)
def _lines(actor: Asking) -> Select[*tuple[Any, ...]]:
    later = aliased(Decision)
    return (
        select(
            Decision.id,
            Candidate.name,
            Requisition.id,
            Requisition.title,
            Decision.outcome,
            Person.name,
            Decision.decided_at,
            Decision.corrects_id.is_not(None),
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Person, Person.id == Decision.decided_by_id)
        .where(
            ~exists(select(literal(1)).where(later.corrects_id == Decision.id)),
            applications_visible_to(actor),
            ~owes_on_candidate(actor),
        )
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
    )


def _records() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(getattr(Decision, name) for name in _COPIED),
            Application.requisition_id,
            Requisition.title.label("requisition"),
            Candidate.name.label("candidate"),
            Person.name.label("decided_by"),
            BlueprintVersion.role,
            BlueprintVersion.title.label("blueprint"),
            BlueprintVersion.number.label("blueprint_number"),
            KeptAnalysis.id.label("analysis_id"),
            KeptAnalysis.method,
            KeptAnalysis.data_sha256,
            KeptAnalysis.seed,
            KeptAnalysis.libraries,
            KeptAnalysis.answer,
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .join(Person, Person.id == Decision.decided_by_id)
        .outerjoin(KeptAnalysis, KeptAnalysis.decision_id == Decision.id)
    )


_COPIED = (
    "id", "application_id", "number", "outcome", "reasons", "departure_reason", "absences", "corrects_id",
    "correction_reason", "decided_at", "composite", "coverage", "blueprint_sha256", "checkpoint",
)  # fmt: skip


def _votes(session: Session, decision_ids: Sequence[UUID]) -> dict[UUID, list[VoteRecord]]:
    grouped: dict[UUID, list[VoteRecord]] = {}
    rows = session.execute(
        select(DecisionVote.decision_id, DecisionVote.member_id, Person.name, DecisionVote.outcome, DecisionVote.reason)
        .join(Person, Person.id == DecisionVote.member_id)
        .where(DecisionVote.decision_id.in_(decision_ids))
    )
    for decision_id, member_id, member, outcome, reason in rows:
        grouped.setdefault(decision_id, []).append(VoteRecord(member_id, member, outcome, reason))
    return grouped


def _record(
    row: Row[*tuple[Any, ...]],
    votes: Sequence[VoteRecord],
    numbers: Mapping[UUID, int],
    corrected: Mapping[UUID, int],
) -> DecisionRecord:
    return DecisionRecord(
        decision_id=row.id,
        application_id=row.application_id,
        requisition_id=row.requisition_id,
        requisition=row.requisition,
        candidate=row.candidate,
        number=row.number,
        outcome=row.outcome,
        reasons=row.reasons,
        departure_reason=row.departure_reason,
        corrects=numbers.get(row.corrects_id) if row.corrects_id else None,
        corrected_by=corrected.get(row.id),
        correction_reason=row.correction_reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        composite=None if row.composite is None else Fraction(row.composite),
        coverage=Fraction(row.coverage),
        votes=tuple(sorted(votes, key=lambda vote: (vote.member.casefold(), str(vote.member_id)))),
        blueprint=BlueprintStamp(row.role, row.blueprint, row.blueprint_number, row.blueprint_sha256),
        checkpoint=row.checkpoint,
        absences=row.absences,
        analysis=_analysis(row),
    )


def _analysis(row: Row[*tuple[Any, ...]]) -> KeptSummary | None:
    if row.analysis_id is None:
        return None
    stamp = (row.method, row.data_sha256, row.seed, row.libraries)
    return summary_of(row.analysis_id, stamp, row.answer, row.application_id)
