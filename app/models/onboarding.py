"""Onboarding plans: a frozen copy of a blueprint's milestones and goals, dated for one person."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.onboarding.goal import EvidenceKind, GoalAct, GoalState
from app.domain.onboarding.plan import Counting, HolidaySource, PartyName, PlanState, RollRule
from app.models.base import Base, Digest, Key, Prose, Slug, Title, choice, refers


class Plan(Base):
    """One person's first year in a role. ``week`` holds the working days as digits, Monday being 0.

    ``application_id`` is the application whose hire decision it began with; people hired elsewhere have none.
    """

    __tablename__ = "plan"
    __table_args__ = (
        Index("ix_plan_manager_state", "manager_id", "state"),
        CheckConstraint("hire_id <> manager_id", name="manager_is_another"),
    )

    id: Mapped[Key]
    hire_id: Mapped[UUID] = refers("person.id", index=True)
    manager_id: Mapped[UUID] = refers("person.id")
    buddy_id: Mapped[UUID | None] = refers("person.id", index=True)
    blueprint_version_id: Mapped[UUID] = refers("blueprint_version.id", index=True)
    application_id: Mapped[UUID | None] = refers("application.id", unique=True)
    title: Mapped[Title]
    starts_on: Mapped[date]
    zone: Mapped[str] = mapped_column(String(64))
    counting: Mapped[Counting] = mapped_column(choice(Counting, "counting"))
    roll: Mapped[RollRule] = mapped_column(choice(RollRule, "roll"))
    extend_for_leave: Mapped[bool]
    week: Mapped[str] = mapped_column(String(7))
    country: Mapped[str] = mapped_column(String(10), default="")
    state: Mapped[PlanState] = mapped_column(choice(PlanState, "plan_state"), default=PlanState.ACTIVE)
    ended_on: Mapped[date | None]
    end_reason: Mapped[Prose] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    milestones: Mapped[list[PlanMilestone]] = relationship(order_by="PlanMilestone.position")
    leave: Mapped[list[PlanLeave]] = relationship(order_by="PlanLeave.first_day", cascade="all, delete-orphan")
    holidays: Mapped[list[PlanHoliday]] = relationship(order_by="PlanHoliday.day", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class PlanLeave(Base):
    """Days on which the person is away, both included; why is nobody's business here."""

    __tablename__ = "plan_leave"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="right_way_round"),)

    id: Mapped[Key]
    plan_id: Mapped[UUID] = refers("plan.id", index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]


class PlanHoliday(Base):
    """A day on which nobody works, copied into the plan so that a later list does not move its dates."""

    __tablename__ = "plan_holiday"

    plan_id: Mapped[UUID] = refers("plan.id", primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[Title]
    source: Mapped[HolidaySource] = mapped_column(choice(HolidaySource, "holiday_source"))


EVER = date(1970, 1, 1)
"""A day before all plans."""


class PlanMilestone(Base):
    """A milestone of one plan. A pinned date stands whatever the start; a settled one stood when all had signed.

    ``due_on`` and ``opens_on`` are derived from the schedule and written with every change of it, because the inbox
    and the reminders ask for them by the thousand. ``pieces`` counts the evidence of goals that are not waived, null
    without any such goal. ``counts_from`` is the day from which it counts among those whose date came while their plan
    ran, or :data:`EVER` where that is so whatever the day; null where it never will. Both are kept as the outlook is.
    """

    __tablename__ = "plan_milestone"
    __table_args__ = (
        UniqueConstraint("plan_id", "key"),
        UniqueConstraint("plan_id", "position"),
        # Whole enough to count open check-ins without looking at the rows.
        Index("ix_plan_milestone_opens", "plan_id", "settled", "opens_on", "id"),
        # The same for the share of those that came with evidence.
        Index("ix_plan_milestone_counts", "counts_from", "pieces", "plan_id"),
    )

    id: Mapped[Key]
    plan_id: Mapped[UUID] = refers("plan.id")
    position: Mapped[int]
    key: Mapped[Slug]
    title: Mapped[Title]
    offset_months: Mapped[int]
    offset_days: Mapped[int]
    opens_months: Mapped[int]
    opens_days: Mapped[int]
    evidence: Mapped[Prose]
    sign_off: Mapped[str] = mapped_column(String(40))
    pinned: Mapped[date | None]
    settled: Mapped[date | None]
    due_on: Mapped[date] = mapped_column(index=True)
    opens_on: Mapped[date]
    pieces: Mapped[int | None]
    counts_from: Mapped[date | None]

    goals: Mapped[list[Goal]] = relationship(order_by="Goal.position")


class Signature(Base):
    """That a party signed a milestone. Rows are only ever added."""

    __tablename__ = "signature"

    milestone_id: Mapped[UUID] = refers("plan_milestone.id", primary_key=True)
    party: Mapped[PartyName] = mapped_column(choice(PartyName, "party"), primary_key=True)
    person_id: Mapped[UUID] = refers("person.id")
    signed_at: Mapped[datetime]


class Goal(Base):
    """One thing to show. ``asked`` is the blueprint's own text, empty for a goal that was added for the person."""

    __tablename__ = "goal"
    __table_args__ = (
        UniqueConstraint("milestone_id", "position"),
        Index("ix_goal_owner_state", "owner_id", "state"),
    )

    id: Mapped[Key]
    plan_id: Mapped[UUID] = refers("plan.id", index=True)
    milestone_id: Mapped[UUID] = refers("plan_milestone.id")
    position: Mapped[int]
    key: Mapped[Slug]
    text: Mapped[Prose]
    asked: Mapped[Prose] = mapped_column(default="")
    owner_id: Mapped[UUID] = refers("person.id")
    state: Mapped[GoalState] = mapped_column(choice(GoalState, "goal_state"), default=GoalState.NOT_STARTED)
    since: Mapped[datetime]
    blocked_by: Mapped[Prose] = mapped_column(default="")
    waits_for_id: Mapped[UUID | None] = refers("person.id", index=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class GoalEventRow(Base):
    """One line of a goal's history, and the state it left. Rows are only ever added.

    ``waited`` holds the seconds from its submission, on a sign-off.
    """

    __tablename__ = "goal_event"
    __table_args__ = (UniqueConstraint("goal_id", "number"), Index("ix_goal_event_waited", "waited"))

    id: Mapped[Key]
    goal_id: Mapped[UUID] = refers("goal.id")
    number: Mapped[int]
    act: Mapped[GoalAct] = mapped_column(choice(GoalAct, "goal_act"))
    state: Mapped[GoalState] = mapped_column(choice(GoalState, "goal_state"))
    note: Mapped[Prose] = mapped_column(default="")
    waits_for_id: Mapped[UUID | None] = refers("person.id")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")
    waited: Mapped[int | None]


class GoalEvidence(Base):
    """A piece of evidence: a link, a text, or a file kept under this id. ``about_on`` is the day it speaks of.

    Rows are only ever added.
    """

    __tablename__ = "goal_evidence"

    id: Mapped[Key]
    goal_id: Mapped[UUID] = refers("goal.id", index=True)
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind, "evidence_kind"))
    title: Mapped[Title]
    body: Mapped[Prose] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(String(80), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[Digest] = mapped_column(default="")
    about_on: Mapped[date]
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID] = refers("person.id")


class PlanEvent(Base):
    """What happened to a plan as a whole: begun, moved, given to another manager, ended. Rows are only ever added."""

    __tablename__ = "plan_event"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[Key]
    plan_id: Mapped[UUID] = refers("plan.id")
    number: Mapped[int]
    what: Mapped[Prose]
    reason: Mapped[Prose] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = refers("person.id")
