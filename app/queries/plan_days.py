"""The day that it is where a plan runs, for what is written there; whether the actor may write is asked elsewhere."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.models.measuring import PlanMetric
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.models.plan_day import local_day

__all__ = ["local_day", "newest_for_goal", "newest_for_metric", "of_milestone", "of_plan"]

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def of_plan(session: Session, plan_id: UUID, now: datetime) -> date:
    """The day where this plan runs; in UTC where there is no such plan, which whoever writes then says."""
    return _day(session, select(Plan.zone).where(Plan.id == plan_id), now)


def of_milestone(session: Session, milestone_id: UUID, now: datetime) -> date:
    """The same for the plan of a milestone."""
    of_plan = PlanMilestone.plan_id == Plan.id
    return _day(session, select(Plan.zone).join(PlanMilestone, of_plan).where(PlanMilestone.id == milestone_id), now)


def newest_for_goal(session: Session, goal_id: UUID, now: datetime) -> date:
    """The latest day that evidence of a goal may speak of: today where the plan runs, or in UTC."""
    here = _day(session, select(Plan.zone).join(Goal, Goal.plan_id == Plan.id).where(Goal.id == goal_id), now)
    return max(here, now.astimezone(UTC).date())


def newest_for_metric(session: Session, plan_metric_id: UUID, now: datetime) -> date:
    """The latest day on which a metric may be read: today where the plan runs, or in UTC."""
    of_plan = PlanMetric.plan_id == Plan.id
    zone = select(Plan.zone).join(PlanMetric, of_plan).where(PlanMetric.id == plan_metric_id)
    return max(_day(session, zone, now), now.astimezone(UTC).date())


def _day(session: Session, zone: Select[str], now: datetime) -> date:
    return local_day(now, session.scalar(zone) or "UTC")
