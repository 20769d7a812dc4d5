"""The interviews that every candidate of a requisition is meant to have, and who is trained to hold them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.hiring import InterviewKind
from app.models.base import Base, Key, Slug, Title, choice, refers


class PanelPlan(Base):
    """The plan of a requisition; ``minutes`` is how long a candidate may be asked to spend on all of it."""

    __tablename__ = "panel_plan"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 2880", name="minutes_range"),)

    requisition_id: Mapped[UUID] = refers("requisition.id", primary_key=True)
    minutes: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    rows: Mapped[list[PanelPlanRow]] = relationship(order_by="PanelPlanRow.position", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class PanelPlanRow(Base):
    """One interview of the plan, and how many people are to hold it."""

    __tablename__ = "panel_plan_row"
    __table_args__ = (
        UniqueConstraint("requisition_id", "position"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_range"),
        CheckConstraint("raters BETWEEN 1 AND 20", name="raters_range"),
    )

    id: Mapped[Key]
    requisition_id: Mapped[UUID] = refers("panel_plan.requisition_id")
    position: Mapped[int]
    kind: Mapped[InterviewKind] = mapped_column(choice(InterviewKind, "interview_kind"))
    title: Mapped[Title]
    minutes: Mapped[int]
    raters: Mapped[int]
    case_study: Mapped[Slug | None]

    focus: Mapped[list[PanelPlanFocus]] = relationship(
        order_by="PanelPlanFocus.dimension", cascade="all, delete-orphan"
    )


class PanelPlanFocus(Base):
    """A dimension that an interview of the plan looks at."""

    __tablename__ = "panel_plan_focus"

    row_id: Mapped[UUID] = refers("panel_plan_row.id", primary_key=True)
    dimension: Mapped[Slug] = mapped_column(primary_key=True)


class Training(Base):
    """That somebody has learned to hold interviews of a kind, or to look at a dimension of a role, since a day.

    ``role`` is the id of a role blueprint and ``topic`` one of its dimensions; without a role the topic is an
    :class:`InterviewKind`.
    """

    __tablename__ = "training"

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    role: Mapped[Slug] = mapped_column(primary_key=True, default="")
    topic: Mapped[Slug] = mapped_column(primary_key=True)
    since: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = refers("person.id")


class InterviewLimit(Base):
    """How many interviews a week somebody takes at most; without a row the installation's usual number counts."""

    __tablename__ = "interview_limit"
    __table_args__ = (CheckConstraint("a_week BETWEEN 0 AND 40", name="a_week_range"),)

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    a_week: Mapped[int]
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = refers("person.id")
