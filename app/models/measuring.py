"""What a plan measures, the readings, and the outcome that a manager records at its end. Values are decimal texts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, Key, Prose, Slug, Title, refers

DECIMAL = 20
"""Room for a sign, nine digits, a point and six more."""


class PlanMetric(Base):
    """A metric of the blueprint, aimed at for one person's area. Empty bounds are open."""

    __tablename__ = "plan_metric"
    __table_args__ = (UniqueConstraint("plan_id", "metric"),)

    id: Mapped[Key]
    plan_id: Mapped[UUID] = refers("plan.id")
    metric: Mapped[Slug]
    area: Mapped[Title] = mapped_column(default="")
    baseline: Mapped[str] = mapped_column(String(DECIMAL), default="")
    low: Mapped[str] = mapped_column(String(DECIMAL), default="")
    high: Mapped[str] = mapped_column(String(DECIMAL), default="")
    picked_at: Mapped[datetime]
    picked_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class ReadingRow(Base):
    """One measured value. Rows are only ever added; a later one for the same day stands in place of an earlier."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("plan_metric_id", "day", "number"),)

    id: Mapped[Key]
    plan_metric_id: Mapped[UUID] = refers("plan_metric.id")
    day: Mapped[date]
    number: Mapped[int]
    value: Mapped[str] = mapped_column(String(DECIMAL))
    note: Mapped[Title] = mapped_column(default="")
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[UUID] = refers("person.id")


class OutcomeRow(Base):
    """How the hire does on one dimension of the scorecard at the end of the plan; None for *cannot tell*.

    Rows are only ever added: the manager records it once, before the interviews are shown.
    """

    __tablename__ = "outcome"
    __table_args__ = (CheckConstraint("value IS NULL OR value BETWEEN -100 AND 100", name="value_range"),)

    plan_id: Mapped[UUID] = refers("plan.id", primary_key=True)
    dimension: Mapped[Slug] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    note: Mapped[Prose] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = refers("person.id")


class Feed(Base):
    """A person's secret address of their milestones as a calendar; only its SHA-256 is kept."""

    __tablename__ = "feed"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", unique=True)
    created_at: Mapped[datetime]
