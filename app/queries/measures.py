"""What a plan measures: each metric with its aim, its readings and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.errors import NotFoundError
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

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.metric import Metric
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Replaced:
    """A reading that another of the same day stands in place of."""

    value: Decimal
    note: str
    by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """The reading that counts for a day; ``earlier`` counts those that it stands in place of.

    ``replaced`` holds these, newest first, where a single metric is read; a plan's page only counts them.
    """

    day: date
    value: Decimal
    note: str
    by: str
    earlier: int
    entered_at: datetime
    replaced: tuple[Replaced, ...] = ()


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
    hire: str
    title: str
    blueprint_version_id: UUID
    picked: tuple[MetricLine, ...]
    offered: tuple[Metric, ...]
    may_keep: bool


@dataclass(frozen=True, slots=True)
class MetricPage:
    """One metric of a plan with every reading that was ever entered."""

    plan_id: UUID
    hire: str
    blueprint_version_id: UUID
    line: MetricLine
    may_keep: bool


def page(session: Session, actor: ActorFacts, plan_id: UUID) -> MeasuresPage:
    """The plan's metrics, in three queries, or four the first time a process reads the blueprint."""
    facts = found(plan_facts(session, actor, plan_id))
    require(actor, Permission.PLAN_SEE, facts)
    head = session.execute(_head().where(Plan.id == plan_id)).one()
    known = _known(session, head.sha256)
    rows = session.execute(_rows(newest=True).where(PlanMetric.plan_id == plan_id))
    lines = [_line(list(group), known) for _, group in groupby(rows, key=lambda row: row.plan_metric_id)]
    places = {metric: place for place, metric in enumerate(known)}
    picked = tuple(sorted(lines, key=lambda line: places[line.metric.id]))
    taken = {line.metric.id for line in picked}
    return MeasuresPage(
        plan_id=plan_id,
        hire=head.hire,
        title=head.title,
        blueprint_version_id=head.blueprint_version_id,
        picked=picked,
        offered=tuple(metric for metric in known.values() if metric.id not in taken),
        may_keep=allow(actor, Permission.METRIC_KEEP, facts).granted,
    )


def metric_page(session: Session, actor: ActorFacts, plan_metric_id: UUID) -> MetricPage:
    """One metric with its readings and those that they stand in place of; as many queries as :func:`page`."""
    of_metric = _head().join(PlanMetric, PlanMetric.plan_id == Plan.id).where(PlanMetric.id == plan_metric_id)
    head: Row[Any] | None = session.execute(of_metric).one_or_none()
    if head is None:
        raise NotFoundError
    facts = found(plan_facts(session, actor, head.plan_id))
    require(actor, Permission.PLAN_SEE, facts)
    rows = session.execute(_rows(newest=False).where(PlanMetric.id == plan_metric_id)).all()
    return MetricPage(
        plan_id=head.plan_id,
        hire=head.hire,
        blueprint_version_id=head.blueprint_version_id,
        line=_line(rows, _known(session, head.sha256)),
        may_keep=allow(actor, Permission.METRIC_KEEP, facts).granted,
    )


def lines(session: Session, wanted: ColumnElement[bool]) -> tuple[MetricLine, ...]:
    """The metrics that fit a criterion on :class:`PlanMetric`, in one query; the caller has checked who reads."""
    version = _rows(newest=True).add_columns(BlueprintVersion.sha256, Plan.starts_on)
    rows = session.execute(
        version.join(Plan, Plan.id == PlanMetric.plan_id)
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .where(wanted)
    )
    held = [(key, list(group)) for key, group in groupby(rows, key=lambda row: row.plan_metric_id)]
    found = [(group[0].starts_on, _line(group, _known(session, group[0].sha256))) for _, group in held]
    return tuple(line for _, line in sorted(found, key=lambda one: (one[0], one[1].metric.title)))


def _head() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Plan.id.label("plan_id"), Plan.title, Plan.blueprint_version_id, BlueprintVersion.sha256,
            Person.name.label("hire"),
        )
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .join(Person, Person.id == Plan.hire_id)
    )  # fmt: skip


def _known(session: Session, sha256: str) -> dict[str, Metric]:
    metrics = blueprints.of_digest(session, sha256).metrics
    return {metric.id: metric for metric in (metrics.metrics if metrics else ())}


def _rows(*, newest: bool) -> Select[*tuple[Any, ...]]:
    """A row for each metric and reading, oldest day first and each day's last reading first of its day.

    With ``newest`` only the last reading of a day; one row for a metric without any.
    """
    later = aliased(ReadingRow)
    same_day = and_(later.plan_metric_id == ReadingRow.plan_metric_id, later.day == ReadingRow.day)
    last = select(func.max(later.number)).where(same_day).correlate(ReadingRow).scalar_subquery()
    of_metric = ReadingRow.plan_metric_id == PlanMetric.id
    return (
        select(
            PlanMetric.id.label("plan_metric_id"), PlanMetric.metric, PlanMetric.area, PlanMetric.baseline,
            PlanMetric.low, PlanMetric.high, PlanMetric.version, ReadingRow.day, ReadingRow.value, ReadingRow.note,
            ReadingRow.number, ReadingRow.entered_at, Person.name,
        )
        .select_from(PlanMetric)
        .outerjoin(ReadingRow, and_(of_metric, ReadingRow.number == last) if newest else of_metric)
        .outerjoin(Person, Person.id == ReadingRow.entered_by_id)
        .order_by(PlanMetric.id, ReadingRow.day, ReadingRow.number.desc())
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
    entered = [one for one in rows if one.day is not None]
    readings = tuple(_reading(list(of_day)) for _, of_day in groupby(entered, key=lambda one: one.day))
    return MetricLine(row.plan_metric_id, metric, row.area, aim, readings, row.version)


def _reading(of_day: Sequence[Row[*tuple[Any, ...]]]) -> ReadingLine:
    last = of_day[0]
    return ReadingLine(
        last.day, Decimal(last.value), last.note, last.name, last.number - 1, last.entered_at,
        tuple(Replaced(Decimal(one.value), one.note, one.name, one.entered_at) for one in of_day[1:]),
    )  # fmt: skip


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
