"""Goals of a plan: worked on, shown with evidence, accepted or returned, waived; their history keeps each act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.errors import ConflictError, Fault, InvalidError, NotFoundError, NotYetError
from app.domain.onboarding.goal import NOTE_LIMIT, TEXT_LIMIT, GoalAct, GoalState, moved
from app.domain.permission import Permission
from app.domain.text import first_line, text_faults
from app.models.base import new_id
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_facts import goal_facts
from app.services import audit, outbox, plan_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

MOST_GOALS = 40
STALE = "Somebody changed this goal while you were writing. Load the page again and repeat your change."

ALLOWED: Mapping[GoalAct, Permission] = {
    GoalAct.START: Permission.GOAL_WORK,
    GoalAct.BLOCK: Permission.GOAL_WORK,
    GoalAct.UNBLOCK: Permission.GOAL_UNBLOCK,
    GoalAct.SUBMIT: Permission.GOAL_WORK,
    GoalAct.WITHDRAW: Permission.GOAL_WORK,
    GoalAct.SIGN: Permission.GOAL_SIGN,
    GoalAct.RETURN: Permission.GOAL_SIGN,
    GoalAct.WAIVE: Permission.PLAN_EDIT,
    GoalAct.RESTORE: Permission.PLAN_EDIT,
}
"""Which permission a change of state needs."""


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """What a goal says, and whose it is."""

    text: str
    owner_id: UUID


def act(
    session: Session,
    actor: ActorFacts,
    goal_id: UUID,
    what: GoalAct,
    *,
    version: int,
    now: datetime,
    note: str = "",
    waits_for: UUID | None = None,
) -> GoalState:
    """Change a goal's state and tell whoever has to know; return the new state."""
    goal = _locked(session, actor, goal_id, ALLOWED[what], version)
    _refuse_settled(session, goal)
    goal.state = moved(goal.state, what, note=note, evidence=_pieces(session, goal_id), waits_for=waits_for)
    waited = int((now - goal.since).total_seconds()) if what is GoalAct.SIGN else None
    goal.since = now
    blocks = what is GoalAct.BLOCK
    if blocks:
        _refuse(_waiting_faults(session, goal, waits_for))
    goal.blocked_by, goal.waits_for_id = (note.strip(), waits_for) if blocks else ("", None)
    _write(session, actor, goal, what, note=note, waits_for=waits_for if blocks else None, waited=waited, now=now)
    _tell(session, actor, goal, what, now)
    return goal.state


def add(
    session: Session, actor: ActorFacts, milestone_id: UUID, wanted: GoalDraft, *, version: int, now: datetime
) -> UUID:
    """Add a goal for this person to a milestone; ``version`` is the plan's."""
    milestone = session.get(PlanMilestone, milestone_id)
    if milestone is None:
        raise NotFoundError
    plan = plan_record.locked(session, actor, milestone.plan_id, Permission.PLAN_EDIT, version)
    if milestone.settled is not None:
        message = "This milestone is signed off, so nothing is added to it. Choose a later one."
        raise NotYetError(message)
    _refuse(_draft_faults(session, wanted))
    count, last = session.execute(
        select(func.count(), func.coalesce(func.max(Goal.position), -1)).where(Goal.milestone_id == milestone_id)
    ).one()
    if count >= MOST_GOALS:
        _refuse([Fault("text", f"A milestone has at most {MOST_GOALS} goals. Waive one, or word one more broadly.")])
    goal = Goal(
        id=new_id(), plan_id=plan.id, milestone_id=milestone_id, position=last + 1, key=f"added-{last + 2}",
        text=wanted.text.strip(), owner_id=wanted.owner_id, state=GoalState.NOT_STARTED, since=now,
    )  # fmt: skip
    session.add(goal)
    session.flush()
    _write(session, actor, goal, GoalAct.ADD, note=goal.text, now=now)
    plan_record.note(session, actor, plan, f"Goal added to {milestone.title}", now=now)
    _tell(session, actor, goal, GoalAct.ADD, now)
    return goal.id


def reword(
    session: Session, actor: ActorFacts, goal_id: UUID, wanted: GoalDraft, *, version: int, now: datetime
) -> None:
    """Word a goal for the person, or give it to somebody else; what the blueprint asked for stays beside it."""
    goal = _locked(session, actor, goal_id, Permission.PLAN_EDIT, version)
    _refuse_settled(session, goal)
    if goal.state.settled:
        message = f"This goal is {goal.state.words.lower()}, so its words stay."
        raise NotYetError(message)
    _refuse(_draft_faults(session, wanted))
    text = wanted.text.strip()
    if text != goal.text:
        before, goal.text = goal.text, text
        _write(session, actor, goal, GoalAct.REWORD, note=f"Before: {before}", now=now)
    if wanted.owner_id != goal.owner_id:
        goal.owner_id = wanted.owner_id
        _write(session, actor, goal, GoalAct.REASSIGN, note=f"To {_name(session, wanted.owner_id)}", now=now)
        _tell(session, actor, goal, GoalAct.REASSIGN, now)


def remark(session: Session, actor: ActorFacts, goal_id: UUID, text: str, *, version: int, now: datetime) -> None:
    """Add a note to a goal's history; whoever may see the goal may write one while the plan runs."""
    goal = _locked(session, actor, goal_id, Permission.GOAL_UNBLOCK, version)
    _refuse(text_faults("note", "a note", text, limit=NOTE_LIMIT, required=True))
    _write(session, actor, goal, GoalAct.NOTE, note=text, now=now)


def show(
    session: Session, actor: ActorFacts, goal_id: UUID, piece: GoalEvidence, *, today: date, now: datetime
) -> UUID:
    """Add a piece of evidence to a goal; a file's bytes are kept before this is called."""
    goal = _locked(session, actor, goal_id, Permission.GOAL_WORK, None)
    if goal.state.settled:
        message = f"This goal is {goal.state.words.lower()}. Evidence is added before."
        raise NotYetError(message)
    if piece.about_on > today:
        _refuse([Fault("about_on", "Evidence speaks of something that has happened. Choose today or an earlier day.")])
    piece.goal_id, piece.added_at, piece.added_by_id = goal_id, now, actor.person_id
    session.add(piece)
    session.flush()
    _write(session, actor, goal, GoalAct.EVIDENCE, note=piece.title, now=now)
    return piece.id


def _locked(session: Session, actor: ActorFacts, goal_id: UUID, permission: Permission, version: int | None) -> Goal:
    # The plan first, as with every other change: what is kept of it is then derived from whole acts.
    session.execute(select(Plan.id).where(Plan.id == _plan_of(goal_id)).with_for_update(key_share=True))
    goal = session.get(Goal, goal_id, with_for_update=True)
    facts = found(goal_facts(session, actor, goal_id))
    require(actor, permission, facts)
    if goal is None:
        raise NotFoundError
    if version is not None and goal.version != version:
        raise ConflictError(STALE, current_version=goal.version)
    return goal


def _plan_of(goal_id: UUID) -> ScalarSelect[UUID]:
    return select(Goal.plan_id).where(Goal.id == goal_id).scalar_subquery()


def _refuse_settled(session: Session, goal: Goal) -> None:
    settled = session.scalar(select(PlanMilestone.settled).where(PlanMilestone.id == goal.milestone_id))
    if settled is not None:
        message = "This milestone is signed by everybody, so its goals stay as they are."
        raise NotYetError(message)


def _pieces(session: Session, goal_id: UUID) -> int:
    return session.scalar(select(func.count(GoalEvidence.id)).where(GoalEvidence.goal_id == goal_id)) or 0


def _waiting_faults(session: Session, goal: Goal, waits_for: UUID | None) -> list[Fault]:
    if waits_for == goal.owner_id:
        return [Fault("waits_for", "Choose somebody else: a goal that waits for its own owner is in progress.")]
    return _person_faults(session, "waits_for", waits_for)


def _draft_faults(session: Session, wanted: GoalDraft) -> list[Fault]:
    said = text_faults("text", "what is to be shown", wanted.text, limit=TEXT_LIMIT * 4, required=True)
    return [*said, *_person_faults(session, "owner_id", wanted.owner_id)]


def _person_faults(session: Session, field: str, person_id: UUID | None) -> list[Fault]:
    if session.scalar(select(Person.id).where(Person.id == person_id, Person.active.is_(True))):
        return []
    return [Fault(field, "Choose somebody with an open account.")]


def _write(
    session: Session,
    actor: ActorFacts,
    goal: Goal,
    what: GoalAct,
    *,
    now: datetime,
    note: str = "",
    waits_for: UUID | None = None,
    waited: int | None = None,
) -> None:
    session.flush()
    number = session.scalar(select(func.max(GoalEventRow.number)).where(GoalEventRow.goal_id == goal.id)) or 0
    session.add(
        GoalEventRow(
            goal_id=goal.id, number=number + 1, act=what, state=goal.state, note=note.strip(),
            waits_for_id=waits_for, at=now, by_id=actor.person_id, waited=waited,
        )
    )  # fmt: skip
    session.flush()
    audit.record(session, actor, f"goal.{what.value}", f"goal/{goal.id}", now=now, payload={"note": note.strip()})


_SUBJECTS: Mapping[GoalAct, str] = {
    GoalAct.ADD: "A goal is yours",
    GoalAct.REASSIGN: "A goal is yours now",
    GoalAct.BLOCK: "A goal waits for you",
    GoalAct.SUBMIT: "A goal waits for your signature",
    GoalAct.SIGN: "A goal was signed off",
    GoalAct.RETURN: "A goal came back to you",
    GoalAct.WAIVE: "A goal was waived",
    GoalAct.RESTORE: "A goal is asked for again",
}


def _tell(session: Session, actor: ActorFacts, goal: Goal, what: GoalAct, now: datetime) -> None:
    subject = _SUBJECTS.get(what)
    recipient = _recipient(session, goal, what)
    if subject is None or recipient is None or recipient == actor.person_id:
        return
    named = select(Person.name, PlanMilestone.title).select_from(PlanMilestone).join(Plan, Plan.id == goal.plan_id)
    hire, milestone = session.execute(
        named.join(Person, Person.id == Plan.hire_id).where(PlanMilestone.id == goal.milestone_id)
    ).one()
    body = f"“{first_line(goal.text)}” ({hire}, {milestone})."
    outbox.notify(session, recipient, subject=subject, body=body, path=f"/onboarding/goals/{goal.id}", now=now)


def _recipient(session: Session, goal: Goal, what: GoalAct) -> UUID | None:
    if what is GoalAct.BLOCK:
        return goal.waits_for_id
    if what is not GoalAct.SUBMIT:
        return goal.owner_id
    plan = session.get(Plan, goal.plan_id)
    if plan is None:
        return None
    return plan.hire_id if goal.owner_id == plan.manager_id else plan.manager_id


def _name(session: Session, person_id: UUID) -> str:
    return session.scalar(select(Person.name).where(Person.id == person_id)) or "nobody"


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
