"""Makes onboarding plans for tests: people with their parts, a blueprint with milestones, and a plan that runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.domain.blueprint import canonical_json, digest
from app.domain.entry import Entry
from app.domain.metric import Metric, Metrics, Target
from app.domain.milestone import Milestone, Offset, Onboarding
from app.domain.permission import Role
from app.models.blueprint import BlueprintVersion
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.services import plans
from app.services.plans import PlanDraft
from tests.factories.hiring import NOW, actor_of, make_person, small_blueprint

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person

TODAY = date(2026, 11, 22)
START = date(2026, 10, 5)
"""A Monday seven weeks before today: day 30 is past, day 60 ahead."""

ONBOARDING = Onboarding(
    milestones=(
        Milestone(
            "day-30",
            "First month",
            Offset(days=30),
            (Entry("Learn the product", id="learn", items=(Entry("Its customers"),)), Entry("Meet the team")),
            evidence=(Entry("A map that the team confirmed"),),
            review_opens=Offset(days=-5),
        ),
        Milestone("day-60", "Second month", Offset(days=60), (Entry("Ship something small", id="ship"),)),
        Milestone("day-90", "Third month", Offset(days=90), (Entry("Show a result", id="result"),)),
    )
)


@dataclass(frozen=True)
class Cast:
    """A running plan and everybody around it."""

    plan: Plan
    hire: Person
    manager: Person
    buddy: Person
    hr: Person

    def milestone(self, session: Session, key: str) -> PlanMilestone:
        """The plan's milestone of this key."""
        wanted = select(PlanMilestone).where(PlanMilestone.plan_id == self.plan.id, PlanMilestone.key == key)
        return session.scalars(wanted).one()

    def goal(self, session: Session, key: str) -> Goal:
        """The plan's goal of this key."""
        return session.scalars(select(Goal).where(Goal.plan_id == self.plan.id, Goal.key == key)).one()


METRICS = Metrics(
    (
        Metric("precision", "Precision", "Right of all", "Fewer alarms", Target("0.85", "0.85"), ("weekly",)),
        Metric("latency", "Latency", "Time to answer", "Trust", Target("2 s", high="2", direction="down"), ("weekly",)),
    )
)


def make_onboarding_version(session: Session, *, role: str = "product-manager") -> BlueprintVersion:
    """A published version whose blueprint has three milestones and two metrics."""
    body = canonical_json(replace(small_blueprint(role=role), onboarding=ONBOARDING, metrics=METRICS))
    version = BlueprintVersion(
        role=role, number=1, title="Product Manager", sha256=digest(body), body=body, published_at=NOW
    )
    session.add(version)
    session.flush()
    return version


def draft_for(cast_hire: Person, manager: Person, version: BlueprintVersion, **changes: Any) -> PlanDraft:  # noqa: ANN401  any field of the draft
    """A draft that can be begun."""
    plain = PlanDraft(cast_hire.id, manager.id, version.id, START, "Europe/Berlin")
    return replace(plain, **changes)


def make_plan(session: Session, **changes: Any) -> Cast:  # noqa: ANN401  any field of the draft
    """A plan begun by HR for a new hire, with a manager and a buddy."""
    hire = make_person(session, "Noor Hire", roles=[Role.EMPLOYEE])
    manager = make_person(session, "Mika Manager", roles=[Role.PEOPLE_MANAGER])
    buddy = make_person(session, "Bo Buddy", roles=[Role.EMPLOYEE])
    hr = make_person(session, "Hana HR", roles=[Role.HR_PARTNER])
    version = make_onboarding_version(session, role=f"role-{hire.email.partition('@')[0]}")
    wanted = draft_for(hire, manager, version, buddy_id=buddy.id, **changes)
    plan_id = plans.begin(session, actor_of(hr), wanted, today=TODAY, now=NOW)
    plan = session.get(Plan, plan_id)
    assert plan is not None
    return Cast(plan, hire, manager, buddy, hr)
