"""What a plan can be begun with: people, managers, blueprint versions, and what a hire decision says already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.decision import Outcome
from app.domain.errors import NotFoundError
from app.domain.onboarding.plan import Dated
from app.domain.permission import Permission, Role
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.facts import application_facts
from app.models.onboarding import Goal, Plan
from app.models.outlook import SETTLED
from app.models.person import Person, RoleGrant
from app.models.plan_facts import plan_facts
from app.models.requisition import Requisition
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from app.domain.facts import ActorFacts, ApplicationFacts
    from app.domain.onboarding.plan import Schedule
    from app.queries.blueprints import Version


@dataclass(frozen=True, slots=True)
class Choosable:
    """An active account that a form offers."""

    person_id: UUID
    name: str
    email: str
    manages: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """The hire decision that a plan comes from; ``plan_id`` is the one begun already, if any.

    ``opens`` holds when the reader may open that plan.
    """

    application_id: UUID
    candidate: str
    email: str
    requisition: str
    blueprint_version_id: UUID
    hired: bool
    plan_id: UUID | None
    opens: bool
    names_anybody: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that the form of a new plan offers."""

    people: tuple[Choosable, ...]
    versions: tuple[Version, ...]
    origin: Origin | None

    @property
    def account(self) -> UUID | None:
        """The account with the candidate's address, if there is one."""
        email = self.origin.email.lower() if self.origin else ""
        return next((one.person_id for one in self.people if one.email == email), None)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A milestone as a plan would have it: when it is due, and how much it asks for."""

    title: str
    due_on: date
    goals: int


@dataclass(frozen=True, slots=True)
class Hands:
    """Who holds a plan, how many open goals each has, and who could take it over; ``version`` is the plan's own.

    ``people`` are the active accounts besides the hire's.
    """

    plan_id: UUID
    hire_id: UUID
    hire: str
    manager_id: UUID
    manager: str
    manager_goals: int
    buddy_id: UUID | None
    buddy: str | None
    buddy_goals: int
    version: int
    people: tuple[Choosable, ...]


def offer(session: Session, actor: ActorFacts, application_id: UUID | None = None) -> Offer:
    """What a new plan's form offers, in four queries; each role's newest version that has a plan."""
    facts = _decided(session, actor, application_id) if application_id else None
    require(actor, Permission.ONBOARDING_START, facts)
    origin = _origin(session, actor, facts) if facts else None
    pinned = (origin.blueprint_version_id,) if origin else ()
    return Offer(choosable(session, actor, facts), plannable(session, *pinned), origin)


def choosable(session: Session, actor: ActorFacts, facts: ApplicationFacts | None = None) -> tuple[Choosable, ...]:
    """Active accounts by name, and which of them manage people, for whoever may begin a plan."""
    require(actor, Permission.ONBOARDING_START, facts)
    return _accounts(session)


def hands(session: Session, actor: ActorFacts, plan_id: UUID) -> Hands:
    """Who holds a plan, for whoever may give it to others, in three queries."""
    require(actor, Permission.PLAN_EDIT, found(plan_facts(session, actor, plan_id)))
    hire, manager, buddy = aliased(Person), aliased(Person), aliased(Person)
    row = session.execute(
        select(
            Plan.hire_id, hire.name, Plan.manager_id, manager.name.label("manager"), _open_goals(Plan.manager_id),
            Plan.buddy_id, buddy.name.label("buddy"), _open_goals(Plan.buddy_id), Plan.version,
        )
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .outerjoin(buddy, buddy.id == Plan.buddy_id)
        .where(Plan.id == plan_id)
    ).one()  # fmt: skip
    return Hands(plan_id, *row, tuple(one for one in _accounts(session) if one.person_id != row.hire_id))


def _open_goals(owner: InstrumentedAttribute[Any]) -> ScalarSelect[int]:
    counted = select(func.count()).select_from(Goal).where(Goal.plan_id == Plan.id, Goal.owner_id == owner)
    return counted.where(Goal.state.not_in(SETTLED)).correlate(Plan).scalar_subquery()


def _accounts(session: Session) -> tuple[Choosable, ...]:
    rows = session.execute(
        select(Person.id, Person.name, Person.email, RoleGrant.role.is_not(None).label("manages"))
        .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & (RoleGrant.role == Role.PEOPLE_MANAGER))
        .where(Person.active.is_(True))
        .order_by(Person.name, Person.id)
    )
    return tuple(Choosable(row.id, row.name, row.email, bool(row.manages)) for row in rows)


def plannable(session: Session, *besides: UUID) -> tuple[Version, ...]:
    """The newest version of each role that has an onboarding plan, and those named, if they have one."""
    seen: set[str] = set()
    kept = []
    for version in blueprints.versions(session):
        newest = version.stamp.role not in seen
        seen.add(version.stamp.role)
        if newest or version.version_id in besides:
            content = blueprints.of_digest(session, version.stamp.sha256)
            kept += [version] if content.onboarding else []
    return tuple(kept)


def foreseen(session: Session, version_id: UUID, schedule: Schedule) -> tuple[Foreseen, ...]:
    """When the milestones of a version would be due."""
    _, blueprint = blueprints.load(session, version_id)
    if blueprint.onboarding is None:
        raise NotFoundError
    return tuple(
        Foreseen(
            one.title,
            Dated(one.id, one.title, one.offset).due(schedule.start, schedule.calendar, schedule.days),
            len(one.goals),
        )
        for one in blueprint.onboarding.milestones
    )


def _decided(session: Session, actor: ActorFacts, application_id: UUID) -> ApplicationFacts:
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.DECISION_SEE, facts)
    return facts


def _origin(session: Session, actor: ActorFacts, facts: ApplicationFacts) -> Origin:
    newest = (
        select(Decision.outcome)
        .where(Decision.application_id == Application.id)
        .order_by(Decision.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Application.id, Candidate.name, Candidate.email, Requisition.title, Requisition.blueprint_version_id,
            newest.label("outcome"), Plan.id.label("plan_id"), Plan.hire_id, Plan.manager_id, Plan.buddy_id,
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(Plan, Plan.application_id == Application.id)
        .where(Application.id == facts.application_id)
    ).one()  # fmt: skip
    partner = Role.HR_PARTNER in actor.roles
    return Origin(
        row.id, row.name, row.email, row.title, row.blueprint_version_id, row.outcome is Outcome.HIRE, row.plan_id,
        partner or actor.person_id in {row.hire_id, row.manager_id, row.buddy_id},
        facts.is_hiring_manager or partner,
    )  # fmt: skip
