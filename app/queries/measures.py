"""What a plan measures: each metric with its aim, its readings and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.onboarding.reading import Aim, Reading, Standing, standing
from app.domain.permission import Permission, allow
from app.models.blueprint import BlueprintVersion
from app.models.measuring import PlanMetric, ReadingRow
from app.models.onboarding import Plan
from app.models.person import Person
from app.models.plan_facts import plan_facts
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.metric import Metric
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """The reading that counts for a day; ``earlier`` counts those that it stands in place of."""

    day: date
    value: Decimal
    note: str
    by: str
    earlier: int


@dataclass(frozen=True, slots=True)
class MetricLine:
    """A metric of the blueprint as this plan aims at it; readings are oldest first."""

    plan_metric_id: UUID
    metric: Metric
    area: str
    aim: Aim
    readings: tuple[ReadingLine, ...]
    version: int

    @property
    def standing(self) -> Standing:
        """Where the newest reading stands."""
        return standing(self.aim, [Reading(one.day, one.value) for one in self.readings])


@dataclass(frozen=True, slots=True)
class MeasuresPage:
    """What the plan measures, in the blueprint's order, and what else could be picked."""

    plan_id: UUID
    title: str
    picked: tuple[MetricLine, ...]
    offered: tuple[Metric, ...]
    may_keep: bool


def page(session: Session, actor: ActorFacts, plan_id: UUID) -> MeasuresPage:
    """The plan's metrics, in three queries, or four the first time a process reads the blueprint."""
    facts = found(plan_facts(session, actor, plan_id))
    require(actor, Permission.PLAN_SEE, facts)
    head = session.execute(
        select(Plan.title, BlueprintVersion.sha256)
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .where(Plan.id == plan_id)
    ).one()
    metrics = blueprints.of_digest(session, head.sha256).metrics
    known = {metric.id: metric for metric in (metrics.metrics if metrics else ())}
    lines = [
        _line(list(group), known)
        for _, group in groupby(session.execute(_rows(plan_id)), key=lambda row: row.plan_metric_id)
    ]
    places = {metric: place for place, metric in enumerate(known)}
    picked = tuple(sorted(lines, key=lambda line: places[line.metric.id]))
    taken = {line.metric.id for line in picked}
    return MeasuresPage(
        plan_id=plan_id,
        title=head.title,
        picked=picked,
        offered=tuple(metric for metric in known.values() if metric.id not in taken),
        may_keep=allow(actor, Permission.METRIC_KEEP, facts).granted,
    )


def _rows(plan_id: UUID) -> Select[*tuple[Any, ...]]:
    """A row for each metric and day, with the last reading of that day; one row for a metric without any."""
    later = aliased(ReadingRow)
    same_day = and_(later.plan_metric_id == ReadingRow.plan_metric_id, later.day == ReadingRow.day)
    newest = select(func.max(later.number)).where(same_day).correlate(ReadingRow).scalar_subquery()
    return (
        select(
            PlanMetric.id.label("plan_metric_id"), PlanMetric.metric, PlanMetric.area, PlanMetric.baseline,
            PlanMetric.low, PlanMetric.high, PlanMetric.version, ReadingRow.day, ReadingRow.value, ReadingRow.note,
            ReadingRow.number, Person.name,
        )
        .select_from(PlanMetric)
        .outerjoin(ReadingRow, and_(ReadingRow.plan_metric_id == PlanMetric.id, ReadingRow.number == newest))
        .outerjoin(Person, Person.id == ReadingRow.entered_by_id)
        .where(PlanMetric.plan_id == plan_id)
        .order_by(PlanMetric.id, ReadingRow.day)
    )  # fmt: skip


def _line(rows: Sequence[Row[*tuple[Any, ...]]], known: dict[str, Metric]) -> MetricLine:
    row = rows[0]
    metric = known[row.metric]
    aim = Aim(
        baseline=_decimal(row.baseline),
        low=_decimal(row.low),
        high=_decimal(row.high),
        direction=metric.target.direction,
        guardrail=metric.guardrail,
    )
    readings = tuple(
        ReadingLine(one.day, Decimal(one.value), one.note, one.name, one.number - 1)
        for one in rows
        if one.day is not None
    )
    return MetricLine(row.plan_metric_id, metric, row.area, aim, readings, row.version)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
