"""What a calendar shows of first years: dates and names of milestones, never how anybody does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, func, literal, or_, select

from app.domain.access import require
from app.domain.errors import NotFoundError
from app.domain.onboarding.plan import PlanState
from app.domain.permission import Permission
from app.models.measuring import Feed
from app.models.onboarding import Goal, Plan, PlanEvent, PlanMilestone
from app.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A milestone of a plan; ``version`` and ``changed_at`` are those of the plan. ``own``: it is the reader's own."""

    milestone_id: UUID
    plan_id: UUID
    title: str
    hire: str
    due_on: date
    version: int
    changed_at: datetime
    own: bool


def milestones(session: Session, token_hash: str) -> tuple[FeedLine, ...]:
    """What the owner of a secret may see, by date, in two queries; :class:`NotFoundError` for any other secret.

    One's own milestones, those of one's reports, and for buddies and others those in which a goal is theirs. Plans that
    were closed are gone.
    """
    person_id = session.scalar(
        select(Feed.person_id)
        .join(Person, Person.id == Feed.person_id)
        .where(Feed.token_hash == token_hash, Person.active.is_(True))
    )
    if person_id is None:
        raise NotFoundError
    changed = select(func.max(PlanEvent.at)).where(PlanEvent.plan_id == Plan.id).correlate(Plan).scalar_subquery()
    mine = exists(select(literal(1)).where(Goal.milestone_id == PlanMilestone.id, Goal.owner_id == person_id))
    rows = session.execute(
        select(
            PlanMilestone.id, Plan.id, PlanMilestone.title, Person.name, PlanMilestone.due_on, Plan.version,
            func.coalesce(changed, Plan.created_at), Plan.hire_id == person_id,
        )
        .join(Plan, Plan.id == PlanMilestone.plan_id)
        .join(Person, Person.id == Plan.hire_id)
        .where(Plan.state != PlanState.CLOSED, or_(Plan.hire_id == person_id, Plan.manager_id == person_id, mine))
        .order_by(PlanMilestone.due_on, Person.name, PlanMilestone.id)
    )  # fmt: skip
    return tuple(FeedLine(*row) for row in rows)


def made_at(session: Session, actor: ActorFacts) -> datetime | None:
    """When the actor's address was made, or ``None`` when there is none."""
    require(actor, Permission.FEED_KEEP)
    return session.scalar(select(Feed.created_at).where(Feed.person_id == actor.person_id))
