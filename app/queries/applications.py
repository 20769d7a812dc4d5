"""One application as its page and its forms show it, cut to what the reader may know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, select

from app.domain.access import found, require
from app.domain.decision import Outcome
from app.domain.errors import NotFoundError
from app.domain.hiring import STAGE_MOVES, RequisitionState, Stage
from app.domain.permission import Permission, Role, allow
from app.domain.visibility import Step, history_for, stage_for
from app.models.asking import asked_by, asking_as
from app.models.candidate import Application, CandidateFile, StageChange
from app.models.decision import Decision
from app.models.facts import application_facts, applications_facts
from app.models.interview import Interview
from app.models.onboarding import Plan
from app.models.person import Person
from app.models.plan_facts import plans_visible_to
from app.queries import panels, requisitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts
    from app.models.asking import Asking
    from app.queries.panels import CoverageRow, Panel, PanelRow, PlannedInterview
    from app.queries.requisitions import Choice, RequisitionHeader


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
class ApplicationPage:
    """The application's page; ``granted`` holds what the reader may do there, of what the page offers.

    ``moves`` are the stages that the reader can move it to; ``decision_id`` the newest decision that they may see,
    and ``welcomes`` holds when that one is to hire and the reader may begin the first year, which is not begun yet.
    ``plan_id`` is that first year once it is begun, for whoever may see the decision and open the plan.
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


@dataclass(frozen=True, slots=True)
class PlanningPage:
    """What the form of an interview needs; ``interview`` is the one that is changed, if any."""

    header: ApplicationHeader
    requisition: RequisitionHeader
    panel: Panel
    coverage: tuple[CoverageRow, ...]
    interviewers: tuple[Choice, ...]
    interview: PlannedInterview | None = None


@dataclass(frozen=True, slots=True)
class PanelSource:
    """Another application whose panel can be copied: whose it is and what it holds."""

    application_id: UUID
    candidate: str
    panel: Panel


_OFFERED = (
    Permission.PANEL_PLAN,
    Permission.STAGE_MOVE,
    Permission.CANDIDATE_EDIT,
    Permission.DEBRIEF_OPEN,
    Permission.DEBRIEF_SEE,
)


def page(session: Session, actor: ActorFacts, application_id: UUID) -> ApplicationPage:
    """The application's page, in four queries; :class:`NotFoundError` when it is not theirs to know."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.CANDIDATE_SEE, facts)
    rows = panels.rows(session, Application.id == application_id)
    requisition = requisitions.header(session, facts.requisition_id)
    panel, header = panels.panel_of(rows, actor, facts), _header(rows, facts)
    trail = _trail(session, actor, application_id)
    knows = allow(actor, Permission.DECISION_SEE, facts).granted
    steps = {row.number: Step(row.from_stage, row.to_stage, row.reason, row.at, row.by) for row in trail}
    files = {row.file_id: StoredDocument(row.file_id, row.file, row.size, row.added_at) for row in trail if row.file_id}
    return ApplicationPage(
        header,
        requisition,
        panel,
        panel.coverage(requisition.blueprint.scorecard, requisition.musts),
        history_for(facts, steps.values()),
        tuple(files.values()),
        frozenset(permission for permission in _OFFERED if allow(actor, permission, facts).granted),
        _moves(actor, facts, header.stage),
        _plannable(actor, facts, header.stage),
        trail[0].decision_id if knows else None,
        trail[0].outcome is Outcome.HIRE and trail[0].plan_id is None and welcomes(actor, facts),
        trail[0].plan_id if knows and trail[0].opens else None,
    )


def welcomes(actor: ActorFacts, facts: ApplicationFacts) -> bool:
    """Whether the reader may begin the first year of somebody hired: who knows the decision and starts plans."""
    return all(allow(actor, one, facts).granted for one in (Permission.DECISION_SEE, Permission.ONBOARDING_START))


def planning(session: Session, actor: ActorFacts, application_id: UUID) -> PlanningPage:
    """What planning an interview starts from, in four queries."""
    return _planning(session, actor, Application.id == application_id)


def replanning(session: Session, actor: ActorFacts, interview_id: UUID) -> PlanningPage:
    """What changing an interview starts from, in four queries; a cancelled one is :class:`NotFoundError`."""
    its = select(Interview.application_id).where(Interview.id == interview_id).scalar_subquery()
    start = _planning(session, actor, Application.id == its)
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
    rows = panels.rows(session, Application.requisition_id == facts.requisition_id)
    grouped = {key: list(each) for key, each in groupby(rows, key=lambda row: row.application_id)}
    offered = [
        PanelSource(key, each[0].candidate, panels.panel_of(each, actor, others[key]))
        for key, each in grouped.items()
        if key != application_id and allow(actor, Permission.PANEL_PLAN, others[key]).granted
    ]
    return _header(grouped[application_id], facts), tuple(source for source in offered if source.panel.interviews)


def _planning(session: Session, actor: ActorFacts, which: ColumnElement[bool]) -> PlanningPage:
    rows = panels.rows(session, which)
    if not rows:
        raise NotFoundError
    facts = found(application_facts(session, actor, rows[0].application_id))
    require(actor, Permission.PANEL_PLAN, facts)
    requisition = requisitions.header(session, facts.requisition_id)
    panel, header = panels.panel_of(rows, actor, facts), _header(rows, facts)
    people = requisitions.choices(session, Role.INTERVIEWER, apart_from=header.email)
    coverage = panel.coverage(requisition.blueprint.scorecard, requisition.musts)
    return PlanningPage(header, requisition, panel, coverage, people)


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


def _trail(session: Session, actor: ActorFacts, application_id: UUID) -> Sequence[Row[Any]]:
    """Each step of the history, oldest first, beside each document: both are short, so one query is cheaper."""
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
        )
        .select_from(Application)
        .outerjoin(Decision, Decision.id == newest)
        .outerjoin(Plan, Plan.application_id == Application.id)
        .join(StageChange, StageChange.application_id == Application.id)
        .join(Person, Person.id == StageChange.by_id)
        .outerjoin(CandidateFile, CandidateFile.candidate_id == Application.candidate_id)
        .where(Application.id == bindparam("application_id"))
        .order_by(StageChange.number, CandidateFile.added_at, CandidateFile.name)
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
