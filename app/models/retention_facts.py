"""Whose data may go one day, and since when nothing has happened to it: what the rules of retention ask for."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ScalarSelect, exists, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from app.domain.decision import Outcome
from app.domain.hiring import RequisitionState, Stage
from app.domain.privacy.retention import Cell, Ended, Ending, Jurisdiction, Kind, OwnRule, Rules, Standing
from app.models.audit import AuditEvent
from app.models.candidate import Application, Candidate, CandidateFile, StageChange
from app.models.case_work import CaseAnswer, CaseAssignment, CaseFile
from app.models.decision import Decision
from app.models.interview import Interview
from app.models.link import CandidateFeedback
from app.models.onboarding import Plan
from app.models.outbox import Message
from app.models.person import Person
from app.models.privacy import RetentionRule
from app.models.privacy_facts import candidate_held, person_held
from app.models.requisition import Requisition
from app.models.resume import Redaction, ResumeRow
from app.models.schedule import Invitation, TimeRequest

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import InstrumentedAttribute, Session

CLOSED = "person.close"
"""The event by which an account was closed."""


def rules(session: Session, today: date) -> Rules:
    """The months that hold on a day by the company's own rules; whatever it did not set keeps its default."""
    return Rules({cell: rule.holding(today) for cell, rule in own_rules(session).items()})


def own_rules(session: Session) -> dict[Cell, OwnRule]:
    """The company's own rules by cell, those that do not count yet among them."""
    rows = session.execute(
        select(
            RetentionRule.jurisdiction, RetentionRule.ending, RetentionRule.kept, RetentionRule.months,
            RetentionRule.before, RetentionRule.set_at,
        )
    )  # fmt: skip
    return {_cell(row): OwnRule(row.months, row.before, row.set_at.date()) for row in rows}


def is_decided(session: Session) -> bool:
    """Whether the company has said anything about keeping: a rule of its own, or whose law holds for an opening."""
    ruled, placed = (
        exists(select(RetentionRule.kept)),
        exists(select(Requisition.id).where(Requisition.jurisdiction != "")),
    )
    return bool(session.scalar(select(or_(ruled, placed))))


def _cell(row: Row[*tuple[Any, ...]]) -> Cell:
    return Jurisdiction(row.jurisdiction), Ending(row.ending), Kind(row.kept)


def candidates(session: Session, *, only: UUID | None = None) -> tuple[Standing, ...]:
    """Every candidate who is not erased, or ``only`` this one, in one query, in the order of their ids."""
    rows = session.execute(
        select(
            Candidate.id, Candidate.name, Candidate.created_at.label("known_since"), Candidate.hidden_at,
            candidate_held().label("held"), _documents().label("documents"), _letters().label("letters"),
            Application.id.label("application_id"), Application.created_at, Application.stage,
            Requisition.jurisdiction, Requisition.state, _last_outcome().label("outcome"), _works_here().label("here"),
            _latest(StageChange.at, StageChange.application_id).label("moved_at"),
            _latest(Decision.decided_at, Decision.application_id).label("decided_at"),
            _latest(Message.created_at, Message.application_id).label("told_at"),
        )
        .outerjoin(Application, Application.candidate_id == Candidate.id)
        .outerjoin(Requisition, Requisition.id == Application.requisition_id)
        .where(Candidate.erased_at.is_(None), true() if only is None else Candidate.id == only)
        .order_by(Candidate.id)
    )  # fmt: skip
    by_candidate: defaultdict[UUID, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        by_candidate[row.id].append(row)
    return tuple(_standing(candidate_id, some) for candidate_id, some in by_candidate.items())


def leavers(session: Session) -> tuple[Standing, ...]:
    """Everybody whose account is closed and who is not erased, from when it was closed, in two queries."""
    events = select(AuditEvent.object, func.max(AuditEvent.at)).where(AuditEvent.action == CLOSED)
    closed: dict[str, str] = {row[0]: row[1] for row in session.execute(events.group_by(AuditEvent.object))}
    rows = session.execute(
        select(Person.id, Person.name, Person.created_at, person_held().label("held"))
        .where(Person.active.is_(False), Person.erased_at.is_(None))
        .order_by(Person.id)
    )
    return tuple(
        Standing(
            row.id,
            row.name,
            (Ended(Jurisdiction.UNKNOWN, Ending.LEFT, _left_on(row, closed)),),
            bool(row.held),
            running=False,
        )
        for row in rows
    )


def _left_on(row: Row[*tuple[Any, ...]], closed: dict[str, str]) -> date:
    told = closed.get(f"user/{row.id}")
    return datetime.fromisoformat(told).date() if told else row.created_at.date()


def _standing(candidate_id: UUID, rows: list[Row[*tuple[Any, ...]]]) -> Standing:
    first = rows[0]
    endings = [_ended(row) for row in rows if row.application_id is not None]
    if not endings:
        # Nobody applied to anything: what was kept of them counts from when they became known.
        endings = [Ended(Jurisdiction.UNKNOWN, Ending.NOT_HIRED, first.known_since.date())]
    going_on = any(one is None for one in endings) or bool(first.here)
    ended = tuple(one for one in endings if one is not None)
    left = {Kind.DOCUMENTS} if first.documents else set()
    return Standing(
        candidate_id, first.name, ended, bool(first.held), running=going_on, hidden=first.hidden_at is not None,
        left=frozenset(left | ({Kind.LETTERS} if first.letters else set())),
    )  # fmt: skip


def _ended(row: Row[*tuple[Any, ...]]) -> Ended | None:
    """How an application ended, or None while it goes on."""
    ending = _ending(row)
    if ending is None:
        return None
    events = (row.created_at, row.moved_at, row.decided_at, row.told_at)
    return Ended(Jurisdiction(row.jurisdiction), ending, max(at for at in events if at is not None).date())


def _ending(row: Row[*tuple[Any, ...]]) -> Ending | None:
    if row.stage is Stage.WITHDRAWN:
        return Ending.WITHDRAWN
    if row.outcome is Outcome.HIRE:
        return Ending.HIRED
    over = row.outcome is Outcome.NO_HIRE or row.state is RequisitionState.CLOSED
    return Ending.NOT_HIRED if over else None


def _latest(what: InstrumentedAttribute[datetime], where: InstrumentedAttribute[Any]) -> ScalarSelect[datetime]:
    return select(func.max(what)).where(where == Application.id).correlate(Application).scalar_subquery()


def _last_outcome() -> ScalarSelect[Outcome]:
    later = aliased(Decision)
    newest = select(func.max(later.number)).where(later.application_id == Application.id).correlate(Application)
    return (
        select(Decision.outcome)
        .where(Decision.application_id == Application.id, Decision.number == newest.scalar_subquery())
        .correlate(Application)
        .scalar_subquery()
    )


def _works_here() -> ColumnElement[bool]:
    """Beside :class:`Candidate`: somebody of this address, or whose first year came of an application, works here."""
    hire, application = aliased(Person), aliased(Application)
    same = exists(select(literal(1)).where(hire.email == Candidate.email, hire.active).correlate(Candidate))
    begun = exists(
        select(literal(1))
        .select_from(Plan)
        .join(application, application.id == Plan.application_id)
        .join(hire, hire.id == Plan.hire_id)
        .where(application.candidate_id == Candidate.id, hire.active)
        .correlate(Candidate)
    )
    return or_(same, begun)


def _documents() -> ColumnElement[bool]:
    """Beside :class:`Candidate`: anything is left that they handed in."""
    work, own = _theirs(CaseAssignment.application_id), Candidate.id
    of_work = select(literal(1)).select_from(CaseAssignment).where(work)
    return or_(
        exists(select(literal(1)).where(CandidateFile.candidate_id == own).correlate(Candidate)),
        exists(select(literal(1)).where(ResumeRow.candidate_id == own).correlate(Candidate)),
        exists(select(literal(1)).where(Redaction.candidate_id == own).correlate(Candidate)),
        exists(of_work.join(CaseFile, CaseFile.assignment_id == CaseAssignment.id).correlate(Candidate)),
        exists(
            of_work.join(CaseAnswer, CaseAnswer.assignment_id == CaseAssignment.id)
            .where(CaseAnswer.text != "")
            .correlate(Candidate)
        ),
    )


def _letters() -> ColumnElement[bool]:
    """Beside :class:`Candidate`: anything is left that was written to them, or by them."""
    invited = select(literal(1)).select_from(Invitation).join(Interview, Interview.id == Invitation.interview_id)
    tables = (Message, CandidateFeedback, TimeRequest)
    written = (select(literal(1)).select_from(one).where(_theirs(one.application_id)) for one in tables)
    return or_(
        *(exists(one.correlate(Candidate)) for one in written),
        exists(invited.where(_theirs(Interview.application_id)).correlate(Candidate)),
    )


def _theirs(application_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    application = aliased(Application)
    mine = select(application.id).where(application.candidate_id == Candidate.id).correlate(Candidate)
    return application_id.in_(mine)
