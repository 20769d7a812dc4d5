"""What somebody has shown elsewhere and could take into their evidence log with one click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, exists, func, literal, select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.domain.text import first_line
from app.models.blueprint import BlueprintVersion
from app.models.evidence import LogEntry
from app.models.measuring import PlanMetric, ReadingRow
from app.models.onboarding import Goal, GoalEvidence, Plan
from app.queries import blueprints

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.metric import Metric
    from app.domain.permission import ActorFacts

MOST = 200


@dataclass(frozen=True, slots=True)
class GoalOffer:
    """A piece of evidence of a goal that is not in the log yet."""

    goal_evidence_id: UUID
    kind: EvidenceKind
    title: str
    goal: str
    goal_id: UUID
    about_on: date


@dataclass(frozen=True, slots=True)
class ReadingOffer:
    """A day's last reading of a metric that is not in the log yet; ``value`` has its unit."""

    reading_id: UUID
    metric: str
    value: str
    note: str
    day: date


@dataclass(frozen=True, slots=True)
class Offered:
    """The newest of what can be taken, newest day first."""

    goals: tuple[GoalOffer, ...]
    readings: tuple[ReadingOffer, ...]


def offered(session: Session, actor: ActorFacts) -> Offered:
    """What the actor can take into their own log, in two queries, and one for each blueprint read the first time."""
    require(actor, Permission.EVIDENCE_LIST)
    return Offered(_goals(session, actor), _readings(session, actor))


def _goals(session: Session, actor: ActorFacts) -> tuple[GoalOffer, ...]:
    piece = GoalEvidence
    rows = session.execute(
        select(piece.id, piece.kind, piece.title, Goal.text, Goal.id.label("goal_id"), piece.about_on)
        .join(Goal, Goal.id == piece.goal_id)
        .where(Goal.owner_id == actor.person_id, ~_taken(actor, LogEntry.goal_evidence_id == piece.id))
        .order_by(piece.about_on.desc(), piece.added_at.desc(), piece.id)
        .limit(MOST)
    )
    return tuple(
        GoalOffer(row.id, row.kind, row.title, first_line(row.text), row.goal_id, row.about_on) for row in rows
    )


def _readings(session: Session, actor: ActorFacts) -> tuple[ReadingOffer, ...]:
    later = aliased(ReadingRow)
    same_day = and_(later.plan_metric_id == ReadingRow.plan_metric_id, later.day == ReadingRow.day)
    last = select(func.max(later.number)).where(same_day).correlate(ReadingRow).scalar_subquery()
    rows = session.execute(
        select(
            ReadingRow.id, ReadingRow.day, ReadingRow.value, ReadingRow.note, PlanMetric.metric, BlueprintVersion.sha256
        )
        .join(PlanMetric, PlanMetric.id == ReadingRow.plan_metric_id)
        .join(Plan, Plan.id == PlanMetric.plan_id)
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .where(
            Plan.hire_id == actor.person_id,
            ReadingRow.number == last,
            ~_taken(actor, LogEntry.reading_id == ReadingRow.id),
        )
        .order_by(ReadingRow.day.desc(), PlanMetric.metric, ReadingRow.id)
        .limit(MOST)
    ).all()
    offers = []
    for row in rows:
        metric = _metric(session, row.sha256, row.metric)
        unit = f" {metric.target.unit}" if metric and metric.target.unit else ""
        title = metric.title if metric else row.metric
        offers.append(ReadingOffer(row.id, title, f"{row.value}{unit}", row.note, row.day))
    return tuple(offers)


def _metric(session: Session, sha256: str, key: str) -> Metric | None:
    metrics = blueprints.of_digest(session, sha256).metrics
    return next((one for one in metrics.metrics if one.id == key), None) if metrics else None


def _taken(actor: ActorFacts, origin: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(LogEntry.person_id == actor.person_id, origin))
