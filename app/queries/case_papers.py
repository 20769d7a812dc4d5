"""The promotion packet: the case as its reader may see it, with what the rest of the program knows and may show them.

Metrics and first years are in it for whoever may open the plan they stand in; for everybody else only the metrics of
which the person cites a reading. The decision that somebody was hired by is in it for whoever may read that decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.domain.debrief import BlueprintStamp
from app.domain.growth.case_file import HireRecord, PromotionDocument, YearRecord
from app.domain.growth.log import Visibility
from app.domain.onboarding.documents import PrintedMetric, PrintedReading
from app.domain.permission import Permission, allow
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.decision import Decision
from app.models.evidence import LogEntry
from app.models.facts import application_facts
from app.models.measuring import PlanMetric, ReadingRow
from app.models.onboarding import Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_facts import plan_facts
from app.models.promotion import CaseEvidence
from app.models.requisition import Requisition
from app.queries import measures
from app.queries.case_files import open_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.case_files import OpenFile
    from app.queries.measures import MetricLine


def packet(session: Session, actor: ActorFacts, case_id: UUID, *, zone: str) -> PromotionDocument:
    """The whole packet; the same facts give the same document on any day."""
    found = open_file(session, actor, case_id, today=None)
    plans = session.execute(
        select(Plan.id, Plan.application_id).where(Plan.hire_id == found.file.head.person_id).order_by(Plan.starts_on)
    ).all()
    opened = [row.id for row in plans if _may_open(session, actor, row.id)]
    return PromotionDocument(
        company=found.company,
        file=found.file,
        blueprint=found.blueprint,
        reader=reader_words(found),
        metrics=_metrics(session, case_id, [row.id for row in plans], opened),
        years=tuple(_year(session, plan_id) for plan_id in opened),
        hires=tuple(hire for row in plans if row.application_id for hire in _hires(session, actor, row.application_id)),
        as_of=newest(found),
        zone=zone,
    )


def reader_words(found: OpenFile) -> str:
    """For whom this copy is."""
    facts, head = found.facts, found.file.head
    if facts.is_person:
        return f"{head.person}, whom the case is about"
    if facts.is_manager:
        return f"{head.manager}, the manager"
    return "a member of the panel" if facts.on_panel else "an HR partner"


def newest(found: OpenFile) -> datetime:
    """The time of the newest fact in the case."""
    return max(one.at for one in found.file.history)


def _may_open(session: Session, actor: ActorFacts, plan_id: UUID) -> bool:
    facts = plan_facts(session, actor, plan_id)
    return facts is not None and allow(actor, Permission.PLAN_SEE, facts).granted


def _metrics(
    session: Session, case_id: UUID, plans: Sequence[UUID], opened: Sequence[UUID]
) -> tuple[PrintedMetric, ...]:
    """Metrics with readings: those of plans that the reader may open, else those that the person put into the case."""
    cites = (
        select(ReadingRow.plan_metric_id)
        .join(LogEntry, LogEntry.reading_id == ReadingRow.id)
        .join(CaseEvidence, CaseEvidence.entry_id == LogEntry.id)
        .where(
            CaseEvidence.case_id == case_id,
            LogEntry.visibility == Visibility.CASE,
            LogEntry.withdrawn_at.is_(None),
        )
    )
    lines = [
        *measures.lines(session, PlanMetric.plan_id.in_(opened)),
        *measures.lines(
            session, and_(PlanMetric.plan_id.in_([one for one in plans if one not in opened]), PlanMetric.id.in_(cites))
        ),
    ]
    return tuple(_printed(one) for one in lines if one.readings)


def _printed(line: MetricLine) -> PrintedMetric:
    readings = tuple(PrintedReading(one.day, one.value, one.by, one.note) for one in line.readings)
    return PrintedMetric(line.metric, line.area, line.aim, readings)


def _year(session: Session, plan_id: UUID) -> YearRecord:
    manager = aliased(Person)
    rows = session.execute(
        select(
            Plan.title, manager.name, Plan.starts_on, Plan.state, PlanMilestone.title.label("milestone"),
            PlanMilestone.due_on, PlanMilestone.settled,
        )
        .join(manager, manager.id == Plan.manager_id)
        .outerjoin(PlanMilestone, PlanMilestone.plan_id == Plan.id)
        .where(Plan.id == plan_id)
        .order_by(PlanMilestone.position)
    ).all()  # fmt: skip
    first = rows[0]
    parts = tuple((row.milestone, row.due_on, row.settled) for row in rows if row.milestone is not None)
    return YearRecord(first.title, first.name, first.starts_on, first.state.words, parts)


def _hires(session: Session, actor: ActorFacts, application_id: UUID) -> tuple[HireRecord, ...]:
    facts = application_facts(session, actor, application_id)
    if facts is None or not allow(actor, Permission.DECISION_SEE, facts).granted:
        return ()
    last = select(func.max(Decision.number)).where(Decision.application_id == application_id).scalar_subquery()
    version = BlueprintVersion
    rows = session.execute(
        select(
            Requisition.title, Decision.number, Decision.outcome, Decision.decided_at, version.role,
            version.title.label("role_title"), version.number.label("version"), version.sha256,
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(version, version.id == Requisition.blueprint_version_id)
        .where(Decision.application_id == application_id, Decision.number == last)
    )  # fmt: skip
    return tuple(
        HireRecord(
            row.title, row.number, row.outcome.words, row.decided_at,
            BlueprintStamp(row.role, row.role_title, row.version, row.sha256),
        )
        for row in rows
    )  # fmt: skip
