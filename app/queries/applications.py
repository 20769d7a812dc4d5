"""One application as its page and its forms show it, cut to what the reader may know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from app.domain.access import found, require
from app.domain.decision import Outcome
from app.domain.errors import NotFoundError
from app.domain.hiring import STAGE_MOVES, RequisitionState, Stage
from app.domain.permission import Permission, allow
from app.domain.visibility import Step, history_for, stage_for
from app.models.asking import asked_by, asking_as
from app.models.candidate import Application, CandidateFile, StageChange
from app.models.case_times import columns, time_in
from app.models.case_work import CaseAllowance, CaseAssignment, CaseTask
from app.models.decision import Decision
from app.models.facts import application_facts, applications_facts
from app.models.interview import Interview
from app.models.onboarding import Plan
from app.models.person import Person
from app.models.plan_facts import plans_visible_to
from app.models.schedule import TimeRequest
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import SeatOffer
from app.queries import interviewers, panels, requisitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, ScalarSelect, Select
    from sqlalchemy.orm import Session

    from app.domain.case_work import WorkTime
    from app.domain.permission import ActorFacts, ApplicationFacts
    from app.models.asking import Asking
    from app.queries.interviewers import Bench, Week
    from app.queries.panels import CoverageRow, Panel, PanelRow, PlannedInterview
    from app.queries.requisitions import RequisitionHeader


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of a candidate; ``size`` in bytes."""

    file_id: UUID
    name: str
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationHeader:
    """Who applies for what, and where that stands as the reader may know it."""

    application_id: UUID
    candidate_id: UUID
    candidate: str
    headline: str
    email: str
    stage: Stage
    applied_at: datetime
    owes: bool


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A case that the candidate was given, with the time they have for it."""

    assignment_id: UUID
    task: str
    time: WorkTime
    closed_by_clock: bool


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """The application's page; ``granted`` holds what the reader may do there, of what the page offers.

    ``moves`` are the stages that the reader can move it to; ``decision_id`` the newest decision that they may see,
    and ``welcomes`` holds when that one is to hire and the reader may begin the first year, which is not begun yet.
    ``plan_id`` is that first year once it is begun, for whoever may see the decision and open the plan.
    ``work`` is the candidate's case work, soonest given first, for who keeps it. ``wish_at`` is when the candidate
    last asked for other times without an answer, and ``offer_id`` the released card whose seat a colleague is offered
    for, longest unanswered: each for who answers it.
    """

    header: ApplicationHeader
    requisition: RequisitionHeader
    panel: Panel
    coverage: tuple[CoverageRow, ...]
    history: tuple[Step, ...]
    files: tuple[StoredDocument, ...]
    granted: frozenset[Permission]
    moves: tuple[Stage, ...]
    plannable: bool
    decision_id: UUID | None
    welcomes: bool
    plan_id: UUID | None
    work: tuple[WorkLine, ...]
    wish_at: datetime | None
    offer_id: UUID | None


@dataclass(frozen=True, slots=True)
class PlanningPage:
    """What the form of an interview needs; ``interview`` is the one that is changed, if any.

    ``bench`` has everybody who may interview this candidate.
    """

    header: ApplicationHeader
    requisition: RequisitionHeader
    panel: Panel
    coverage: tuple[CoverageRow, ...]
    bench: Bench
    interview: PlannedInterview | None = None


@dataclass(frozen=True, slots=True)
class PanelSource:
    """Another application whose panel can be copied: whose it is and what it holds."""

    application_id: UUID
    candidate: str
    panel: Panel


THE_CANDIDATE = "the candidate"
_OFFERED = (
    Permission.PANEL_PLAN,
    Permission.STAGE_MOVE,
    Permission.CANDIDATE_EDIT,
    Permission.LINK_ISSUE,
    Permission.FEEDBACK_TELL,
    Permission.DEBRIEF_OPEN,
    Permission.DEBRIEF_SEE,
    Permission.CASE_WORK_KEEP,
    Permission.PROGRESS_SEE,
    Permission.GLASS_ASK,
    Permission.KIT_SEE,
    Permission.INTEREST_DECLARE,
)


def page(session: Session, actor: ActorFacts, application_id: UUID) -> ApplicationPage:
    """The application's page, in four queries; :class:`NotFoundError` when it is not theirs to know."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.CANDIDATE_SEE, facts)
    rows = panels.rows(session, actor, Application.id == application_id)
    requisition = requisitions.header(session, facts.requisition_id)
    panel, header = panels.panel_of(rows, actor, facts), _header(rows, facts)
    trail = _trail(session, actor, application_id)
    knows = allow(actor, Permission.DECISION_SEE, facts).granted
    named = not facts.blinded
    steps = {row.number: _step(row, named=named) for row in trail}
    files = {row.file_id: _document(row) for row in trail if row.file_id and named}
    granted = frozenset(permission for permission in _OFFERED if allow(actor, permission, facts).granted)
    plans = Permission.PANEL_PLAN in granted
    return ApplicationPage(
        header,
        requisition,
        panel,
        panel.coverage(requisition.blueprint.scorecard, requisition.musts),
        history_for(facts, steps.values()),
        tuple(files.values()),
        granted,
        _moves(actor, facts, header.stage),
        _plannable(actor, facts, header.stage),
        trail[0].decision_id if knows else None,
        trail[0].outcome is Outcome.HIRE and trail[0].plan_id is None and welcomes(actor, facts),
        trail[0].plan_id if knows and trail[0].opens else None,
        _work(trail) if Permission.CASE_WORK_KEEP in granted else (),
        trail[0].wish_at if plans else None,
        trail[0].offer_id if plans and Permission.PROGRESS_SEE in granted else None,
    )


def welcomes(actor: ActorFacts, facts: ApplicationFacts) -> bool:
    """Whether the reader may begin the first year of somebody hired: who knows the decision and starts plans."""
    return all(allow(actor, one, facts).granted for one in (Permission.DECISION_SEE, Permission.ONBOARDING_START))


def planning(session: Session, actor: ActorFacts, application_id: UUID, week: Week) -> PlanningPage:
    """What planning an interview in a week starts from, in four queries."""
    return _planning(session, actor, Application.id == application_id, week)


def replanning(session: Session, actor: ActorFacts, interview_id: UUID, week: Week) -> PlanningPage:
    """What changing an interview starts from, in four queries; a cancelled one is :class:`NotFoundError`."""
    its = select(Interview.application_id).where(Interview.id == interview_id).scalar_subquery()
    start = _planning(session, actor, Application.id == its, week, interview_id)
    kept = next((each for each in start.panel.interviews if each.interview_id == interview_id), None)
    if kept is None:
        raise NotFoundError
    return replace(start, interview=kept)


def sources(
    session: Session, actor: ActorFacts, application_id: UUID
) -> tuple[ApplicationHeader, tuple[PanelSource, ...]]:
    """The application, and those of the same requisition that have a panel to copy, in three queries."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.PANEL_PLAN, facts)
    others = applications_facts(session, actor, facts.requisition_id)
    rows = panels.rows(session, actor, Application.requisition_id == facts.requisition_id)
    grouped = {key: list(each) for key, each in groupby(rows, key=lambda row: row.application_id)}
    offered = [
        PanelSource(key, each[0].candidate, panels.panel_of(each, actor, others[key]))
        for key, each in grouped.items()
        if key != application_id and allow(actor, Permission.PANEL_PLAN, others[key]).granted
    ]
    return _header(grouped[application_id], facts), tuple(source for source in offered if source.panel.interviews)


def _planning(
    session: Session, actor: ActorFacts, which: ColumnElement[bool], week: Week, apart_from: UUID | None = None
) -> PlanningPage:
    rows = panels.rows(session, actor, which)
    if not rows:
        raise NotFoundError
    facts = found(application_facts(session, actor, rows[0].application_id))
    require(actor, Permission.PANEL_PLAN, facts)
    requisition = requisitions.header(session, facts.requisition_id)
    panel, header = panels.panel_of(rows, actor, facts), _header(rows, facts)
    role = requisition.stamp.role
    bench = interviewers.bench(session, actor, facts.application_id, role, week, apart_from=apart_from)
    coverage = panel.coverage(requisition.blueprint.scorecard, requisition.musts)
    return PlanningPage(header, requisition, panel, coverage, bench)


def _header(rows: Sequence[PanelRow], facts: ApplicationFacts) -> ApplicationHeader:
    first = rows[0]
    return ApplicationHeader(
        facts.application_id,
        first.candidate_id,
        first.candidate,
        first.headline,
        first.email,
        stage_for(facts, first.stage),
        first.created_at,
        facts.owes > 0,
    )


def _step(row: Row[Any], *, named: bool) -> Step:
    """A step; its reason was written by somebody who knows the name, so it stays out where that may not be told."""
    return Step(row.from_stage, row.to_stage, row.reason if named else "", row.at, row.by or THE_CANDIDATE)


def _document(row: Row[Any]) -> StoredDocument:
    return StoredDocument(row.file_id, row.file, row.size, row.added_at)


def _work(trail: Sequence[Row[Any]]) -> tuple[WorkLine, ...]:
    given = {row.assignment_id: row for row in trail if row.assignment_id}
    return tuple(
        WorkLine(row.assignment_id, row.task, time_in(row), row.closed_by_clock)
        for row in sorted(given.values(), key=lambda row: (row.opens_at, row.task))
    )


def _trail(session: Session, actor: ActorFacts, application_id: UUID) -> Sequence[Row[Any]]:
    """Each step of the history, oldest first, beside each document and case: all are few, so one query is cheaper."""
    return session.execute(_steps(asking_as(actor)), asked_by(actor, application_id=application_id)).all()


@lru_cache(maxsize=16)
def _steps(asking: Asking) -> Select[*tuple[Any, ...]]:
    newest = (
        select(Decision.id)
        .where(Decision.application_id == Application.id)
        .order_by(Decision.number.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    return (
        select(
            StageChange.number,
            StageChange.from_stage,
            StageChange.to_stage,
            StageChange.reason,
            StageChange.at,
            Person.name.label("by"),
            CandidateFile.id.label("file_id"),
            CandidateFile.name.label("file"),
            CandidateFile.size,
            CandidateFile.added_at,
            Decision.id.label("decision_id"),
            Decision.outcome,
            Plan.id.label("plan_id"),
            plans_visible_to(asking).label("opens"),
            CaseAssignment.id.label("assignment_id"),
            CaseAssignment.closed_by_clock,
            CaseTask.title.label("task"),
            *columns(),
            _wish().label("wish_at"),
            _offer().label("offer_id"),
        )
        .select_from(Application)
        .outerjoin(Decision, Decision.id == newest)
        .outerjoin(Plan, Plan.application_id == Application.id)
        .join(StageChange, StageChange.application_id == Application.id)
        .outerjoin(Person, Person.id == StageChange.by_id)
        .outerjoin(CandidateFile, CandidateFile.candidate_id == Application.candidate_id)
        .outerjoin(
            CaseAssignment,
            and_(CaseAssignment.application_id == Application.id, CaseAssignment.withdrawn_at.is_(None)),
        )
        .outerjoin(CaseTask, CaseTask.id == CaseAssignment.task_id)
        .outerjoin(CaseAllowance, CaseAllowance.assignment_id == CaseAssignment.id)
        .where(Application.id == bindparam("application_id"))
        .order_by(StageChange.number, CandidateFile.added_at, CandidateFile.name)
    )


def _wish() -> ScalarSelect[datetime]:
    """When the candidate of an :class:`Application` last asked for other times, if nobody has answered."""
    return (
        select(func.max(TimeRequest.asked_at))
        .where(TimeRequest.application_id == Application.id, TimeRequest.settled_at.is_(None))
        .correlate(Application)
        .scalar_subquery()
    )


def _offer() -> ScalarSelect[UUID]:
    """The released card of an :class:`Application` whose seat a colleague was proposed for first, still unanswered."""
    return (
        select(SeatOffer.scorecard_id)
        .join(ScorecardRow, ScorecardRow.id == SeatOffer.scorecard_id)
        .where(ScorecardRow.application_id == Application.id, SeatOffer.settled_at.is_(None))
        .order_by(SeatOffer.offered_at, SeatOffer.scorecard_id)
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )


def _moves(actor: ActorFacts, facts: ApplicationFacts, shown: Stage) -> tuple[Stage, ...]:
    if not allow(actor, Permission.STAGE_MOVE, facts).granted:
        return ()
    if facts.owes or facts.decided:
        return () if shown is Stage.WITHDRAWN else (Stage.WITHDRAWN,)
    return tuple(stage for stage in STAGE_MOVES if stage is not shown)


def _plannable(actor: ActorFacts, facts: ApplicationFacts, shown: Stage) -> bool:
    """Whether an interview may be planned; the same rule as the service's, told beforehand."""
    may = allow(actor, Permission.PANEL_PLAN, facts).granted and facts.state is RequisitionState.OPEN
    return may and shown is not Stage.WITHDRAWN and not (facts.decided and not facts.owes)
