"""One onboarding plan as its page shows it, cut to what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, func, literal, select, true
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.debrief import BlueprintStamp
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import Health, PartyName, PlanState, health, tally, unsigned, worst
from app.domain.permission import Permission, allow
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.check_in import CheckIn
from app.models.onboarding import (
    Goal,
    GoalEvidence,
    Plan,
    PlanEvent,
    PlanMilestone,
    Signature,
)
from app.models.person import Person
from app.models.plan_day import local_day
from app.models.plan_facts import plan_facts
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to
from app.queries.versions import newest_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Who:
    """A person by name."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal on the plan's page; ``asked`` is the blueprint's text where it was worded anew, else empty."""

    goal_id: UUID
    key: str
    text: str
    asked: str
    owner: Who
    state: GoalState
    since: datetime
    blocked_by: str
    waits_for: str
    pieces: int
    version: int


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Who signed as which party, and when."""

    party: PartyName
    name: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class MilestonePart:
    """A milestone on the plan's page; ``missing`` names the parties that have not signed.

    ``answered`` says for the check-in which parties have sealed; a reader who is neither sees none of it.
    """

    milestone_id: UUID
    key: str
    title: str
    evidence: tuple[str, ...]
    due_on: date
    opens_on: date
    pinned: bool
    health: Health
    goals: tuple[GoalLine, ...]
    signatures: tuple[SignatureLine, ...]
    missing: tuple[PartyName, ...]
    answered: frozenset[PartyName]

    @property
    def settled(self) -> int:
        """How many goals ask for nothing more."""
        return sum(goal.state.settled for goal in self.goals)

    @property
    def ready(self) -> bool:
        """Whether only signatures are missing."""
        return bool(self.missing) and self.settled == len(self.goals)


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the plan's own history."""

    what: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The plan's page. ``whole`` is False for a buddy or a goal's owner, who see their own goals and nothing else.

    ``application_id`` is the application that it began with, for whoever may see that.
    """

    plan_id: UUID
    hire: Who
    manager: Who
    buddy: Who | None
    title: str
    stamp: BlueprintStamp
    newest_number: int
    blueprint_version_id: UUID
    application_id: UUID | None
    starts_on: date
    zone: str
    today: date
    state: PlanState
    ended_on: date | None
    end_reason: str
    version: int
    milestones: tuple[MilestonePart, ...]
    granted: frozenset[Permission]
    party: PartyName | None
    whole: bool

    @property
    def health(self) -> Health:
        """How the plan is doing: as its worst milestone."""
        return worst(one.health for one in self.milestones)

    def signer_of(self, goal: GoalLine) -> Who:
        """Who accepts or returns a goal: the manager, or the hire where the goal is the manager's own."""
        return self.hire if goal.owner.person_id == self.manager.person_id else self.manager

    def to_sign(self, person_id: UUID) -> tuple[tuple[MilestonePart, GoalLine | None], ...]:
        """What waits for this person's signature: submitted goals, and milestones of which only signatures miss."""
        waiting: list[tuple[MilestonePart, GoalLine | None]] = []
        for part in self.milestones if self.state is PlanState.ACTIVE else ():
            waiting += [
                (part, goal)
                for goal in part.goals
                if goal.state is GoalState.SUBMITTED and self.signer_of(goal).person_id == person_id
            ]
            if part.ready and self.party in part.missing:
                waiting.append((part, None))
        return tuple(waiting)

    @property
    def upcoming(self) -> tuple[tuple[MilestonePart, GoalLine], ...]:
        """Goals on which something is still to be shown, soonest first."""
        return tuple(
            (part, goal)
            for part in sorted(self.milestones, key=lambda part: part.due_on)
            for goal in part.goals
            if not goal.state.settled and goal.state is not GoalState.SUBMITTED
        )


_OFFERED = (
    Permission.PLAN_SEE,
    Permission.PLAN_EDIT,
    Permission.PLAN_CLOSE,
    Permission.MILESTONE_SIGN,
    Permission.NOTE_WRITE,
    Permission.METRIC_KEEP,
    Permission.OUTCOME_RECORD,
    Permission.OUTCOME_SEE,
)


def page(
    session: Session,
    actor: ActorFacts,
    plan_id: UUID,
    *,
    now: datetime,
    needs: Permission = Permission.PLAN_OPEN,
) -> PlanPage:
    """The plan's page, in four queries, for those who hold what it ``needs``.

    :class:`NotFoundError` when it is not theirs to know.
    """
    facts = found(plan_facts(session, actor, plan_id))
    require(actor, needs, facts)
    whole = allow(actor, Permission.PLAN_SEE, facts).granted
    head = session.execute(_head(plan_id, actor)).one()
    held = _signatures(session, plan_id) if whole else {}
    party = PartyName.HIRE if facts.is_hire else PartyName.MANAGER if facts.is_manager else None
    rows, today = session.execute(_milestones(plan_id, None if whole else actor.person_id)), local_day(now, head.zone)
    parts = [
        _part(list(group), held.get(milestone_id, []), today)
        for milestone_id, group in groupby(rows, key=lambda row: row.milestone_id)
    ]
    return PlanPage(
        plan_id=plan_id,
        hire=Who(head.hire_id, head.hire),
        manager=Who(head.manager_id, head.manager),
        buddy=Who(head.buddy_id, head.buddy) if head.buddy_id else None,
        title=head.title,
        stamp=BlueprintStamp(head.role, head.role_title, head.number, head.sha256),
        newest_number=head.newest_number,
        blueprint_version_id=head.blueprint_version_id,
        application_id=head.application_id,
        starts_on=head.starts_on,
        zone=head.zone,
        today=today,
        state=head.state,
        ended_on=head.ended_on if whole else None,
        end_reason=head.end_reason if whole else "",
        version=head.version,
        milestones=tuple(part for part in parts if whole or part.goals),
        granted=frozenset(one for one in _OFFERED if allow(actor, one, facts).granted),
        party=party,
        whole=whole,
    )


def hire_of(session: Session, actor: ActorFacts, plan_id: UUID) -> Who:
    """Whose plan it is, for those who may see all of it."""
    require(actor, Permission.PLAN_SEE, found(plan_facts(session, actor, plan_id)))
    row = session.execute(
        select(Person.id, Person.name).join(Plan, Plan.hire_id == Person.id).where(Plan.id == plan_id)
    )
    return Who(*row.one())


def history(session: Session, actor: ActorFacts, plan_id: UUID) -> tuple[EventLine, ...]:
    """What happened to the plan as a whole, newest first; for those who may see all of it."""
    require(actor, Permission.PLAN_SEE, found(plan_facts(session, actor, plan_id)))
    rows = session.execute(
        select(PlanEvent.what, PlanEvent.reason, PlanEvent.at, Person.name)
        .join(Person, Person.id == PlanEvent.by_id)
        .where(PlanEvent.plan_id == plan_id)
        .order_by(PlanEvent.number.desc())
    )
    return tuple(EventLine(*row) for row in rows)


def _head(plan_id: UUID, actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    application = (
        select(Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == Plan.application_id, applications_visible_to(actor))
        .correlate(Plan)
        .scalar_subquery()
    )
    hire, manager, buddy = aliased(Person), aliased(Person), aliased(Person)
    return (
        select(
            Plan.hire_id, hire.name.label("hire"), Plan.manager_id, manager.name.label("manager"), Plan.buddy_id,
            buddy.name.label("buddy"), Plan.title, Plan.blueprint_version_id, BlueprintVersion.role,
            BlueprintVersion.title.label("role_title"), BlueprintVersion.number, BlueprintVersion.sha256,
            newest_number().label("newest_number"),
            Plan.starts_on, Plan.zone, Plan.state, Plan.ended_on, Plan.end_reason, Plan.version,
            application.label("application_id"),
        )
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .outerjoin(buddy, buddy.id == Plan.buddy_id)
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .where(Plan.id == plan_id)
    )  # fmt: skip


def _milestones(plan_id: UUID, owner_id: UUID | None) -> Select[*tuple[Any, ...]]:
    """A row for each goal with its milestone, and one for a milestone without; of one owner's goals only, if given."""
    wanted = true() if owner_id is None else Goal.owner_id == owner_id
    return goal_rows(PlanMilestone.plan_id == plan_id, wanted)


def goal_rows(of_milestone: ColumnElement[bool], of_goal: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Milestones with those of their goals that are wanted; the goal's columns are empty where there is none."""
    owner, waited = aliased(Person), aliased(Person)
    pieces = select(func.count(GoalEvidence.id)).where(GoalEvidence.goal_id == Goal.id).correlate(Goal)
    part = PlanMilestone
    return (
        select(
            part.id.label("milestone_id"), part.key.label("milestone_key"), part.title, part.evidence, part.sign_off,
            part.due_on, part.opens_on, part.pinned, part.settled, Goal.id, Goal.key, Goal.text, Goal.asked,
            Goal.owner_id, owner.name, Goal.state, Goal.since, Goal.blocked_by, waited.name.label("waits_for"),
            pieces.scalar_subquery().label("pieces"), Goal.version,
        )
        .outerjoin(Goal, and_(Goal.milestone_id == part.id, of_goal))
        .outerjoin(owner, owner.id == Goal.owner_id)
        .outerjoin(waited, waited.id == Goal.waits_for_id)
        .where(of_milestone)
        .order_by(part.position, Goal.position)
    )  # fmt: skip


def goal_line(row: Row[*tuple[Any, ...]]) -> GoalLine:
    """A goal from a row of :func:`goal_rows`."""
    return GoalLine(
        goal_id=row.id, key=row.key, text=row.text, asked=row.asked if row.asked != row.text else "",
        owner=Who(row.owner_id, row.name), state=row.state, since=row.since, blocked_by=row.blocked_by,
        waits_for=row.waits_for or "", pieces=row.pieces, version=row.version,
    )  # fmt: skip


def _signatures(session: Session, plan_id: UUID) -> dict[UUID, list[SignatureLine | PartyName]]:
    """Signatures and sealed check-ins by milestone, in one query: a line for a signature, a party for a seal."""
    signed = (
        select(
            Signature.milestone_id, Signature.party, Person.name, Signature.signed_at,
            literal(1).label("is_signature"),
        )
        .join(Person, Person.id == Signature.person_id)
        .join(PlanMilestone, PlanMilestone.id == Signature.milestone_id)
        .where(PlanMilestone.plan_id == plan_id)
    )  # fmt: skip
    sealed = (
        select(
            CheckIn.milestone_id, CheckIn.party, Person.name, CheckIn.sealed_at,
            literal(0).label("is_signature"),
        )
        .join(Person, Person.id == CheckIn.author_id)
        .join(PlanMilestone, PlanMilestone.id == CheckIn.milestone_id)
        .where(PlanMilestone.plan_id == plan_id, CheckIn.sealed_at.is_not(None))
    )  # fmt: skip
    held: dict[UUID, list[SignatureLine | PartyName]] = {}
    for milestone_id, party, name, at, is_signature in session.execute(signed.union_all(sealed)):
        held.setdefault(milestone_id, []).append(SignatureLine(party, name, at) if is_signature else party)
    return held


def _part(
    rows: Sequence[Row[*tuple[Any, ...]]], held: Sequence[SignatureLine | PartyName], today: date
) -> MilestonePart:
    row = rows[0]
    goals = tuple(goal_line(one) for one in rows if one.id is not None)
    signatures = tuple(one for one in held if isinstance(one, SignatureLine))
    asked = [PartyName(name) for name in row.sign_off.split(",") if name]
    doing = health(tally([goal.state for goal in goals]), row.due_on, today, signed=row.settled is not None)
    return MilestonePart(
        milestone_id=row.milestone_id, key=row.milestone_key, title=row.title,
        evidence=tuple(row.evidence.splitlines()), due_on=row.due_on, opens_on=row.opens_on,
        pinned=row.pinned is not None, health=doing, goals=goals, signatures=signatures,
        missing=unsigned(asked, [one.party for one in signatures]),
        answered=frozenset(one for one in held if isinstance(one, PartyName)),
    )  # fmt: skip
