"""A milestone's check-in as each side may see it: their own answers, the other's once both are sealed; and notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.onboarding.checkin import Answers, Difference, answers_from, differences
from app.domain.onboarding.plan import PartyName, PlanState
from app.domain.permission import Permission, allow
from app.domain.text import first_line
from app.models.check_in import CheckIn, CheckInOutcome, TalkNote
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_facts import check_in_facts, plan_facts

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.domain.facts import CheckInFacts, PlanFacts
    from app.domain.permission import ActorFacts


@dataclass(frozen=True, slots=True)
class Side:
    """One party's answers; ``version`` guards the next save."""

    party: PartyName
    answers: Answers
    sealed_at: datetime | None
    saved_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What was agreed on; the newest counts, the others are what it corrects."""

    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CheckInPage:
    """The check-in of a milestone.

    ``other`` and ``differences`` are filled only once both have sealed; until then nothing says whether the other
    side has begun. ``own`` is None for a reader who is neither: they are told whether ``both`` are in, and no more.
    """

    milestone_id: UUID
    plan_id: UUID
    plan: str
    hire: str
    manager: str
    title: str
    evidence: tuple[str, ...]
    due_on: date
    opens_on: date
    zone: str
    running: bool
    goals: tuple[tuple[str, str], ...]
    party: PartyName | None
    both: bool
    own: Side | None
    other: Side | None
    differences: tuple[Difference, ...]
    conclusions: tuple[Conclusion, ...]
    may_conclude: bool


def page(session: Session, actor: ActorFacts, milestone_id: UUID) -> CheckInPage:
    """The check-in of a milestone, in four queries; a buddy and strangers are refused."""
    facts = found(check_in_facts(session, actor, milestone_id))
    require(actor, Permission.PLAN_SEE, facts)
    rows = session.execute(_head(milestone_id)).all()
    head = rows[0]
    goals = tuple((row.key, row.text) for row in rows if row.key is not None)
    party = PartyName.HIRE if facts.is_hire else PartyName.MANAGER if facts.is_manager else None
    own, other = _sides(session, actor, facts, party)
    opened = own is not None and other is not None
    return CheckInPage(
        milestone_id=milestone_id,
        plan_id=facts.plan_id,
        plan=head.plan,
        hire=head.hire,
        manager=head.manager,
        title=head.title,
        evidence=tuple(head.evidence.splitlines()),
        due_on=head.due_on,
        opens_on=head.opens_on,
        zone=head.zone,
        running=head.state is PlanState.ACTIVE,
        goals=goals,
        party=party,
        both=facts.hire_sealed and facts.manager_sealed,
        own=own,
        other=other,
        differences=_differences(own, other, goals) if opened else (),
        conclusions=_conclusions(session, milestone_id) if opened else (),
        may_conclude=allow(actor, Permission.CHECKIN_CONCLUDE, facts).granted,
    )


def _head(milestone_id: UUID) -> Select[*tuple[Any, ...]]:
    """The milestone with its plan and people, once for each of its goals, or once where it has none."""
    hire, manager = aliased(Person), aliased(Person)
    return (
        select(
            PlanMilestone.title, PlanMilestone.evidence, PlanMilestone.due_on, PlanMilestone.opens_on,
            Plan.title.label("plan"), Plan.state, Plan.zone, hire.name.label("hire"), manager.name.label("manager"),
            Goal.key, Goal.text,
        )
        .join(Plan, Plan.id == PlanMilestone.plan_id)
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .outerjoin(Goal, Goal.milestone_id == PlanMilestone.id)
        .where(PlanMilestone.id == milestone_id)
        .order_by(Goal.position)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note of a talk that the reader may see."""

    talked_on: date
    text: str
    shared: bool
    mine: bool
    by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class NotesPage:
    """The notes of a plan that the reader may see; ``other`` is who reads what they share, "" for HR."""

    plan_id: UUID
    plan: str
    hire: str
    other: str
    lines: tuple[NoteLine, ...]
    may_write: bool


def notes_page(session: Session, actor: ActorFacts, plan_id: UUID) -> NotesPage:
    """The notes with whose first year they are about, in three queries."""
    facts = found(plan_facts(session, actor, plan_id))
    require(actor, Permission.PLAN_SEE, facts)
    hire, manager = aliased(Person), aliased(Person)
    head = session.execute(
        select(Plan.title, hire.name.label("hire"), manager.name.label("manager"))
        .join(hire, hire.id == Plan.hire_id)
        .join(manager, manager.id == Plan.manager_id)
        .where(Plan.id == plan_id)
    ).one()
    return NotesPage(
        plan_id=plan_id,
        plan=head.title,
        hire=head.hire,
        other=head.manager if facts.is_hire else head.hire if facts.is_manager else "",
        lines=_notes(session, actor, facts),
        may_write=allow(actor, Permission.NOTE_WRITE, facts).granted,
    )


def notes(session: Session, actor: ActorFacts, plan_id: UUID) -> tuple[NoteLine, ...]:
    """Notes of one-to-one talks, newest talk first: one's own, and those that the other side shared."""
    facts = found(plan_facts(session, actor, plan_id))
    require(actor, Permission.PLAN_SEE, facts)
    return _notes(session, actor, facts)


def _notes(session: Session, actor: ActorFacts, facts: PlanFacts) -> tuple[NoteLine, ...]:
    if not (facts.is_hire or facts.is_manager):
        return ()
    mine = TalkNote.author_id == actor.person_id
    rows = session.execute(
        select(TalkNote.talked_on, TalkNote.text, TalkNote.shared, mine.label("mine"), Person.name, TalkNote.written_at)
        .join(Person, Person.id == TalkNote.author_id)
        .where(TalkNote.plan_id == facts.plan_id, or_(mine, TalkNote.shared.is_(True)))
        .order_by(TalkNote.talked_on.desc(), TalkNote.written_at.desc())
    )
    return tuple(NoteLine(*row) for row in rows)


def _sides(
    session: Session, actor: ActorFacts, facts: CheckInFacts, party: PartyName | None
) -> tuple[Side | None, Side | None]:
    """The reader's own side, and the other where it may be read."""
    if party is None:
        return None, None
    both = allow(actor, Permission.CHECKIN_READ, facts).granted
    wanted = select(CheckIn).where(CheckIn.milestone_id == facts.milestone_id)
    if not both:
        wanted = wanted.where(CheckIn.party == party)
    rows = {row.party: row for row in session.scalars(wanted)}
    other = PartyName.MANAGER if party is PartyName.HIRE else PartyName.HIRE
    return _side(rows.get(party), party), _side(rows[other], other) if both else None


def _side(row: CheckIn | None, party: PartyName) -> Side:
    if row is None:
        return Side(party, Answers(), None, None, 0)
    answers = answers_from(
        row.confidence, row.against, went_well=row.went_well, in_the_way=row.in_the_way, goals=row.goals
    )
    return Side(party, answers, row.sealed_at, row.saved_at, row.version)


def _differences(own: Side | None, other: Side | None, goals: tuple[tuple[str, str], ...]) -> tuple[Difference, ...]:
    sides = {side.party: side.answers for side in (own, other) if side is not None}
    named = [(key, first_line(text)) for key, text in goals]
    return differences(sides[PartyName.HIRE], sides[PartyName.MANAGER], named)


def _conclusions(session: Session, milestone_id: UUID) -> tuple[Conclusion, ...]:
    rows = session.execute(
        select(CheckInOutcome.text, CheckInOutcome.at, Person.name)
        .join(Person, Person.id == CheckInOutcome.by_id)
        .where(CheckInOutcome.milestone_id == milestone_id)
        .order_by(CheckInOutcome.number.desc())
    )
    return tuple(Conclusion(*row) for row in rows)
